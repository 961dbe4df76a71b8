"""The wheels, built once, and environments in which they are installed."""

import os
from pathlib import Path

from pytest import TempPathFactory, fixture

from tests.packaging import environments
from tests.packaging.environments import Environment


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
    """An environment of the engine, and of what else is installed here but for the shop."""
    root, others = tmp_path_factory.mktemp("engine"), environments.everything()
    return environments.environment(root, [wheels["boxoffice"]], others)


@fixture(scope="session")
def shop(wheels: dict[str, Path], tmp_path_factory: TempPathFactory) -> Environment:
    """An environment of both wheels."""
    root, others = tmp_path_factory.mktemp("shop"), environments.everything()
    return environments.environment(root, list(wheels.values()), others)


@fixture(scope="session")
def bare(wheels: dict[str, Path], tmp_path_factory: TempPathFactory) -> Environment:
    """An environment of the engine and pytest, without any of the packages the engine needs."""
    root, others = tmp_path_factory.mktemp("bare"), environments.needed_by("pytest", "pytest-xdist")
    return environments.environment(root, [wheels["boxoffice"]], others)
