"""Hosts that stand still: the world goes on, and they learn of it when they wake."""

import asyncio
from contextlib import suppress
from itertools import pairwise

from pymongo.errors import NetworkTimeout
from pytest import mark

from boxoffice import System
from boxoffice.faults import crashes, pauses
from tests.engine.faults.letters import a_day, post
from tests.real.tiers import sampled


def told(outcome, *kinds):
    return [(it.kind, it.host, round(it.at_us / 1e6, 3)) for it in outcome.trace.of_kind(*kinds)]


def ticking(*plan, for_s=0.0):
    """Return a run of a service that writes once a second what its clocks say, ten times."""
    system = System("ticking")
    seen = []

    async def ticks(drivers):
        ticks = drivers.mongo["clock"]["ticks"]
        for n in range(10):
            at_s = asyncio.get_running_loop().time()
            await ticks.insert_one({"_id": n})
            seen.append(at_s)
            await asyncio.sleep(1)

    system.service("ticks", ticks, mongo="mongo")

    @system.finally_("every tick is there")
    def every(end):
        assert end.ids("clock.ticks") == set(range(10))

    @system.story(faults=plan)
    async def waits(world):
        await world.passes(40)

    return system.run(waits), seen


def test_a_host_that_is_paused_does_nothing_and_goes_on_where_it_was():
    _, usual = ticking()
    outcome, seen = ticking(pauses("ticks", for_s=10, after="mongo.insert_one", nth=[3]))
    assert not outcome.violations
    gaps = [round(b - a) for a, b in pairwise(seen)]
    assert gaps == [1, 1, 11, 1, 1, 1, 1, 1, 1]
    assert seen[:3] == usual[:3]
    (pause, wake) = told(outcome, "pause", "wake")
    assert (pause[0], wake[0], round(wake[2] - pause[2])) == ("pause", "wake", 10)
    assert outcome.faults[0].times == 1


def test_before_a_call_it_leaves_only_when_its_host_wakes():
    outcome, _ = ticking(pauses("ticks", for_s=10, before="mongo.insert_one", nth=[3]))
    pause, wake = outcome.trace.of_kind("pause", "wake")
    between = [
        it for it in outcome.trace.of_kind("write") if pause.number < it.number < wake.number
    ]
    assert not between
    assert not outcome.violations


def test_a_server_that_is_paused_answers_nobody_and_does_then_what_it_was_asked():
    system = System("numbers")

    async def asks(drivers):
        for name in ("first", "second", "third"):
            with suppress(NetworkTimeout):
                await drivers.mongo["asked"]["numbers"].insert_one({"_id": name})

    system.service("asks", asks, mongo="mongo")

    @system.finally_("all is written")
    def written(end):
        assert end.ids("asked.numbers") == {"first", "second", "third"}

    @system.story(faults=[pauses("mongo", for_s=12, after="insert_one", nth=[1])])
    async def waits(world):
        await world.passes(20)

    outcome = system.run(waits)
    assert not outcome.violations, outcome.violations
    at_s = [round(it.at_us / 1e6) for it in outcome.trace.of_kind("write")]
    assert at_s == [0, 12, 12], "what came meanwhile is done at once"


def leases(*plan):
    """Return a run of two who hold a lease in turn, and what the holder of an old one does."""
    system = System("leases")
    writes = []

    async def worker(drivers):
        redis, name = drivers.redis, drivers.host
        while len(writes) < 6:
            if await redis.set("lease", name, nx=True, px=3000):
                await redis.get("lease")  # a look, as if it were the work
                writes.append((name, (await redis.get("lease") or b"").decode()))
                await redis.delete("lease")
            await asyncio.sleep(1)

    system.service("worker", worker, redis="redis", replicas=2)

    @system.story(faults=plan)
    async def waits(world):
        await world.passes(30)

    system.run(waits)
    return writes


def test_the_sleeper_wakes_and_holds_a_lease_that_is_another_ones():
    assert all(name == holder for name, holder in leases())
    found = leases(pauses("worker", for_s=10, after="redis.get", nth=[1]))
    assert any(name != holder for name, holder in found)


@mark.parametrize("host", sampled(["desk", "postman", "papers", "wire"], every=3))
def test_services_that_may_be_asked_twice_stand_pauses_of_anybody(host):
    struck = 0
    for seed in range(2):
        system = post()
        fault = pauses(host, for_s=3.0, share=0.2)
        outcome = system.run(system.story()(a_day), seed, faults=[fault], twice=True)
        unheard = [it for it in outcome.violations if "Timeout" not in it.message]
        assert not unheard, (seed, unheard)
        struck += outcome.faults[0].times
    assert struck


def test_whoever_dies_in_their_sleep_comes_back_awake():
    sleep = pauses("ticks", for_s=60, on="write", nth=[3])
    outcome, _ = ticking(sleep, crashes("ticks", down_s=2, on="pause"))
    kinds = [it[0] for it in told(outcome, "pause", "wake", "crash", "start")]
    assert kinds[:4] == ["start", "pause", "crash", "start"]
    assert "wake" not in kinds


def test_a_paused_host_is_woken_when_all_is_healed():
    outcome, _ = ticking(pauses("ticks", for_s=600, on="write", nth=[3]))
    (_, _, slept_s), (_, _, woke_s) = told(outcome, "pause", "wake")
    assert slept_s < 3
    assert 40 <= woke_s < 50
