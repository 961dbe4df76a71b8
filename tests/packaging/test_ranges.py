"""What the engine asks for in its widest sense: no extra, the lowest versions, the newest ones."""

import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from pytest import TempPathFactory, fixture, mark

from tests.house import tree
from tests.packaging import environments
from tests.packaging.environments import Environment
from tests.real.tiers import unhurried

PLAYED = (*tree.SERVERS, "hypothesis", "test")
SMOKE = Path(__file__).parent / "smoke.py"
EXAMPLE = tree.ROOT / "examples" / "warehouse"
ALONE = {
    "fake_mongo": "the fake MongoDB needs pymongo and mongomock: install boxoffice[mongo]",
    "fake_jetstream": "the fake NATS needs nats-py: install boxoffice[nats]",
    "fake_redis": "the fake Redis needs redis and fakeredis: install boxoffice[redis]",
    "fake_stripe": "the fake Stripe needs stripe: install boxoffice[stripe]",
}
# A service, asked over a slow network; `given` is a server for it.
STORY = """
from boxoffice import System, faults
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

def lamp(drivers):
    return Starlette(routes=[Route("/lamp", lambda request: JSONResponse("lit"))])

house = System("house")
house.service("lamp", lamp, route="/"{given})

@house.story(faults=[faults.slow_calls(by_s=1.0, of="GET*", share=1.0)])
async def evening(world):
    answer = await world.client("Ann").get("/lamp")
    assert answer.json() == "lit"
"""


def ranges() -> list[Requirement]:
    return tree.requirements("sim", *PLAYED)


def bounds(asked: Requirement) -> dict[str, Version]:
    return {it.operator: Version(it.version) for it in asked.specifier}


# --- without extras -------------------------------------------------------------------------


def story(there: Environment, given: str = "") -> subprocess.CompletedProcess[str]:
    (there.folder / "test_house.py").write_text(STORY.format(given=given), encoding="utf-8")
    return there.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_house.py")


def test_a_system_without_servers_needs_no_extra(plain: Environment) -> None:
    said = story(plain)
    assert (said.returncode, said.stderr) == (0, ""), said.stdout
    assert "1 passed" in said.stdout


def test_no_driver_is_there_without_an_extra(plain: Environment) -> None:
    for package in ("pymongo", "mongomock", "nats", "redis", "fakeredis", "stripe"):
        said = plain.run("python", "-c", f"import {package}")
        assert f"No module named '{package}'" in said.stderr


@mark.parametrize("fake", ALONE)
def test_a_fake_alone_names_its_extra_in_one_line(plain: Environment, fake: str) -> None:
    said = plain.run("python", "-c", f"from boxoffice import {fake}")
    assert said.stderr.splitlines()[-1].partition(": ")[2] == ALONE[fake]


@mark.parametrize(("kind", "fake"), list(zip(tree.SERVERS, ALONE, strict=True)))
def test_a_world_names_the_extra_of_a_server_in_one_line(
    plain: Environment, kind: str, fake: str
) -> None:
    said = story(plain, f', {kind}="it"')
    assert said.returncode == 1
    assert ALONE[fake] in said.stdout
    assert "Traceback" not in said.stdout
    assert "raise MissingExtra" not in said.stdout


def test_the_command_and_its_help_need_no_extra(plain: Environment) -> None:
    said = plain.run("boxoffice", "--help")
    assert (said.returncode, said.stderr) == (0, "")


# --- lowest and newest ----------------------------------------------------------------------


def test_the_lowest_of_each_range_is_locked() -> None:
    locked = tree.locked("lowest.txt")
    lowest = {it.name: bounds(it)[">="] for it in ranges()}
    assert {name: Version(locked[canonicalize_name(name)]) for name in lowest} == lowest


def test_no_range_goes_on_beyond_what_was_tested() -> None:
    locked = {name: Version(it) for name, it in tree.locked("all.txt").items()}
    for asked in ranges():
        if ends := bounds(asked).get("<"):
            tested = locked[canonicalize_name(asked.name)].release[: len(ends.release)]
            assert ends.release == (*tested[:-1], tested[-1] + 1), asked


def test_the_lowest_have_hashes() -> None:
    lines = (tree.ROOT / "requirements" / "lowest.txt").read_text().splitlines()
    hashed = [
        after.strip().startswith("--hash=sha256:")
        for line, after in pairwise(lines)
        if "==" in line
    ]
    assert hashed
    assert all(hashed)


def played(there: Environment, what: Path, *options: str) -> str:
    """Play a copy of a file or folder in an environment; return what was said."""
    if what.is_file():
        shutil.copy(what, there.folder)
    else:
        ignored = shutil.ignore_patterns("reports", ".*", "__pycache__")
        shutil.copytree(what, there.folder / what.name, ignore=ignored)
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", what.name, *options]
    said = there.run("python", *words)
    assert (said.returncode, said.stderr) == (0, ""), said.stdout
    return said.stdout


@unhurried
def test_the_newest_play(engine: Environment) -> None:
    # tests/examples plays the example with the same versions.
    assert "6 passed" in played(engine, SMOKE)


@fixture(scope="module")
def lowest(wheels: dict[str, Path], tmp_path_factory: TempPathFactory) -> Environment:
    """An environment of the lowest versions, out of a package registry."""
    made = environments.environment(tmp_path_factory.mktemp("lowest"), [], [])
    pip = [sys.executable, "-m", "pip", "--python", str(made.root / "bin" / "python"), "install"]
    quiet = ["--quiet", "--disable-pip-version-check", "--no-deps"]
    lock = str(tree.ROOT / "requirements" / "lowest.txt")
    # nats-py had no wheels before 2.13.
    locked = ["--require-hashes", "--only-binary", ":all:", "--no-binary", "nats-py", "-r", lock]
    for what in (locked, ["--no-index", str(wheels["boxoffice"])]):
        subprocess.run([*pip, *quiet, *what], check=True, timeout=environments.PATIENCE_S)
    return made


@unhurried
def test_the_lowest_play(lowest: Environment) -> None:
    assert "6 passed" in played(lowest, SMOKE)
    assert "3 passed" in played(lowest, EXAMPLE, "--boxoffice-seeds", "3")
