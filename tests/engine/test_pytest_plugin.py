"""What pytest makes of the stories of a small system, seen from a pytest run inside this one."""

import shlex

from pytest import ExitCode, Pytester, mark

import boxoffice.world.world  # noqa: F401 (pytester forgets what is first loaded within it)
import tests.engine.toys  # noqa: F401
from boxoffice.file_names import file_name
from tests.real.tiers import unhurried

HEAD = '''"""Stock comes in."""

from boxoffice import Twin
from tests.engine.toys import take_blindly, take_one, warehouse

system = warehouse()

def twin(name, invariant, instead):
    return Twin(name, "stock is looked at", invariant, "tests.engine.toys:take_one", instead)
'''
STORY = """
async def arrives(world):
    ann = world.client("Ann")
    await ann.post("/stock", json={"sku": "book", "count": 5})
"""
RESERVED = """    await ann.post("/reservations", json={"id": "r1"})
"""
CROWD = """
async def crowd(world):
    await world.client("Ann").post("/stock", json={"sku": "book", "count": 1})
    people = [world.client(f"P{n}") for n in range(8)]
    await world.together(
        *(it.post("/reservations", json={"id": f"r{n}"}) for n, it in enumerate(people))
    )
"""

pytest_plugins = ["pytester"]


def items(result):
    return [line.strip() for line in result.outlines if "Item " in line]


def test_a_story_is_one_item_for_each_seed_and_one_for_each_twin(suite):
    text = "\n@system.story(twins=[twin('blind', 'not-negative', take_blindly)])" + STORY
    assert items(suite(text, "--boxoffice-seeds", "3", "--collect-only")) == [
        "<HoldsItem arrives[0]>",
        "<HoldsItem arrives[1]>",
        "<HoldsItem arrives[2]>",
        "<TwinItem arrives[blind]>",
    ]


def test_one_seed_is_run_alone_whatever_the_number_of_seeds(suite):
    options = ("--boxoffice-seeds", "3", "--boxoffice-seed", "7", "--collect-only")
    assert items(suite("\n@system.story()" + STORY, *options)) == ["<HoldsItem arrives[7]>"]


def test_a_story_that_is_imported_is_not_collected_again(suite, pytester: Pytester):
    pytester.makepyfile(told_elsewhere=HEAD + "\n@system.story()" + STORY)
    result = suite("from told_elsewhere import arrives\n", "--collect-only")
    assert result.ret == ExitCode.NO_TESTS_COLLECTED


def test_a_story_that_holds_passes_and_leaves_nothing_behind(suite, pytester: Pytester):
    result = suite("\n@system.story()" + STORY + RESERVED, "--boxoffice-seeds", "2")
    result.assert_outcomes(passed=2)
    assert not (pytester.path / "reports").exists()


def test_a_run_that_fails_names_its_seed_and_the_command_that_plays_it_again(
    suite, pytester: Pytester
):
    text = "\n@system.story()" + STORY + '    assert False, "Ann is unhappy"\n'
    result = suite(text, "--boxoffice-seeds", "2")
    result.assert_outcomes(failed=2)
    again = "see it again: pytest 'test_told.py::arrives[1]' --boxoffice-seed 1"
    assert again in result.outlines
    result.stdout.fnmatch_lines(
        [
            "violated: story: Ann is unhappy*",
            "see what happened: reports/test_told.py-arrives-1.html",
            again.replace("[", "[[]"),
        ]
    )
    options = shlex.split(again.removeprefix("see it again: pytest "))
    replay = suite("", *options)
    replay.assert_outcomes(failed=1)
    assert again in replay.outlines


def test_a_run_that_fails_leaves_the_explorer_of_it_until_it_passes(suite, pytester: Pytester):
    text = "\n@system.story()" + STORY + RESERVED
    suite(text + "    assert False\n").assert_outcomes(failed=1)
    report = (pytester.path / "reports" / "test_told.py-arrives-0.html").read_text(encoding="utf-8")
    assert '"scenario":"arrives"' in report
    suite(text).assert_outcomes(passed=1)
    assert list((pytester.path / "reports").iterdir()) == []


