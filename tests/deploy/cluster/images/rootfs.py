"""The files of an image, from this machine: a shell, programs, and the libraries they link."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final

FOLDERS: Final = (
    *("bin", "dev", "etc/ssl/certs", "lib64", "lib/x86_64-linux-gnu", "proc", "root", "run"),
    *("sys", "tmp", "usr/bin", "usr/lib", "usr/local/bin", "var"),
)
PEOPLE: Final = {"root": (0, "/root"), "mongodb": (999, "/tmp"), "boxoffice": (10001, "/tmp")}
LIBRARIES: Final = Path("/lib/x86_64-linux-gnu")
# What glibc opens by name only when it runs, and what old binaries still link.
OPENED: Final = (
    *("libnss_dns.so.2", "libnss_files.so.2", "libresolv.so.2", "libm.so.6"),
    *("librt.so.1", "libpthread.so.0", "libdl.so.2", "libutil.so.1"),
)


def lay_out(root: Path) -> None:
    """Begin with folders, people and busybox under all of its names."""
    shutil.rmtree(root, ignore_errors=True)
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "tmp").chmod(0o1777)
    (root / "var" / "run").symlink_to("../run")
    lines = [f"{name}:x:{id}:{id}::{home}:/bin/sh" for name, (id, home) in PEOPLE.items()]
    (root / "etc" / "passwd").write_text("\n".join(lines) + "\n")
    lines = [f"{name}:x:{id}:" for name, (id, _) in PEOPLE.items()]
    (root / "etc" / "group").write_text("\n".join(lines) + "\n")
    (root / "etc" / "nsswitch.conf").write_text("hosts: files dns\n")
    busybox = root / "bin" / "busybox"
    shutil.copy(_found("busybox"), busybox)
    listed = subprocess.run([busybox, "--list"], check=True, capture_output=True, text=True)
    for name in set(listed.stdout.split()) - {"busybox"}:
        (root / "bin" / name).symlink_to("busybox")


def add(root: Path, *programs: str | Path) -> None:
    """Put programs into /usr/local/bin, with the libraries they link."""
    files = [_found(each) for each in programs]
    for file in files:
        target = root / "usr" / "local" / "bin" / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    link(root, files)


def link(root: Path, files: Iterable[Path], own: Path | None = None) -> None:
    """Add the libraries that files link, but for those below `own`."""
    environment = os.environ | ({"LD_LIBRARY_PATH": str(own / "lib")} if own else {})
    asked = ["ldd", *map(str, files)]  # it ends with 1 if one of them is linked to nothing
    said = subprocess.run(asked, capture_output=True, text=True, env=environment).stdout
    needed = {Path(it) for it in re.findall(r"^\s+(?:\S+ => )?(/\S+) \(0x", said, re.MULTILINE)}
    if needed:
        needed |= {LIBRARIES / name for name in OPENED}
    for library in needed:
        if own is None or not library.is_relative_to(own):
            folder = "lib64" if library.name.startswith("ld-linux") else LIBRARIES.relative_to("/")
            (root / folder).mkdir(parents=True, exist_ok=True)
            shutil.copy(library, root / folder)  # and not what it is a link to


def script(root: Path, name: str, *lines: str) -> None:
    """Write a program that a shell runs."""
    file = root / "usr" / "local" / "bin" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    file.chmod(0o755)


def _found(program: str | Path) -> Path:
    found = shutil.which(program)
    assert found is not None, f"{program} was looked for beforehand"
    return Path(found).resolve() if Path(found).name == "busybox" else Path(found)
