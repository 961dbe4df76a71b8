"""Which processes are at home in a folder."""

from contextlib import suppress
from pathlib import Path


def living_in(folder: Path) -> list[str]:
    """Return the command lines of all processes whose working directory is `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile, or is none of ours
            said = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if said and (process / "cwd").resolve() == folder.resolve():
                found.append(said)
    return found
