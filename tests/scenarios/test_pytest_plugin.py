"""What pytest knows of the shop's stories, seen from a pytest run inside this one."""

import shlex
import subprocess
import sys
from pathlib import Path

from pytest import ExitCode, Pytester, mark

import scenarios.catalogue  # noqa: F401 (pytester forgets what is first loaded within it)
from scenarios import catalogue, pytest_options
from tests.real.tiers import unhurried

ROOT = Path(__file__).parents[2]
HEAD = '''"""Somebody lists a ticket."""

from boxoffice import Twin
from scenarios.scenario import scenario
from scenarios.shop.checks import versions_step_by_one as stepped
from services.tickets.domain import release

'''
A_CROWD = "@scenario(checks=[stepped], size=9)"
STORY = """
async def lists(town):
    await town.seller("Sue").lists("Front row", price="45.00")
    await town.quiet()
"""

PLUGINS = ("scenarios.pytest_options",)

pytest_plugins = ["pytester"]


def test_a_scenario_is_one_item_for_each_seed_and_one_for_each_twin(suite):
    result = suite(
        """
harmless = Twin("harmless", "nothing", "story", "services.tickets.domain:release", release)

@scenario(checks=[stepped], twins=[harmless])"""
        + STORY,
        "--seeds",
        "3",
        "--collect-only",
    )
    items = [line.strip() for line in result.outlines if "Item " in line]
    assert items == [
        "<HoldsItem lists[0]>",
        "<HoldsItem lists[1]>",
        "<HoldsItem lists[2]>",
        "<TwinItem lists[harmless]>",
    ]


def test_the_command_runs_the_same_again(suite, pytester: Pytester):
    text = (
        "@scenario(checks=[stepped], size=9)"
        + STORY
        + '    assert town.size != 4, "a small crowd"\n'
    )
    said = suite(text, "--size", "4", "--seeds", "2").outlines
    again = next(line for line in said if line.startswith("see it again: pytest "))
    options = shlex.split(again.removeprefix("see it again: pytest "))
    result = suite("", *options)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["violated: story: a small crowd", again])


def test_a_story_of_the_shop_is_run_again_by_its_name(suite, pytester: Pytester, monkeypatch):
    monkeypatch.setattr(pytest_options, "STORIES", "test_told")
    text = A_CROWD + STORY + "    assert False\n"
    fault = "slow_calls(of=*_one)"
    suite(text, "--size", "4", "--boxoffice-fault", fault).stdout.fnmatch_lines(
        ["see it again: boxoffice run lists --seed 0 --size 4 --fault 'slow_calls(of=*_one)'"]
    )


def test_the_size_of_a_crowd_is_passed_on(suite):
    text = (
        "@scenario(checks=[stepped], size=9)"
        + STORY
        + '    assert town.size == 9, f"a crowd of {town.size}"\n'
    )
    suite(text).assert_outcomes(passed=1)
    result = suite(text, "--size", "4")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*story: a crowd of 4"])


@mark.parametrize(
    ("option", "given", "least"),
    [
        ("--seeds", "0", 1),
        ("--size", "0", 1),
    ],
)
def test_a_number_that_means_nothing_is_misuse(suite, option, given, least):
    result = suite("@scenario(checks=[stepped])" + STORY, f"{option}={given}")
    assert result.ret == ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {option} takes a whole number from {least} on*"])


def test_the_options_of_the_engine_do_what_their_short_names_do(suite):
    text = (
        "@scenario(checks=[stepped], size=9)"
        + STORY
        + '    assert town.size == 9, f"a crowd of {town.size}"\n'
    )
    result = suite(text, "--boxoffice-seeds", "2", "--boxoffice-size", "4")
    result.assert_outcomes(failed=2)
    again = "see it again: pytest 'test_told.py::lists[[]1]' --boxoffice-seed 1 --boxoffice-size 4"
    result.stdout.fnmatch_lines(["*story: a crowd of 4", again])


def test_a_twin_of_the_shop_is_run_again_by_its_name(suite, monkeypatch):
    monkeypatch.setattr(pytest_options, "STORIES", "test_told")
    twin = """
def as_ever(*args):
    return release(*args)

harmless = Twin("harmless", "nothing", "story", "services.tickets.domain:release", as_ever)

@scenario(checks=[stepped], twins=[harmless], size=9)"""
    suite(twin + STORY, "--size", "4").stdout.fnmatch_lines(
        ["see it again: boxoffice run lists --bug harmless --size 4"]
    )


@unhurried
def test_this_repository_has_the_short_options_also_with_several_workers():
    story = "scenarios/stories/purchase.py"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "2", story]
    said = subprocess.run([*command, "--seeds", "3"], cwd=ROOT, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout
    twins = len(catalogue.scenario_named("purchase").twins)
    assert f"{3 + twins} passed" in said.stdout


def test_a_fault_that_names_what_is_nowhere_fails_in_one_line(suite):
    result = suite(
        """
from boxoffice.faults import crashes

@scenario(checks=[stepped], faults=[crashes("order")])"""
        + STORY
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["crashes('order', on='write'): there is no host 'order'; did *"])
    assert "Traceback" not in result.stdout.str()
