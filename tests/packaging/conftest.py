"""The wheels, built once, and environments in which they are installed."""

import os
from pathlib import Path

from pytest import TempPathFactory, fixture

from tests.house import tree
from tests.packaging import environments
from tests.packaging.environments import Environment

TESTED = ("pytest", "pytest-xdist")


@fixture(scope="session")
def wheels(tmp_path_factory: TempPathFactory) -> dict[str, Path]:
    """The two wheels, by the names of their projects."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with environments.alone(shared):
        if not (shared / "dist").exists():
            environments.build(shared / "dist")
    return {path.name.split("-")[0]: path for path in (shared / "dist").glob("*.whl")}


@fixture(scope="session")
def engine(wheels: dict[str, Path], tmp_path_factory: TempPathFactory) -> Environment:
    """An environment of the engine with all kinds of servers, and of pytest."""
    asks = asked("sim", *tree.SERVERS)
    root, others = tmp_path_factory.mktemp("engine"), environments.needed_by(*TESTED, *asks)
    return environments.environment(root, [wheels["boxoffice"]], others)


@fixture(scope="session")
def plain(wheels: dict[str, Path], tmp_path_factory: TempPathFactory) -> Environment:
    """An environment of the engine, what it asks for without any extra, and pytest."""
    root, others = tmp_path_factory.mktemp("plain"), environments.needed_by("pytest", *asked("sim"))
    return environments.environment(root, [wheels["boxoffice"]], others)


@fixture(scope="session")
def shop(wheels: dict[str, Path], tmp_path_factory: TempPathFactory) -> Environment:
    """An environment of both wheels and of what they ask for."""
    root, others = (
        tmp_path_factory.mktemp("shop"),
        environments.needed_by(*asked("."), *asked("sim")),
    )
    return environments.environment(root, list(wheels.values()), others)


def asked(folder: str, *extras: str) -> list[str]:
    """Return the names of what a project asks for."""
    return [each.name for each in tree.requirements(folder, *extras)]


@fixture(scope="session")
def bare(wheels: dict[str, Path], tmp_path_factory: TempPathFactory) -> Environment:
    """An environment of the engine and pytest, without any of the packages the engine needs."""
    root, others = tmp_path_factory.mktemp("bare"), environments.needed_by(*TESTED)
    return environments.environment(root, [wheels["boxoffice"]], others)
