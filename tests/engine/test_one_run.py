"""Every event of one run in a file, and one host's log on the screen."""

import json
from hashlib import sha256
from pathlib import Path

from pytest import ExitCode, Pytester, fixture, mark

import boxoffice.items  # noqa: F401 (pytester forgets what is first loaded within it)
import tests.engine.toys

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
STORY = """from tests.engine import toys

system = toys.warehouse()

@system.story()
async def a_day(world):
    ann = world.client("Ann")
    await ann.post("/stock", json={"sku": "book", "count": 5})
    await ann.post("/reservations", json={"id": "r1"})
"""


@fixture
def story(pytester: Pytester, monkeypatch):
    """Return how to run pytest on a story of a day, with a further line."""
    monkeypatch.syspath_prepend(str(ROOT))

    def run(*options: str, line: str = "pass"):
        pytester.makepyfile(test_day=f"{STORY}    {line}\n")
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", *options)

    return run


@mark.parametrize("line", ["pass", "assert False", "raise LookupError"])
def test_every_event_is_written_whatever_becomes_of_the_run(story, pytester: Pytester, line):
    story("--boxoffice-trace", "trace.jsonl", line=line)
    written = (pytester.path / "trace.jsonl").read_bytes()
    kinds = [json.loads(it)["kind"] for it in written.splitlines()]
    assert kinds[0] == "start"
    assert kinds.count("request") == 2


def test_the_hash_of_the_file_is_the_hash_of_the_run(story, pytester: Pytester):
    story("--boxoffice-trace", "trace.jsonl")
    system = tests.engine.toys.warehouse()

    async def a_day(world):
        ann = world.client("Ann")
        await ann.post("/stock", json={"sku": "book", "count": 5})
        await ann.post("/reservations", json={"id": "r1"})

    trace = system.run(system.story()(a_day)).trace
    written = (pytester.path / "trace.jsonl").read_bytes()
    assert sha256(written).hexdigest() == trace.sha256()


@mark.parametrize("line", ["pass", "assert False", "raise LookupError"])
def test_one_hosts_log_is_shown_whatever_becomes_of_the_run(story, line):
    said = story("--boxoffice-host", "inventory", line=line)
    said.stdout.fnmatch_lines(
        [
            "log of inventory, in test_day.py::a-day[[]0]:",
            "  00:00.*  inventory  is up",
            "  00:00.*  Ann  POST /stock",
            "  00:00.*  mongo  inventory.stock book: left 5",
            "  00:00.*  Ann  POST /reservations",
        ]
    )
    said.stdout.no_fnmatch_line("*courier  is up*")
    log = "\n".join(said.outlines).index("log of inventory")
    assert "FAILURES" not in "\n".join(said.outlines)[:log]


def test_a_host_that_is_nowhere_is_told_with_the_nearest(story):
    result = story("--boxoffice-host", "curier")
    result.assert_outcomes(failed=1)
    assert "there is no host 'curier'; did you mean 'courier'?" in result.outlines


def test_a_host_that_is_nowhere_hides_no_failure(story):
    result = story("--boxoffice-host", "curier", line="raise LookupError('mistyped')")
    result.stdout.fnmatch_lines(["*LookupError: mistyped", "*did you mean 'courier'?"])


def test_a_file_that_cannot_be_written_is_told_in_a_line(story):
    result = story("--boxoffice-trace", "nowhere/trace.jsonl")
    result.assert_outcomes(failed=1)
    assert "cannot write nowhere/trace.jsonl: No such file or directory" in result.outlines


def test_a_file_that_cannot_be_written_hides_no_verdict(story):
    result = story("--boxoffice-trace", "nowhere/trace.jsonl", line="assert False")
    result.stdout.fnmatch_lines(["violated: story: *", "see it again: *"])
    assert "cannot write nowhere/trace.jsonl: No such file or directory" in result.outlines


@mark.parametrize("option", ["--boxoffice-trace", "--boxoffice-host"])
def test_several_runs_are_refused(story, option):
    result = story(option, "courier", "--boxoffice-seeds", "2")
    assert result.ret == ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [f"ERROR: {option} is for one run, and 2 are chosen: name one, as test_day.py::a-day[[]0]"]
    )
    story(option, "courier", "--boxoffice-seeds", "2", "-k", "0").assert_outcomes(passed=1)


@mark.parametrize("option", ["--boxoffice-trace", "--boxoffice-host"])
def test_several_processes_are_refused(story, option):
    result = story(option, "courier", "-n", "2")
    assert result.ret == ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {option} is for one run, in one process: leave -n out"])
