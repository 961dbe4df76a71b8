"""What pytest leaves of a story that fails, whatever it fails of."""

import shlex

from pytest import Pytester, fixture, mark

import boxoffice.items  # noqa: F401 (pytester forgets what is first loaded within it)
import tests.engine.toys  # noqa: F401

pytest_plugins = ["pytester"]

HEAD = """from tests.engine import toys

system = toys.warehouse()

@system.story()
async def a_day(world):
    ann = world.client("Ann")
    await ann.post("/stock", json={"sku": "book", "count": 5})
"""


@fixture
def story(suite):
    """Return how to run pytest on a story that begins with stock and goes on with a line."""
    return lambda line, *options: suite(f"    {line}\n", *options)


def test_a_story_that_raises_leaves_its_traceback_a_report_and_how_to_see_it_again(
    story, pytester: Pytester
):
    result = story('raise LookupError("a typing error")', "--boxoffice-seeds", "2")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            '>*raise LookupError("a typing error")',
            "*LookupError: a typing error",
            "*see what happened: reports/test_told.py-a-day-1.html",
            "*see it again: pytest 'test_told.py::a-day[[]1]' --boxoffice-seed 1",
        ]
    )
    report = (pytester.path / "reports" / "test_told.py-a-day-1.html").read_text(encoding="utf-8")
    assert "LookupError: a typing error" in report
    assert "/stock" in report


def test_the_last_line_of_a_failure_replays_it(story, suite):
    said = story('assert world.seed != 1, "a bad seed"', "--boxoffice-seeds", "2", "-rN").outlines
    last = [line for line in said if line and not line.startswith("=")][-1]
    assert last == "see it again: pytest 'test_told.py::a-day[1]' --boxoffice-seed 1"
    words = shlex.split(last.removeprefix("see it again: pytest "))
    again = suite("", "-rN", *words)
    again.assert_outcomes(failed=1)
    again.stdout.fnmatch_lines(["violated: story: a bad seed", last])


def shows(result, *lines):
    result.stdout.fnmatch_lines(
        [*lines, "*see it again: pytest 'test_told.py::a-day[[]0]' --boxoffice-seed 0"]
    )


@mark.parametrize("options", ["", ", pytrace=False"])
def test_a_story_that_fails_in_the_words_of_pytest_says_how_to_see_it_again(story, options):
    result = story(f'import pytest; pytest.fail("too late"{options})')
    result.assert_outcomes(failed=1)
    shows(result, "*too late", "*see what happened: reports/test_told.py-a-day-0.html")


def test_a_story_may_skip_itself(story):
    story('import pytest; pytest.skip("not today")').assert_outcomes(skipped=1)


def test_what_a_service_raised_is_told_beside_the_error_that_the_story_then_trips_over(story):
    line = '(await ann.post("/stock", json={"sku": "book", "count": 5})).raise_for_status()'
    result = story(line)
    result.assert_outcomes(failed=1)
    shows(
        result,
        "*HTTPStatusError: Server error '500*",
        "*inventory raised:",
        "*toys/__init__.py*, line *, in receive",
        "*DuplicateKeyError: *",
    )


def test_a_story_without_an_end_is_an_error_that_says_where_it_is(story, pytester: Pytester):
    lines = "world.loop.limits.calls = 50_000", "while True: await world.passes(86_400)"
    result = story("\n    ".join(lines))
    result.assert_outcomes(failed=1)
    shows(result, "*Endless: there is no end after *: the story is still at *test_told.py:*a_day")
    report = (pytester.path / "reports" / "test_told.py-a-day-0.html").read_text(encoding="utf-8")
    assert '"verdict":"error"' in report
