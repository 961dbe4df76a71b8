"""What pytest makes of scenarios, seen from a pytest run inside this one."""

import shlex
from pathlib import Path

from pytest import ExitCode, Pytester, fixture, mark

from boxoffice.items import _file_name
from scenarios import pytest_options

ROOT = Path(__file__).parents[2]
HEAD = '''"""Somebody lists a ticket."""

from scenarios.scenario import scenario
from scenarios.shop.checks import no_double_sale, replicas_converge
from boxoffice.world.twin import Twin
from services.tickets.domain import release

'''
STORY = """
async def lists(town):
    await town.seller("Sue").lists("Front row", price="45.00")
    await town.quiet()
"""

PLUGINS = ("-p", "no:cacheprovider", "-p", "scenarios.pytest_options")

pytest_plugins = ["pytester"]


@fixture
def suite(pytester: Pytester, monkeypatch):
    """Return how to run pytest on the text of one module of scenarios."""
    monkeypatch.syspath_prepend(str(ROOT))

    def run(text: str, *options: str):
        pytester.makepyfile(test_told=HEAD + text)
        return pytester.runpytest_inprocess(*PLUGINS, "-v", *options)

    return run


def test_a_scenario_is_one_item_for_each_seed_and_one_for_each_twin(suite):
    result = suite(
        """
harmless = Twin("harmless", "nothing", "story", "services.tickets.domain:release", release)

@scenario(twins=[harmless])"""
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


def test_a_scenario_that_is_imported_is_not_collected_again(suite):
    result = suite("from scenarios.stories.purchase import purchase\n", "--collect-only")
    assert result.ret == ExitCode.NO_TESTS_COLLECTED


def test_a_scenario_that_holds_passes(suite):
    suite("@scenario(checks=[replicas_converge])" + STORY, "--seeds", "2").assert_outcomes(passed=2)


def test_a_run_that_fails_names_seed_and_replay_command(suite):
    result = suite(
        "@scenario()" + STORY + '    assert town.chance("x").random() < 0, "Sue is unhappy"\n',
        "--seeds",
        "2",
    )
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "*violated: story: Sue is unhappy",
            "see it again: pytest 'test_told.py::lists[[]1]' --boxoffice-seed 1",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_the_command_runs_the_same_again(suite, pytester: Pytester):
    text = "@scenario(size=9)" + STORY + '    assert town.size != 4, "a small crowd"\n'
    said = suite(text, "--size", "4", "--seeds", "2").outlines
    again = next(line for line in said if line.startswith("see it again: pytest "))
    options = shlex.split(again.removeprefix("see it again: pytest "))
    result = pytester.runpytest_inprocess(*PLUGINS, *options)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["violated: story: a small crowd", again])


def test_a_story_of_the_shop_is_run_again_by_its_name(suite, pytester: Pytester, monkeypatch):
    monkeypatch.setattr(pytest_options, "STORIES", "test_told")
    text = "@scenario(size=9)" + STORY + "    assert False\n"
    suite(text, "--size", "4").stdout.fnmatch_lines(
        ["see it again: boxoffice run lists --seed 0 --size 4"]
    )


def test_a_run_that_fails_leaves_the_explorer_of_it_and_says_where(suite, pytester: Pytester):
    suite("@scenario()" + STORY + "    assert False\n").stdout.fnmatch_lines(
        ["see what happened: reports/test_told.py-lists-0.html"]
    )
    report = (pytester.path / "reports" / "test_told.py-lists-0.html").read_text(encoding="utf-8")
    assert '"scenario":"lists"' in report
    assert '"verdict":"violated"' in report


def test_where_the_explorer_is_is_said_as_seen_from_where_pytest_was_called(
    suite, pytester: Pytester, monkeypatch
):
    pytester.makeini("[pytest]")
    below = pytester.mkdir("below")
    monkeypatch.chdir(below)
    suite("@scenario()" + STORY + "    assert False\n", "..").stdout.fnmatch_lines(
        [
            "see it again: pytest '../test_told.py::lists[[]0]' --boxoffice-seed 0",
            "see what happened: ../reports/test_told.py-lists-0.html",
        ]
    )


def test_scenarios_of_one_name_leave_a_report_each(suite, pytester: Pytester):
    text = "@scenario()" + STORY + "    assert False\n"
    pytester.mkpydir("apart").joinpath("test_told.py").write_text(HEAD + text, encoding="utf-8")
    suite(text, "--import-mode=importlib").assert_outcomes(failed=2)
    assert len(list((pytester.path / "reports").iterdir())) == 2


def test_any_name_makes_a_file_name(suite, pytester: Pytester):
    text = "@scenario()" + STORY.replace("lists", "verkäufe_" + "ü" * 150, 1)
    result = suite(text.replace("Front row", "") + "    assert False\n")
    result.assert_outcomes(failed=1)
    (report,) = (pytester.path / "reports").iterdir()
    assert len(report.name.encode()) < 143
    result.stdout.fnmatch_lines([f"see what happened: reports/{report.name}"])


