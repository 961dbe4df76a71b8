"""Files that are there as a whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has none: there nobody waits for anybody
    fcntl = None  # type: ignore[assignment]


def unwritable(path: Path) -> str:
    """Say why nothing can be written to a file of this name; "" if it can, as far as is known."""
    there = path.resolve()  # as it will be written: "b/../a" needs no b
    if there.is_dir():
        return "it is a folder"
    if not there.parent.is_dir():
        return f"there is no folder {path.parent}"
    allowed = os.access(there if there.exists() else there.parent, os.W_OK)
    return "" if allowed else "that is not allowed"


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Give a file beside `path` to write to, and put it in its place once it is complete.

    Raises: OSError.
    """
    if path.exists() and not path.is_file():  # a pipe or a terminal, which cannot be replaced
        yield path
        return
    target = path.resolve()
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")  # two may write it at once
    try:
        yield beside
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Let one process at a time read and write again what is in a folder that exists.

    Where a folder cannot be locked, everybody goes on.
    """
    try:
        there = os.open(folder, os.O_RDONLY)
    except OSError:
        yield
        return
    try:
        if fcntl is not None:
            with suppress(OSError):
                fcntl.flock(there, fcntl.LOCK_EX)
        yield
    finally:
        os.close(there)  # which unlocks it
