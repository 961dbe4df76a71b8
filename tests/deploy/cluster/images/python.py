"""python:3.13-slim, as far as the Dockerfile and the Job that draws secrets need it."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tests.deploy.cluster.images import rootfs

PASSED_OVER: Final = (
    *("test", "tests", "idlelib", "tkinter", "turtledemo", "__pycache__", "include", "share"),
    *("config-3.13-*", "*.a", "idle*", "pydoc*", "python*-config"),
)
WHEELS_LINK: Final = ("libgcc_s.so.1", "libstdc++.so.6")  # those of Rust and C++
AUTHORITIES: Final = Path("/etc/ssl/certs/ca-certificates.crt")


def python(root: Path, home: Path) -> None:
    """Fill the root with an installed Python, moved to /usr/local."""
    rootfs.lay_out(root)
    target = root / "usr" / "local"
    left_out = shutil.ignore_patterns(*PASSED_OVER)
    shutil.copytree(home, target, symlinks=True, ignore=left_out, dirs_exist_ok=True)
    rootfs.link(root, _linked(home), own=home)
    for name in WHEELS_LINK:
        shutil.copy(rootfs.LIBRARIES / name, root / "lib/x86_64-linux-gnu")
    shutil.copy(AUTHORITIES, root / "etc/ssl/certs")
    rootfs.add(root, "openssl")
    for name in ("pip", "pip3", "pip3.13"):  # their first line names the old place
        (target / "bin" / name).unlink(missing_ok=True)
        rootfs.script(root, name, 'exec python3 -m pip "$@"')


def _linked(home: Path) -> Iterable[Path]:
    release = next((home / "lib").glob("python3.*"))
    return [home / "bin" / release.name, *sorted((release / "lib-dynload").glob("*.so"))]
