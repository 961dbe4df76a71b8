"""Images without Docker and without a registry: buildah's store, and an archive of each."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.deploy.cluster.places import CACHE, IMAGES

STORE: Final = CACHE / "store"
NAMES: Final = CACHE / "registries.conf"
PATH: Final = "/usr/local/bin:/usr/bin:/bin"


def prepare() -> None:
    """Names without a registry are Docker Hub's, as for a cluster; nothing is ever pulled."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    lines = ['unqualified-search-registries = ["docker.io"]', 'short-name-mode = "disabled"', ""]
    NAMES.write_text("\n".join(lines))


def commit(name: str, root: Path, *config: str, base: str = "scratch") -> None:
    """Make an image of the files below `root` on top of another, and its archive."""
    container = _buildah("from", "--pull-never", base)
    _buildah("add", "--quiet", container, str(root), "/")
    _buildah("config", "--env", f"PATH={PATH}", *config, container)
    _buildah("commit", "--quiet", "--rm", container, name)
    archive(name)


def build(name: str, dockerfile: Path, ignore: Path, mounts: Sequence[str] = ()) -> None:
    """Make an image of a Dockerfile, in its folder, and its archive."""
    how = ("--layers", "--pull-never", "--isolation", "chroot", "--network", "host")
    shared = [word for mount in mounts for word in ("--volume", mount)]
    told = ("--file", str(dockerfile), "--ignorefile", str(ignore))
    _buildah("bud", *how, *shared, *told, "--tag", name, str(dockerfile.parent))
    archive(name)


def archive(name: str) -> None:
    """Write an image to a file that containerd reads."""
    file = archive_of(name)
    file.unlink(missing_ok=True)  # it would not be written over
    _buildah("push", "--quiet", name, f"docker-archive:{file}:{name}")


def archive_of(name: str) -> Path:
    """Return the file of an image."""
    return IMAGES / f"{name.split('/')[-1].split(':')[0]}.tar"


def _buildah(*words: str) -> str:
    places = ["--root", str(STORE), "--runroot", f"{STORE}-run", "--storage-driver", "overlay"]
    done = subprocess.run(
        ["buildah", *places, *words],
        env=os.environ | {"CONTAINERS_REGISTRIES_CONF": str(NAMES)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"buildah {words[0]}: {(done.stderr or done.stdout)[-2000:]}")
    return done.stdout.strip()