def test_a_long_name_that_differs_at_its_beginning_alone_is_another_file():
    names = {_file_name(f"{it}.py::{'x' * 200}[0]") for it in "ab"}
    assert len(names) == 2


def test_a_report_goes_when_its_test_passes(suite, pytester: Pytester):
    text = "@scenario(checks=[replicas_converge])" + STORY
    suite(text + "    assert False\n").assert_outcomes(failed=1)
    suite(text).assert_outcomes(passed=1)
    assert list((pytester.path / "reports").iterdir()) == []


def test_a_report_that_cannot_be_written_hides_no_failure(suite, pytester: Pytester):
    (pytester.path / "reports").write_text("a file")
    result = suite("@scenario()" + STORY + '    assert False, "Sue is unhappy"\n')
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["violated: story: Sue is unhappy", "*no report, since */reports/*: *exists*"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    assert (pytester.path / "reports").read_text() == "a file"


def test_a_run_that_holds_leaves_nothing_behind(suite, pytester: Pytester):
    suite("@scenario(checks=[replicas_converge])" + STORY).assert_outcomes(passed=1)
    assert not (pytester.path / "reports").exists()


def test_a_check_that_was_never_put_to_the_test_fails(suite):
    result = suite("@scenario(checks=[no_double_sale, replicas_converge])" + STORY)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "never put to the test: no-double-sale",
            "see it again: pytest *lists[[]0]' --boxoffice-seed 0",
        ]
    )


def test_a_twin_that_changes_nothing_fails(suite):
    result = suite(
        """
def as_ever(*args):
    return release(*args)

harmless = Twin("harmless", "a door shuts", "story", "services.tickets.domain:release", as_ever)

@scenario(twins=[harmless])"""
        + STORY
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "without the defence that a door shuts, story should fall; what fell: nothing; "
            "nobody called the stand-in: services.tickets.domain:release is not reached, *",
            "see it again: pytest 'test_told.py::lists[[]harmless]'",
        ]
    )


def test_a_twin_that_is_caught_passes(suite):
    result = suite(
        """
async def _fails(*args):
    raise LookupError

worse = Twin(
    "worse", "", "nothing-stuck", "services.orders.use_cases:OrdersOnEvents.follow", _fails
)

@scenario(twins=[worse])"""
        + STORY
    )
    result.assert_outcomes(passed=2)


def test_a_mistake_in_a_story_is_shown_where_it_happened(suite):
    result = suite("@scenario()" + STORY + '    raise LookupError("a typing error")\n')
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*LookupError: a typing error"])


def test_the_size_of_a_crowd_is_passed_on(suite):
    text = "@scenario(size=9)" + STORY + '    assert town.size == 9, f"a crowd of {town.size}"\n'
    suite(text).assert_outcomes(passed=1)
    result = suite(text, "--size", "4")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*story: a crowd of 4"])


@mark.parametrize(
    ("option", "given", "least"),
    [
        ("--seeds", "0", 1),
        ("--size", "0", 1),
        ("--boxoffice-seeds", "0", 1),
        ("--boxoffice-seed", "-1", 0),
        ("--boxoffice-size", "0", 1),
    ],
)
def test_a_number_that_means_nothing_is_misuse(suite, option, given, least):
    result = suite("@scenario()" + STORY, f"{option}={given}")
    assert result.ret == ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {option} takes a whole number from {least} on*"])


def test_the_options_of_the_engine_do_what_their_short_names_do(suite):
    text = "@scenario(size=9)" + STORY + '    assert town.size == 9, f"a crowd of {town.size}"\n'
    result = suite(text, "--boxoffice-seeds", "2", "--boxoffice-size", "4")
    result.assert_outcomes(failed=2)
    again = "see it again: pytest 'test_told.py::lists[[]1]' --boxoffice-seed 1 --boxoffice-size 4"
    result.stdout.fnmatch_lines(["*story: a crowd of 4", again])


def test_one_seed_is_run_alone_whatever_the_number_of_seeds(suite):
    options = ("--boxoffice-seeds", "3", "--boxoffice-seed", "7", "--collect-only")
    result = suite("@scenario()" + STORY, *options)
    items = [line.strip() for line in result.outlines if "Item " in line]
    assert items == ["<HoldsItem lists[7]>"]


def test_a_twin_of_the_shop_is_run_again_by_its_name(suite, monkeypatch):
    monkeypatch.setattr(pytest_options, "STORIES", "test_told")
    twin = """
harmless = Twin("harmless", "nothing", "story", "services.tickets.domain:release", release)

@scenario(twins=[harmless], size=9)"""
    suite(twin + STORY, "--size", "4").stdout.fnmatch_lines(
        ["see it again: boxoffice run lists --bug harmless --size 4"]
    )
