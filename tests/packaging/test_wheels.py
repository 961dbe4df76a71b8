"""What the two wheels hold."""

import zipfile
from email.parser import Parser
from pathlib import Path

from packaging.requirements import Requirement
from pytest import mark

from tests.house import tree

EXPLORER = "boxoffice/views/explorer"
BUILT_FROM = (f"{EXPLORER}/web/", "scenarios/play/pyodide/")
FOLDERS = {".": ("services", "scenarios"), "sim": ("sim/boxoffice",)}
PROJECTS = {"boxoffice": "sim", "boxoffice_shop": "."}


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def texts(wheel: Path, suffix: str) -> dict[str, str]:
    with zipfile.ZipFile(wheel) as archive:
        return {it: archive.read(it).decode() for it in archive.namelist() if it.endswith(suffix)}


def committed(folder: str) -> set[str]:
    """Return the files of a project as its wheel names them."""
    rooms = FOLDERS[folder]
    found = [tree.name(path) for path in tree.files() if tree.name(path).startswith(rooms)]
    packed = [name.removeprefix("sim/") for name in found]
    return {name for name in packed if not name.startswith(BUILT_FROM)}


def test_there_are_two_wheels(wheels: dict[str, Path]) -> None:
    assert set(wheels) == set(PROJECTS)


@mark.parametrize("project", PROJECTS)
def test_a_wheel_holds_the_files_of_its_rooms_and_nothing_else(
    wheels: dict[str, Path], project: str
) -> None:
    packed = {it for it in names(wheels[project]) if ".dist-info/" not in it}
    assert packed == committed(PROJECTS[project])


def test_the_engine_brings_its_types_and_its_pages(wheels: dict[str, Path]) -> None:
    pages = {f"{EXPLORER}/{it}" for it in ("bundle.js", "explorer.css", "page.html")}
    assert pages | {"boxoffice/py.typed"} <= names(wheels["boxoffice"])


@mark.parametrize("project", PROJECTS)
def test_a_wheel_brings_its_licence(wheels: dict[str, Path], project: str) -> None:
    licences = texts(wheels[project], ".dist-info/licenses/LICENSE")
    assert list(licences.values()) == [(tree.ROOT / "LICENSE").read_text()]


def test_no_file_is_in_both_wheels(wheels: dict[str, Path]) -> None:
    engine, shop = (names(wheels[project]) for project in PROJECTS)
    assert engine & shop == set()


def test_no_command_is_in_both_wheels(wheels: dict[str, Path]) -> None:
    scripts = [
        line.split(" = ")[0]
        for project in PROJECTS
        for text in texts(wheels[project], "entry_points.txt").values()
        for line in text.partition("[console_scripts]")[2].partition("[")[0].split("\n")
        if line
    ]
    assert scripts == ["boxoffice", "boxoffice-shop"]


@mark.parametrize("project", PROJECTS)
def test_a_wheel_asks_for_what_its_project_asks_for(wheels: dict[str, Path], project: str) -> None:
    (text,) = texts(wheels[project], ".dist-info/METADATA").values()
    asked = [Requirement(it) for it in Parser().parsestr(text).get_all("Requires-Dist") or []]
    always = {str(it) for it in asked if it.marker is None}
    assert always == {str(it) for it in tree.requirements(PROJECTS[project])}
