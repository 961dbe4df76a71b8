"""`pytest --pdb` stops where it went wrong: in the story, in the service, in what judges them."""

from pathlib import Path

from pytest import Pytester, fixture, mark

import boxoffice.items  # noqa: F401 (pytester forgets what is first loaded within it)
import tests.engine.toys  # noqa: F401

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
STORIES = '''
import asyncio
from fastapi import FastAPI
from boxoffice import System

class Debugger:
    """Says where it has been called to, in the place of pdb."""
    quitting = False

    def __init__(self, *args, **named):
        pass

    def reset(self):
        pass

    def interaction(self, frame, found):
        trace = getattr(found, "__traceback__", found)
        while trace.tb_next is not None:
            trace = trace.tb_next
        place, names = trace.tb_frame, trace.tb_frame.f_locals
        print(f"stops in {place.f_code.co_name}, where here is {names.get('here')!r}")

def pages(drivers):
    app = FastAPI()

    @app.get("/fails")
    async def fails():
        here = "a service"
        raise LookupError("no page")

    @app.put("/note")
    async def note():
        await drivers.mongo["pages"]["notes"].insert_one({"_id": "n"})

    return app

async def dies(drivers):
    here = "a worker"
    await asyncio.sleep(1)
    raise LookupError("no licence")

system = System("pages")
system.service("pages", pages, mongo="mongo", route="/")

@system.always("no notes", on="pages.notes")
def no_notes(write):
    here = "an invariant"
    assert write.after is None

@system.finally_("some requests")
def asked(end):
    assert all(it["path"] for it in end.of_kind("request"))

@system.story(checks=[asked])
async def told(world):
    here = "a story"
    ann = world.client("Ann")
'''


@fixture
def stops(pytester: Pytester, monkeypatch):
    """Return how to run pytest with a debugger on a story of these lines; say where it stops."""
    monkeypatch.syspath_prepend(str(ROOT))

    def run(*lines: str, more: str = "", options: tuple[str, ...] = ("--pdb",)):
        text = STORIES.replace("system.service(", f"{more}\nsystem.service(", 1)
        pytester.makepyfile(test_told=text + "".join(f"    {line}\n" for line in lines))
        debugger = ("--pdbcls=test_told:Debugger",)
        pytester.syspathinsert()
        result = pytester.runpytest_inprocess("-p", "no:cacheprovider", *options, *debugger)
        return result, [line for line in result.outlines if line.startswith("stops in")]

    return run


A_STORY = "stops in told, where here is 'a story'"
A_SERVICE = "stops in fails, where here is 'a service'"
ASKS = 'answer = await ann.get("/fails")'


def test_the_debugger_stops_at_the_assertion_of_a_story(stops):
    result, places = stops('assert here == "elsewhere"')
    assert places == [A_STORY]
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["violated: story:*", "see it again:*"])


def test_the_debugger_stops_in_the_service_that_raised_and_then_in_the_story(stops):
    _, places = stops(ASKS, "assert answer.status_code == 200")
    assert places == [A_SERVICE, A_STORY]


def test_the_debugger_stops_in_the_service_before_a_story_that_raises(stops):
    _, places = stops(ASKS, "answer.raise_for_status()")
    assert places[0] == A_SERVICE
    assert "raise_for_status" in places[1]


def test_one_place_is_stopped_at_once(stops):
    _, places = stops(*[ASKS] * 3, "assert answer.status_code == 200")
    assert places == [A_SERVICE, A_STORY]


def test_the_debugger_stops_in_a_worker_that_died(stops):
    _, places = stops(
        'await ann.get("/")', "await world.passes(5)", more='system.service("worker", dies)'
    )
    assert places == ["stops in dies, where here is 'a worker'"]


def test_the_debugger_stops_in_the_invariant_that_fell(stops):
    _, places = stops('await ann.put("/note")')
    assert places == ["stops in no_notes, where here is 'an invariant'"]


def test_a_run_that_holds_is_not_stopped_whatever_its_services_raised(stops):
    result, places = stops(ASKS)
    assert places == []
    result.assert_outcomes(passed=1)


@mark.parametrize("line", ["assert False", "raise KeyError(here)"])
def test_without_a_debugger_nothing_stops(stops, line):
    result, places = stops(ASKS, line, options=())
    assert places == []
    result.assert_outcomes(failed=1)