def test_stories_of_one_name_leave_a_report_each(suite, pytester: Pytester):
    text = "\n@system.story()" + STORY + "    assert False\n"
    pytester.mkpydir("apart").joinpath("test_told.py").write_text(HEAD + text, encoding="utf-8")
    suite(text, "--import-mode=importlib").assert_outcomes(failed=2)
    assert len(list((pytester.path / "reports").iterdir())) == 2


def test_any_name_makes_afile_name(suite, pytester: Pytester):
    text = "\n@system.story()" + STORY.replace("arrives", "ankünfte_" + "ü" * 150, 1)
    suite(text + "    assert False\n").assert_outcomes(failed=1)
    (report,) = (pytester.path / "reports").iterdir()
    assert len(report.name.encode()) < 143


def test_where_the_explorer_is_is_said_as_seen_from_where_pytest_was_called(
    suite, pytester: Pytester, monkeypatch
):
    pytester.makeini("[pytest]")
    monkeypatch.chdir(pytester.mkdir("below"))
    suite("\n@system.story()" + STORY + "    assert False\n", "..").stdout.fnmatch_lines(
        [
            "see what happened: ../reports/test_told.py-arrives-0.html",
            "see it again: pytest '../test_told.py::arrives[[]0]' --boxoffice-seed 0",
        ]
    )


def test_a_report_that_cannot_be_written_hides_no_failure(suite, pytester: Pytester):
    (pytester.path / "reports").write_text("a file")
    result = suite("\n@system.story()" + STORY + '    assert False, "Ann is unhappy"\n')
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["violated: story: Ann is unhappy*", "*no report, since */reports/*: *exists*"]
    )
    assert (pytester.path / "reports").read_text() == "a file"


LEAVING = """
calls = []

async def again(world):
    calls.append(1)
    assert len(calls) != 2, "told before"
"""


def test_a_run_is_played_twice_where_that_is_asked_for(suite):
    text = "\n@system.story(checks=[system.invariants[0].check_of])" + STORY
    suite(text, "--boxoffice-twice", "--boxoffice-seeds", "2").assert_outcomes(passed=2)
    left = LEAVING.replace("async", "@system.story()\nasync", 1)
    result = suite(left, "--boxoffice-twice")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "violated: one-seed-one-run: the second run is judged otherwise:",
            "  what the first run has left behind:",
            "    calls of test_told: [[]], then [[]1]",
            "see it again: pytest 'test_told.py::again[[]0]' --boxoffice-seed 0 --boxoffice-twice",
        ]
    )


@unhurried
def test_a_share_of_the_seeds_may_always_be_played_twice(suite, pytester: Pytester):
    pytester.makeini("[pytest]\nboxoffice_twice = 1")
    text = "\nfrom tests.engine.test_pytest_plugin import LIVES\n" + STORY.replace(
        "async", "@system.story()\nasync", 1
    )
    LIVES.clear()
    suite(text + "    LIVES.append(world.seed)\n" + RESERVED, "--boxoffice-seeds", "3")
    assert LIVES == [0, 0, 1, 2]
    pytester.makeini("[pytest]\nboxoffice_twice = some")
    result = suite(text)
    said = "boxoffice_twice takes a whole number from 0 on, and not 'some'"
    assert said in result.stderr.str() + result.stdout.str()


LIVES: list[int] = []


def test_a_check_that_was_never_put_to_the_test_fails(suite):
    result = suite("\n@system.story()" + STORY)  # nothing is reserved
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "never put to the test: shipped",
            "  nothing is in inventory.reservations, shipping.shipments; "
            "what there is: 1 document in inventory.stock",
        ]
    )


