"""Calls whose effect comes when their caller has given up."""

import asyncio

from pymongo.errors import NetworkTimeout
from pytest import mark, raises

from boxoffice import System, faults
from boxoffice.faults import late_effects, lost_responses
from boxoffice.net.network import Lost
from tests.engine.faults.cables import Cables
from tests.engine.faults.letters import a_day, post


@mark.parametrize("also", [[], [lost_responses(nth=[1])]], ids=["", "and its answer gets lost"])
def test_the_effect_comes_so_long_after_its_caller_was_told_that_nobody_answers(also):
    cables = Cables(late_effects(by_s=2.0, nth=[1]), *also)
    with raises(Lost):
        cables.call()
    assert (round(cables.loop.time(), 3), cables.effects) == (5.0, [])
    assert cables.network.overdue == 1
    cables.run(asyncio.sleep(2.1))
    assert [round(it, 3) for it in cables.effects] == [7.0]
    assert cables.network.overdue == 0
    (told,) = cables.trace.of_kind("late")
    assert (told["s"], told["unheard"]) == (2.0, True)


def test_who_gives_up_earlier_is_overtaken_by_what_they_do_next():
    cables = Cables(late_effects(by_s=2.0, nth=[1]))

    async def impatient():
        try:
            async with asyncio.timeout(1.0):
                await cables.link.call("set", "a", lambda: cables.effects.append("first"))
        except TimeoutError:
            await cables.link.call("set", "a", lambda: cables.effects.append("second"))
        await asyncio.sleep(2.0)

    cables.run(impatient())
    assert cables.effects == ["second", "first"]


def test_what_fails_then_fails_unheard_and_whoever_is_down_does_nothing():
    def fails():
        cables.effects.append("tried")
        raise LookupError("at the server")

    async def fails_later():
        await asyncio.sleep(0.1)
        fails()

    for effect in (fails, fails_later):
        cables = Cables(late_effects(by_s=2.0))
        with raises(Lost):
            cables.call(effect)
        cables.run(asyncio.sleep(3.0))
        assert cables.effects == ["tried"]
        assert cables.loop.unhandled_errors == []
    cables = Cables(late_effects(by_s=2.0))
    with raises(Lost):
        cables.call()
    cables.server.crash()
    cables.run(asyncio.sleep(3.0))
    assert cables.effects == []


def test_a_message_that_nobody_answers_is_late():
    cables = Cables(late_effects(by_s=40.0))
    cables.link.send("ack", "a", cables.effect)
    cables.run(asyncio.sleep(39.9))
    assert cables.effects == []
    cables.run(asyncio.sleep(0.2))
    assert len(cables.effects) == 1
    assert [it["s"] for it in cables.trace.of_kind("late")] == [40.0]


def counter():
    """Return a system whose only service counts what it is asked to, and asks again."""
    system = System("counter")

    async def counts(drivers):
        numbers = drivers.mongo["counter"]["numbers"]
        while True:
            try:
                await numbers.update_one({"_id": "n"}, {"$inc": {"n": 1}}, upsert=True)
            except NetworkTimeout:
                continue
            break
        await asyncio.sleep(0.5)
        await numbers.insert_one({"_id": "done"})

    system.service("counts", counts, mongo="mongo")

    @system.finally_("it is counted once")
    def once(end):
        assert end.documents("counter.numbers")["n"]["n"] == 1

    @system.story()
    async def waits(world):
        await world.passes(6)

    return system, waits


def test_a_world_waits_for_what_is_under_way_and_judges_it():
    system, waits = counter()
    assert not system.run(waits).violations
    fault = late_effects(by_s=20.0, of="update_one", nth=[1])
    outcome = system.run(waits, faults=[fault])
    assert [it.invariant for it in outcome.violations] == ["once"]
    assert outcome.virtual_s > 25.0
    lost = system.run(waits, faults=[faults.lost_requests(of="update_one", nth=[1])])
    assert not lost.violations, "a request that never comes counts nothing"


@mark.parametrize("of", ["publish", "ack", "fetch", "PUT"])
def test_services_that_may_be_asked_twice_stand_it(of):
    struck = 0
    for seed in range(2):
        system = post()
        fault = late_effects(by_s=1.0, of=of, share=0.3)
        outcome = system.run(system.story()(a_day), seed, faults=[fault])
        assert not outcome.violations, (seed, outcome.violations)
        struck += outcome.faults[0].times
    assert struck
