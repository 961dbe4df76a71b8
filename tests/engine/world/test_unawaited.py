"""A coroutine that is called and never awaited fails the run, by name and line."""

import asyncio
import contextlib
import re
import warnings
from collections import deque

from fastapi import FastAPI
from pytest import fixture, mark

from boxoffice import System, Verdict, faults
from tests.engine import toys

pytestmark = mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
HERE = re.escape(__file__)


async def forgotten():
    """Do nothing, if anybody should ask."""


@fixture
def depot():
    """Return how to make a system of one service, which does this when it is asked."""

    def made(deed):
        app = FastAPI()

        @app.post("/deeds")
        async def does():
            deed()
            return "done"

        system = System("depot")
        system.service("porter", lambda drivers: app, mongo="mongo", nats="nats", route="/")
        return system

    return made


async def asks(world):
    """Ann asks for it."""
    assert (await world.client("Ann").post("/deeds")).status_code == 200


def said_of(system, story=asks):
    outcome = system.run(system.story()(story))
    assert outcome.verdict is Verdict.VIOLATED
    return [it.message for it in outcome.violations]


def test_one_that_a_service_forgets_is_told_by_host_name_and_line(depot):
    [said] = said_of(depot(lambda: forgotten()))
    assert re.fullmatch(rf"porter: forgotten\(\) was never awaited: {HERE}:\d+, in <lambda>", said)


def test_one_of_a_library_is_told_where_it_was_called(depot):
    [said] = said_of(depot(lambda: asyncio.sleep(1)))
    assert re.fullmatch(rf"porter: sleep\(\) was never awaited: {HERE}:\d+, in <lambda>", said)


def test_one_that_a_library_makes_is_told_where_it_was_dropped(depot):
    [said] = said_of(depot(lambda: drops(asyncio.sleep)))
    assert re.match(rf"porter: sleep\(\) was never awaited: {HERE}:\d+, in drops$", said)


def drops(something):
    with contextlib.ExitStack() as stack:
        stack.callback(something, 1)


@mark.parametrize("call", ["mongo", "nats", "redis"])
def test_a_driver_s_call_that_nobody_awaits_is_told(call):
    async def worker(drivers):
        match call:
            case "mongo":
                drivers.mongo["a"]["b"].insert_one({})
            case "nats":
                drivers.nats.jetstream().publish("work.done", b"")
            case "redis":
                drivers.redis.set("a", "b")
        await asyncio.Event().wait()

    system = System("depot")
    system.service("porter", worker, mongo="mongo", nats="nats", redis="redis")

    async def waits(world):
        await world.passes(1)

    [said] = said_of(system, waits)
    assert re.match(rf"porter: .*\(\) was never awaited: {HERE}:\d+, in .*worker$", said)


def test_one_that_a_story_forgets_is_told(depot):
    async def forgets(world):
        world.passes(5)

    [said] = said_of(depot(int), forgets)
    assert re.match(
        rf"the story: World.passes\(\) was never awaited: {HERE}:\d+, in forgets$", said
    )


def test_what_was_to_be_done_together_is_told_of_each(depot):
    async def forgets(world):
        world.together(forgotten(), forgotten())

    told = said_of(depot(int), forgets)
    assert [it.split()[2] for it in told] == ["World.together()", "forgotten()"]


def test_one_that_an_invariant_forgets_is_told(depot):
    system = depot(int)

    @system.finally_("nothing is known")
    def asks_nobody(end):
        list(end.of_kind("request"))
        forgotten()

    [said] = said_of(system)
    assert re.search(rf"forgotten\(\) was never awaited: {HERE}:\d+, in asks_nobody$", said)


def test_it_is_told_whatever_becomes_of_warnings(depot):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert said_of(depot(lambda: forgotten()))


@mark.parametrize("kept", [tuple, list, set, deque, lambda each: dict(enumerate(each))])
def test_what_a_crash_ends_had_no_time_to_be_awaited(kept):
    async def worker(drivers):
        later = kept([forgotten(), forgotten()])
        await drivers.mongo["a"]["b"].insert_one({})
        for each in later.values() if isinstance(later, dict) else later:
            await each
        await asyncio.Event().wait()

    system = System("depot")
    system.service("porter", worker, mongo="mongo")

    async def waits(world):
        await world.passes(30)

    crash = faults.crashes("porter", of="b.insert_one", at="mongo", nth=[1])
    outcome = system.run(system.story(faults=[crash])(waits))
    assert outcome.verdict is Verdict.HOLDS, outcome.violations


def test_a_story_in_which_all_is_awaited_has_none_and_warns_as_before_afterwards():
    system = toys.warehouse()

    async def arrives(world):
        await world.client("Ann").post("/stock", json={"sku": "book", "count": 5})
        await world.client("Ann").post("/reservations", json={"id": "r"})

    warn = warnings._warn_unawaited_coroutine
    assert system.run(system.story()(arrives)).verdict is Verdict.HOLDS
    assert warnings._warn_unawaited_coroutine is warn


HELD = []


async def dies():
    raise LookupError("nobody hears of it")


async def holds_a_task(world):
    HELD[:] = [asyncio.create_task(dies())]
    await world.passes(1)


async def drops_a_gathering(world):
    asyncio.gather(dies())
    await world.passes(1)


@mark.parametrize("story", [holds_a_task, drops_a_gathering])
def test_a_task_of_the_story_that_dies_unheard_is_told(depot, story):
    [said] = said_of(depot(int), story)
    assert said == "nobody took care of LookupError('nobody hears of it')"


def test_a_held_world_tells_of_what_was_forgotten(depot):
    with depot(lambda: forgotten()).world() as world:
        world.do(asks(world))
        [*_, story] = world.judge()
    assert "porter: forgotten() was never awaited: " in story.violations[0].message
