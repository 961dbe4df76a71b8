"""What a thread is given takes a busy machine its time, and everybody else goes on meanwhile."""

import asyncio

from pytest import mark, raises

from boxoffice import System
from boxoffice.faults import slow_threads


def resized(picture):
    if not picture:
        raise ValueError("no picture")
    return picture * 2


def played(*plan):
    """Let two services resize something; return what each got, and when, and the trace."""
    system, found = System("pictures"), {}

    def gallery(name):
        async def resizes(drivers):
            loop = asyncio.get_running_loop()
            got = await asyncio.to_thread(resized, 21)
            found[name] = got, loop.time()

        return resizes

    for name in ("left", "right"):
        system.service(name, gallery(name))

    @system.story(faults=plan)
    async def waits(world):
        await world.passes(60)
        found["meanwhile"] = world.loop.time()

    outcome = system.run(waits)
    assert not outcome.violations, outcome.violations
    assert {it[0] for it in (found["left"], found["right"])} == {42}
    return found, outcome.trace


def test_where_no_machine_is_busy_it_takes_no_time():
    found, trace = played()
    assert found["left"][1] == found["right"][1] == 0.0
    assert not [*trace.of_kind("late")]


@mark.parametrize("when", [{"by": "left"}, {"of": "resized", "by": "l*"}, {"at": "left"}], ids=str)
def test_where_one_is_whoever_awaits_it_waits(when):
    found, trace = played(slow_threads(8.0, **when))
    [late] = trace.of_kind("late")
    assert 0.0 < found["left"][1] == late["s"] <= 8.0
    assert (late.host, late["to"], late["verb"]) == ("left", "left", "resized")
    assert found["right"][1] == 0.0
    assert found["meanwhile"] == 60.0


@mark.parametrize("when", [{"of": "shrunk"}, {"nth": [3]}, {"from_s": 1.0}], ids=str)
def test_another_function_or_another_time_is_none(when):
    found, trace = played(slow_threads(8.0, **when))
    assert found["left"][1] == found["right"][1] == 0.0
    assert not [*trace.of_kind("late")]


def test_what_was_raised_is_late_as_well():
    system, took = System("pictures"), []

    async def resizes(drivers):
        loop = asyncio.get_running_loop()
        with raises(ValueError, match="no picture"):
            await asyncio.to_thread(resized, 0)
        took.append(loop.time())

    system.service("gallery", resizes)

    @system.story(faults=[slow_threads(8.0, by="gallery")])
    async def waits(world):
        await world.passes(60)

    assert not system.run(waits).violations
    assert took[0] > 0.0


def test_who_has_given_up_by_then_is_not_told():
    system, gave_up = System("pictures"), []

    async def resizes(drivers):
        try:
            async with asyncio.timeout(1e-9):
                await asyncio.to_thread(resized, 21)
        except TimeoutError:
            gave_up.append(True)

    system.service("gallery", resizes)

    @system.story(faults=[slow_threads(8.0, by="gallery")])
    async def waits(world):
        await world.passes(60)

    assert not system.run(waits).violations
    assert gave_up == [True]
