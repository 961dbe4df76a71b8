"""Whoever never ends is told so, by name and place."""

import asyncio
import contextlib
import itertools
import re

import simpy
from fastapi import FastAPI
from pytest import mark, raises

from boxoffice import Deed, Storm, System, Verdict, World, run
from boxoffice.clock.loop import SimLoop
from boxoffice.clock.stuck import Endless, Stuck
from boxoffice.world.run import partial_outcome
from boxoffice.world.scenario import Scenario
from tests.real.tiers import sampled


def forever(seconds):
    async def goes_on():
        for _ in itertools.count():
            await asyncio.sleep(seconds)

    return goes_on


def quiet_service(drivers):
    return FastAPI()


def system(service=quiet_service):
    made = System("one box")
    made.service("box", service)
    return made


async def plays(world):
    await world.passes(10)


HERE = re.escape(__file__)


def opened(service=quiet_service, **limits):
    """Return a world that is patient for a moment only."""
    world = World(system(service))
    for name, value in limits.items():
        setattr(world.loop.limits, name, value)
    return world


def test_a_story_that_never_ends_is_told_where_it_waits():
    async def story(world):
        await forever(1)()

    with raises(Endless, match=rf"no end after .* the story is still at {HERE}:\d+, in .*goes_on"):
        opened(calls=50_000).run(story)


def test_a_story_whose_sleeps_are_days_ends_after_years():
    async def story(world):
        await forever(86_400)()

    with raises(Endless, match=r"no end after .* days"):
        opened().run(story)


def test_a_lifespan_that_never_ends_is_told_by_the_name_of_its_host():
    async def service(drivers):
        await forever(1)()

    def starts(drivers):
        @contextlib.asynccontextmanager
        async def lifespan(app):
            await service(drivers)
            yield

        return FastAPI(lifespan=lifespan)

    with raises(Endless, match=rf"box is still at {HERE}:\d+, in .*goes_on"):
        opened(starts, calls=50_000).run(plays)


def test_where_time_stands_still_the_one_that_keeps_it_there_is_named():
    async def worker(drivers):
        await forever(0)()

    with raises(Endless, match=rf"stands still at .* box is still at {HERE}:\d+, in .*goes_on"):
        opened(worker, at_once=50_000).run(plays)


def test_a_story_that_never_lets_time_pass_ends_with_the_limits_there_are():
    async def story(world):
        await forever(0)()

    with raises(Endless, match=r"stands still at .* after 1,000,000 calls: the story"):
        opened().run(story)


def test_processes_of_simpy_alone_are_not_endless_either():
    env = simpy.Environment()
    loop = SimLoop(env)
    loop.limits.calls = 50_000

    def ticks():
        while True:
            yield env.timeout(1)

    env.process(ticks())
    with raises(Endless, match="no end"):
        loop.run_until_complete(asyncio.Event().wait())


def test_what_is_done_within_the_limits_is_no_endless_run():
    async def crowd():
        await asyncio.gather(*(asyncio.sleep(0) for _ in range(20_000)))
        await asyncio.sleep(9 * 365 * 86_400)
        return "years later"

    assert SimLoop(simpy.Environment()).run_until_complete(crowd()) == "years later"


@mark.parametrize("seconds", sampled([1, 0], every=2))
def test_a_worker_that_swallows_its_cancellation_is_dropped_and_told(seconds):
    async def stubborn(drivers):
        while True:
            try:
                await asyncio.sleep(seconds or (0 if ended else 1))
            except asyncio.CancelledError:
                ended.append("cancelled")

    ended = []
    made = system(stubborn)

    @made.story()
    async def a_day(world):
        await world.passes(10)

    outcome = run(a_day)
    assert outcome.verdict is Verdict.VIOLATED
    assert len(ended) == 3
    told = rf"box goes on at {HERE}:\d+, in .*stubborn, though cancelled 3 times"
    assert re.search(told, str(outcome.violations))


def test_a_worker_that_cleans_up_for_a_while_ends_by_itself():
    async def tidy(drivers):
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(30)

    world = opened(tidy)
    world.run(plays)
    assert world.loop.unhandled_errors == []


def test_what_there_is_of_an_endless_run_is_an_error_and_no_violation():
    async def story(world, size):
        await forever(86_400)()

    made = Scenario("a-day", "A day.", story, (), (), (), system())
    worlds = []
    with raises(Endless) as told:
        run(made, begun=worlds.append)
    partial = partial_outcome(made, worlds[0], told.value)
    assert partial.verdict is Verdict.ERROR
    assert partial.violations[0].message.startswith("Endless: there is no end after")


def test_a_storm_that_never_ends_is_told_so_long_before_a_story_is():
    made = system()

    @made.story(draw=lambda chance, size: Storm([Deed("Ann", "waits")]))
    async def a_storm(world):
        await forever(1)()

    with raises(Endless, match=r"no end after .* days, and 1\d\d,\d\d\d calls"):
        run(a_storm)


def test_who_is_stuck_is_told_with_the_places_where_all_others_wait():
    async def worker(drivers):
        await asyncio.Event().wait()

    async def story(world):
        await asyncio.Event().wait()

    places = rf"the story is still at {HERE}:\d+, in .*story; box at {HERE}:\d+, in .*worker"
    with raises(Stuck, match=rf"^nothing is left to happen: {places}$"):
        opened(worker).run(story)