def test_what_no_story_puts_to_the_test_is_said_at_the_end_whatever_passes(suite):
    text = """
@system.always("declared before", on="inventory.damages")
def undamaged(write):
    assert write

@system.story(checks=[system.invariants[0].check_of])"""
    result = suite(text + STORY, "--boxoffice-seeds", "2")
    result.assert_outcomes(passed=2)
    said = "never put to the test by any story of warehouse: shipped, undamaged"
    assert said in result.outlines
    other = "\n@system.story()" + CROWD.replace("crowd", "others", 1)
    result = suite(text + STORY + other, "-rN")
    result.assert_outcomes(passed=1, failed=1)
    assert "never put to the test by any story of warehouse: undamaged" in result.outlines


def test_a_twin_that_is_caught_passes(suite):
    text = "\n@system.story(twins=[twin('blind', 'not-negative', take_blindly)])" + CROWD
    suite(text).assert_outcomes(passed=2)


def test_a_twin_that_changes_nothing_fails(suite):
    same = "async def same(database):\n    await real(database)\nreal = take_one\n"
    text = f"\n{same}\n@system.story(twins=[twin('same', 'not-negative', same)])" + CROWD
    result = suite(text)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "without the defence that stock is looked at, not-negative should fall; "
            "what fell: nothing",
            "see it again: pytest 'test_told.py::crowd[[]same]'",
        ]
    )


def test_a_twin_that_nobody_called_fails_whatever_falls(suite):
    falls = """
@system.finally_("there is no stock")
def none_left(end):
    assert not end.ids("inventory.stock")
"""
    story = "\n@system.story(twins=[twin('idle', 'none-left', take_blindly)])" + STORY
    result = suite(falls + story)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*what fell: none-left; nobody called the stand-in: *"])


def test_a_mistake_in_a_story_is_shown_where_it_happened(suite):
    result = suite("\n@system.story()" + STORY + '    raise LookupError("a typing error")\n')
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*LookupError: a typing error*"])


@mark.parametrize(
    ("option", "given", "least"),
    [("--boxoffice-seeds", "0", 1), ("--boxoffice-seed", "-1", 0), ("--boxoffice-size", "0", 1)],
)
def test_a_number_that_means_nothing_is_misuse(suite, option, given, least):
    result = suite("\n@system.story()" + STORY, f"{option}={given}")
    assert result.ret == ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {option} takes a whole number from {least} on*"])


def test_a_long_name_that_differs_at_its_beginning_alone_is_another_file():
    names = {file_name(f"{it}.py::{'x' * 200}[0]") for it in "ab"}
    assert len(names) == 2


def test_a_twin_shows_nothing_on_a_seed_on_which_the_story_falls_anyway(suite):
    text = """
@system.finally_("there is no stock")
def none_left(end):
    assert not end.ids("inventory.stock")

@system.story(twins=[twin('blind', 'none-left', take_blindly)])"""
    for options in ((), ("-k", "blind")):
        result = suite(text + CROWD, *options)
        result.assert_outcomes(failed=1 if options else 2, deselected=1 if options else 0)
        result.stdout.fnmatch_lines(
            [
                "with every defence in place as well, seed 0 fails, so that blind shows nothing "
                "there: violated: none-left: *",
                "see it again: pytest 'test_told.py::crowd[[]blind]'",
            ]
        )


@mark.parametrize("option", ["--boxoffice-trace", "--boxoffice-host"])
def test_an_option_of_one_run_that_names_nothing_is_misuse(suite, option):
    result = suite("\n@system.story()" + STORY, f"{option}=")
    assert result.ret == ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {option} names nothing*"])


def test_a_loop_that_awaits_nothing_ends_its_run_with_its_line(suite, monkeypatch):
    monkeypatch.setattr("boxoffice.clock.busy.BUSY_S", 0.2)
    text = "\n@system.story()\nasync def turns(world):\n    while True:\n        pass\n"
    result = suite(text, "--boxoffice-seeds", "1")
    assert result.ret == ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*Endless: one step has used 0.2 s of a processor*"])
    assert "busy.py" not in result.stdout.str()
