"""What pytest leaves of a story that fails, whatever it fails of."""

import shlex

from pytest import Pytester, fixture

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
