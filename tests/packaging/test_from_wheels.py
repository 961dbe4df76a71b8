"""The wheels in environments of their own, with no checkout in sight."""

import re

from pytest import mark

from tests.house import tree
from tests.packaging.environments import Environment
from tests.real.tiers import sampled, unhurried

STORY = """
import asyncio
from boxoffice import System

async def lamp(drivers):
    await drivers.mongo["lamp"]["states"].insert_one({"_id": "lit"})
    while True:
        await asyncio.sleep(1)

house = System("house")
house.service("lamp", lamp, mongo="mongo")

@house.finally_("the lamp is lit")
def lit(end):
    assert end.ids("lamp.states") == {"lit"}

@house.story()
async def evening(world):
    await asyncio.sleep(3600)
"""
WHERE = "import {0}, pathlib; print(pathlib.Path({0}.__file__).resolve())"


@mark.parametrize("package", sampled(["boxoffice", "services", "scenarios"], every=3))
def test_the_shop_is_loaded_from_the_wheels(shop: Environment, package: str) -> None:
    said = shop.run("python", "-c", WHERE.format(package))
    assert said.stdout.startswith(str(shop.root.resolve())), said.stderr
    assert str(tree.ROOT) not in said.stdout


def test_the_engine_alone_brings_nothing_of_the_shop(engine: Environment) -> None:
    said = engine.run("python", "-c", WHERE.format("boxoffice"))
    assert said.stdout.startswith(str(engine.root.resolve())), said.stderr
    for package in ("services", "scenarios"):
        said = engine.run("python", "-c", WHERE.format(package))
        assert f"No module named '{package}'" in said.stderr


@unhurried
def test_the_demo_runs_from_the_wheels_alone(shop: Environment) -> None:
    said = shop.run("boxoffice", "demo")
    assert (said.returncode, said.stderr) == (0, "")
    assert re.search(
        r"20 runs: 10 hold with every defence in place, 10 fall without one", said.stdout
    )
    page = (shop.folder / "boxoffice-demo.html").read_text(encoding="utf-8")
    assert 'id="boxoffice-runs">' in page


def test_the_script_of_the_shop_is_the_same_command(shop: Environment) -> None:
    said = shop.run("boxoffice-shop", "--help")
    assert (said.returncode, said.stderr) == (0, "")
    assert "Usage: boxoffice-shop [OPTIONS]" in said.stdout
    for command in ("check", "demo", "list", "run", "up", "lab", "dlq"):
        assert f"│ {command} " in said.stdout


@unhurried
def test_who_has_no_clone_has_no_notebooks(shop: Environment) -> None:
    said = shop.run("boxoffice", "lab", "--port", "0")
    assert (said.returncode, said.stdout) == (2, "")
    clone = "there are no notebooks here; they come with a clone of the project"
    assert said.stderr == f"boxoffice: {clone}\n"


def test_the_services_run_from_the_wheel(shop: Environment) -> None:
    said = shop.run("python", "-m", "services", "--help")
    assert (said.returncode, said.stderr) == (0, "")
    assert "orders" in said.stdout


def test_the_engine_alone_explores_and_says_how_others_add_commands(engine: Environment) -> None:
    said = engine.run("boxoffice", "--help")
    assert (said.returncode, said.stderr) == (0, "")
    assert "explore" in said.stdout
    assert "No other commands are installed" in said.stdout
    said = engine.run("boxoffice", "demo")
    assert (said.returncode, said.stderr) == (2, "boxoffice: No such command 'demo'.\n")


def test_the_versions_are_those_of_the_projects(shop: Environment) -> None:
    said = shop.run("boxoffice", "--version").stdout.splitlines()
    projects = [tree.pyproject(folder) for folder in ("sim", ".")]
    assert said == [f"{each['name']} {each['version']}" for each in projects]


@unhurried
def test_a_story_runs_with_what_the_engine_asks_for_and_several_workers(
    engine: Environment,
) -> None:
    (engine.folder / "test_house.py").write_text(STORY, encoding="utf-8")
    pytest = ["-m", "pytest", "-q", "-n", "2", "--boxoffice-seeds", "3", "test_house.py"]
    said = engine.run("python", *pytest)
    assert (said.returncode, said.stderr) == (0, ""), said.stdout
    assert "3 passed" in said.stdout
