"""What has to be there before a node can be made; all that lacks is said in one line."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

LOCK: Final = Path("/run/lock/boxoffice-cluster")
CNI: Final = Path("/usr/lib/cni")
# Program → Debian's package of it, or what else to install.
PROGRAMS: Final = {
    "buildah": "buildah",
    "busybox": "busybox-static",
    "conntrack": "conntrack",
    "containerd": "containerd",
    "go": "Go 1.24",
    "ipset": "ipset",
    "iptables": "iptables",
    "kubectl": "kubectl 1.27",
    "nginx": "nginx-light",
    "node": "Node 20",
    "npm": "Node 20",
    "nsenter": "util-linux",
    "openssl": "openssl",
    "redis-server": "redis-server",
    "runc": "runc",
    "unshare": "util-linux",
}
PYTHON: Final = "3.13"  # as in the Dockerfile's base image


class Lacking(Exception):
    """The cluster cannot run on this machine; the message is one line."""


def check() -> None:
    """Raises: Lacking."""
    if os.uname().sysname != "Linux" or os.geteuid() != 0:
        raise Lacking("make test-cluster needs Linux and root: a node has namespaces and mounts")
    lacking = {what for program, what in PROGRAMS.items() if shutil.which(program) is None}
    if not (CNI / "bridge").exists():
        lacking.add("containernetworking-plugins")
    if python_home() is None:
        lacking.add(f"Python {PYTHON}")
    if lacking:
        raise Lacking(f"make test-cluster lacks {', '.join(sorted(lacking))}; {_how(lacking)}")


@contextmanager
def alone() -> Iterator[None]:
    """Keep others out, who would have a node of the same name.  Raises: Lacking."""
    with LOCK.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Lacking("another make test-cluster runs on this machine") from None
        yield


def python_home() -> Path | None:
    """Return where a Python of the image's release is installed."""
    release = f"python{PYTHON}"
    pyenv = sorted(Path.home().glob(f".pyenv/versions/{PYTHON}.*/bin/{release}"))
    for program in (*pyenv, shutil.which(release)):
        if program is None:
            continue
        asked = [program, "-c", "import sys; print(sys.base_prefix)"]
        said = subprocess.run(asked, capture_output=True, text=True, timeout=30)
        if said.returncode == 0:
            return Path(said.stdout.strip())
    return None


def _how(lacking: set[str]) -> str:
    packages = sorted(it for it in lacking if it == it.lower() and " " not in it)
    said = f"apt-get install --no-install-recommends {' '.join(packages)}" if packages else ""
    return said or "install it and say it again"
