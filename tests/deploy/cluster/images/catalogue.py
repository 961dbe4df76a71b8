"""Every image that the manifests name, and those of the cluster's own parts.

The shop's is made of the project's Dockerfile as it stands.  The servers are the real programs
where this machine has them; MongoDB, mailpit and the ingress controller have stand-ins, and
k8s/README.md lists what differs.
"""

import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.deploy.cluster import autoscaling
from tests.deploy.cluster.cached import once
from tests.deploy.cluster.images import rootfs, store
from tests.deploy.cluster.images.mongo import mongo
from tests.deploy.cluster.images.python import python
from tests.deploy.cluster.needs import python_home
from tests.deploy.cluster.places import CACHE, PROGRAMS
from tests.deploy.kubernetes.building import MANIFESTS, build
from tests.deploy.kubernetes.documents import each_container
from tests.house.tree import ROOT

HERE: Final = Path(__file__).parent
OWN: Final = ("coredns", "nginx", "pause")  # the tag says that nobody else has them
OPERATOR: Final = "boxoffice-operator"
# Those that the project has a Dockerfile for: that, what it is not to see, and what it is made of.
OURS: Final[Mapping[str, tuple[str, ...]]] = {
    "boxoffice": ("Dockerfile", ".dockerignore", "services", "requirements/production.txt"),
    OPERATOR: (
        *("Dockerfile.operator", "Dockerfile.operator.dockerignore", "services", "scenarios"),
        *("sim/boxoffice", "requirements/operator.txt"),
    ),
}
Fill = Callable[[Path], object]


@dataclass(frozen=True)
class Recipe:
    """How to fill the root of an image, with what, on top of which, and what is run in it."""

    fill: Fill
    inputs: tuple[Path | str, ...] = ()
    config: tuple[str, ...] = ()
    base: str = ""


def images(scales: bool = False) -> dict[str, str]:
    """Return the full name of each image by its short one, as the manifests have it."""
    documents = build(MANIFESTS / "overlays" / "local")
    named = {container["image"] for _, _, container in each_container(documents)}
    (tag,) = {it.split(":")[1] for it in named if it.startswith("boxoffice:")}
    named.add(f"{OPERATOR}:{tag}")  # for the component audit
    full = [it if "/" in it else f"library/{it}" for it in named]
    full += [f"boxoffice/{it}:1" for it in OWN]
    theirs = autoscaling.images() if scales else {}
    return {it.split("/")[-1].split(":")[0]: f"docker.io/{it}" for it in full} | theirs


def make(names: Mapping[str, str]) -> Iterator[str]:
    """Make the images that are not there as they should be, and say which is being made."""
    store.prepare()
    recipes = _recipes(names)
    recipes |= {it: _scaler(it) for it in autoscaling.PROGRAMS if it in names}
    assert recipes.keys() | OURS.keys() == names.keys(), "each image has a recipe"
    yield "python"
    changed = _make("python", names, recipes.pop("python"))
    for name in OURS:
        yield name
        # Others stand on the services' image alone.
        changed |= _build(name, names[name]) and name != OPERATOR
    for name, recipe in recipes.items():
        yield name
        _make(name, names, recipe, again=changed and bool(recipe.base))


def _build(name: str, full: str) -> bool:
    dockerfile, ignore, *parts = (ROOT / it for it in OURS[name])
    return once(
        f"image-{name}",
        [dockerfile, ignore, *parts, full],
        lambda: store.build(full, dockerfile, ignore, _package_settings()),
    )


def _make(name: str, names: Mapping[str, str], recipe: Recipe, again: bool = False) -> bool:
    def fill_and_commit() -> None:
        root = CACHE / "roots" / name
        shutil.rmtree(root, ignore_errors=True)
        recipe.fill(root)
        store.commit(names[name], root, *recipe.config, base=recipe.base or "scratch")
        shutil.rmtree(root)

    if again or not store.archive_of(names[name]).exists():
        (CACHE / "stamps" / f"image-{name}").unlink(missing_ok=True)
    inputs = [*recipe.inputs, HERE / "rootfs.py", HERE / "store.py", names[name], *recipe.config]
    return once(f"image-{name}", inputs, fill_and_commit)


def _recipes(names: Mapping[str, str]) -> dict[str, Recipe]:
    nats = Path(shutil.which("nats-server", path=str(Path(sys.executable).parent)) or "")
    home = python_home()
    assert home is not None, "it was looked for beforehand"
    stripe = PROGRAMS / "stripe-mock"
    coredns = PROGRAMS / "coredns"
    mail = HERE / "mail.py"
    return {
        "python": Recipe(
            lambda root: python(root, home),
            (HERE / "python.py", str(home)),
            ("--env", "LD_LIBRARY_PATH=/usr/local/lib", "--cmd", "python3"),
        ),
        "nats": Recipe(_programs(nats), (nats,), ("--cmd", "nats-server")),
        "redis": Recipe(_programs("redis-server", "redis-cli"), (), ("--cmd", "redis-server")),
        "stripe-mock": Recipe(
            _programs(stripe),
            (stripe,),
            ("--entrypoint", '["stripe-mock","-http-port","12111","-https-port","12112"]'),
        ),
        "coredns": Recipe(_programs(coredns), (coredns,), ("--entrypoint", '["coredns"]')),
        "nginx": Recipe(_nginx, (), ("--cmd", '["nginx","-c","/conf/nginx.conf"]')),
        "pause": Recipe(rootfs.lay_out, (), ("--cmd", '["sleep","2147483647"]')),
        "mailpit": Recipe(
            lambda root: _copied(mail, root / "stand-in" / "mail.py"),
            (mail,),
            ("--entrypoint", '["python3","-B","/stand-in/mail.py"]'),
            base=names["python"],
        ),
        "mongo": Recipe(
            mongo,
            (HERE / "mongo.py", ROOT / "tests" / "deploy" / "mongod", ROOT / "sim" / "boxoffice"),
            (
                *("--user", "999:999", "--entrypoint", "[]", "--cmd", "mongod"),
                *("--env", "PYTHONPATH=/stand-in:/app"),
            ),
            base=names["boxoffice"],
        ),
    }


def _scaler(name: str) -> Recipe:
    program = PROGRAMS / autoscaling.PROGRAMS[name]

    def fill(root: Path) -> None:
        rootfs.lay_out(root)
        rootfs.add(root, program)
        (root / program.name).symlink_to(f"usr/local/bin/{program.name}")  # where manifests name it

    nobody = ("--user", "65532:65532", "--entrypoint", f'["/{program.name}"]')
    return Recipe(fill, (program,), nobody)


def _programs(*programs: str | Path) -> Fill:
    def fill(root: Path) -> None:
        rootfs.lay_out(root)
        rootfs.add(root, *programs)

    return fill


def _nginx(root: Path) -> None:
    rootfs.lay_out(root)
    rootfs.add(root, "nginx")
    for folder in ("var/log/nginx", "var/lib/nginx"):
        (root / folder).mkdir(parents=True)


def _copied(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True)
    shutil.copy(file, target)


def _package_settings() -> list[str]:
    """Return what to mount for pip to find packages as it does here; none of it stays."""
    places = (Path("/etc/pip.conf"), Path.home() / ".config/pip/pip.conf")
    found = [it for it in places if it.exists()]
    return [f"{found[-1]}:/etc/pip.conf:ro"] if found else []
