"""mongo:8.0, as far as it can be had: the real mongosh, and stand-ins for what keeps documents."""

import shutil
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

from tests.deploy.cluster.cached import once
from tests.deploy.cluster.images import rootfs
from tests.deploy.cluster.places import CACHE
from tests.deploy.mongod.shell import install, lock
from tests.house.tree import ROOT

SHELL: Final = CACHE / "mongosh"
# What the engine's fake of MongoDB stands on, beside what the services' image has.
PACKAGES: Final = ("mongomock", "packaging", "pytz", "sentinels", "simpy")


def mongo(root: Path) -> None:
    """Fill what comes on top of the services' own image."""
    once("mongosh", [lock()], lambda: install(SHELL))
    stand_in = root / "stand-in"
    for folder in ("tests/deploy/mongod", "sim/boxoffice"):
        target = stand_in / folder.removeprefix("sim/")
        shutil.copytree(ROOT / folder, target, ignore=shutil.ignore_patterns("__pycache__"))
    for package in PACKAGES:
        _copy_package(package, stand_in)
    shutil.copytree(SHELL / "node_modules", root / "opt" / "node_modules", symlinks=True)
    # The init container asks for the install of GNU, which Debian's busybox has not.
    rootfs.add(root, "node", "install")
    rootfs.script(root, "mongosh", 'exec node /opt/node_modules/mongosh/bin/mongosh.js "$@"')
    rootfs.script(root, "mongod", 'exec python3 -B -m tests.deploy.mongod "$@"')
    rootfs.script(root, "mongodump", 'exec python3 -B -m tests.deploy.mongod.archive dump "$@"')
    rootfs.script(
        root, "mongorestore", 'exec python3 -B -m tests.deploy.mongod.archive restore "$@"'
    )


def _copy_package(name: str, target: Path) -> None:
    """Copy an installed package that is nothing but Python."""
    for file in distribution(name).files or ():
        if file.suffix == ".py" or ".dist-info" in str(file):
            to = target / file
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file.locate(), to)
