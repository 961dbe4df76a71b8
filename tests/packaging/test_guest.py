"""The pytest plugin among tests that have nothing to do with it."""

import textwrap
from pathlib import Path

from pytest import mark

from tests.packaging.environments import Environment
from tests.real.tiers import sampled

LOADED = """
import sys
def pytest_sessionfinish(session):
    with open("loaded", "w") as file:
        print(*sorted(sys.modules), file=file)
"""
# A project whose packages and options have the names of this repository's.
PROJECT = {
    "conftest.py": """
        def pytest_addoption(parser):
            parser.addoption("--seeds", default="apple")
            parser.addoption("--seed")
            parser.addoption("--size", type=float)
        """,
    "sim/__init__.py": "",
    "sim/boxoffice.py": "HERE = 'sim'",
    "services/__init__.py": "",
    "services/common.py": "HERE = 'services'",
    "scenarios/__init__.py": "",
    "scenarios/cli.py": "HERE = 'scenarios'",
    "tests/test_rooms.py": """
        from scenarios.cli import HERE as scenarios
        from services.common import HERE as services
        from sim.boxoffice import HERE as sim

        def test_they_are_ours():
            assert (scenarios, services, sim) == ("scenarios", "services", "sim")

        def test_options_are_ours(request):
            assert request.config.getoption("--seeds") == "pear"
            assert request.config.getoption("--size") == 1.5

        class Scenario:
            checks = ()

        test_no_story = Scenario()
        """,
}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(textwrap.dedent(text), encoding="utf-8")


def test_an_empty_test_loads_the_plugin_and_nothing_else(bare: Environment) -> None:
    write(bare.folder, {"test_empty.py": "def test_empty(): pass", "conftest.py": LOADED})

    def loaded(*options: str) -> set[str]:
        said = bare.run("python", "-m", "pytest", "-q", "test_empty.py", *options)
        assert (said.returncode, said.stderr) == (0, ""), said.stdout
        return set((bare.folder / "loaded").read_text().split())

    without = loaded("-p", "no:boxoffice.plugin")
    assert {it for it in without if it.startswith("boxoffice")} == set()
    assert loaded() - without == {"boxoffice", "boxoffice.plugin"}
    assert loaded("-p", "boxoffice.plugin") == loaded()  # whoever names it as well


@mark.parametrize("mode", ["prepend", "importlib"])
@mark.parametrize("workers", sampled(["0", "2"], every=2))
def test_a_project_whose_packages_and_options_are_named_like_ours_is_not_disturbed(
    bare: Environment, tmp_path: Path, workers: str, mode: str
) -> None:
    write(tmp_path, PROJECT)
    ini = f"[pytest]\npythonpath = .\naddopts = --import-mode={mode} -p no:cacheprovider\n"
    (tmp_path / "pytest.ini").write_text(ini)
    options = ["-n", workers, "--seeds=pear", "--size=1.5", "--boxoffice-seeds=3"]
    said = bare.run("python", "-m", "pytest", "-q", str(tmp_path), *options)
    assert (said.returncode, said.stderr) == (0, ""), said.stdout
    assert "2 passed" in said.stdout


def test_its_options_have_a_prefix(bare: Environment) -> None:
    said = bare.run("python", "-m", "pytest", "--help").stdout.partition(
        "stories in virtual time:"
    )[2]
    ours = [word for word in said.partition("\n\n")[0].split() if word.startswith("--")]
    assert {"--boxoffice-seeds=N", "--boxoffice-seed=SEED", "--boxoffice-size=N"} <= set(ours)
    assert all(word.startswith("--boxoffice-") for word in ours)
