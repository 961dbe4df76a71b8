"""A service may wait for SIGTERM as processes do; being told to end is that signal."""

import asyncio
import signal

from boxoffice import System, faults

told = []


async def waits(drivers):
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    loop.add_signal_handler(signal.SIGHUP, told.append, "hung up")
    assert loop.remove_signal_handler(signal.SIGINT)
    assert not loop.remove_signal_handler(signal.SIGINT)
    await drivers.mongo.yard.lives.insert_one({})
    await stop.wait()
    told.append("ends in good order")


def test_a_departure_is_told_by_sigterm_and_a_crash_by_nothing():
    system = System("yard")
    system.service("worker", waits, mongo="mongo")

    @system.story(faults=[faults.departures("worker", of="lives.insert_one", nth=[1])])
    async def a_day(world):
        await world.passes(10)
        world.crash("worker", down_s=1.0)
        await world.passes(10)

    told.clear()
    assert [it.message for it in system.run(a_day).violations] == []
    assert told == ["ends in good order"]


async def handles(drivers):
    signal.signal(signal.SIGTERM, lambda number, frame: told.append(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    await drivers.mongo.yard.lives.insert_one({})
    await asyncio.sleep(100)


def test_a_handler_is_the_services_and_never_the_tests():
    both = signal.SIGTERM, signal.SIGINT
    system, before = System("yard"), [signal.getsignal(it) for it in both]
    system.service("worker", handles, mongo="mongo")

    @system.story(faults=[faults.departures("worker", of="lives.insert_one", nth=[1])])
    async def a_day(world):
        await world.passes(10)

    told.clear()
    try:
        assert [it.message for it in system.run(a_day).violations] == []
        assert told == [signal.SIGTERM]
        assert [signal.getsignal(it) for it in both] == before
    finally:
        for number, handler in zip(both, before, strict=True):
            signal.signal(number, handler)


def test_a_handler_is_told_which_was_there_before_as_telemetry_chains_them():
    heard = []

    async def chains(drivers):
        assert signal.signal(signal.SIGTERM, lambda *_: heard.append("first")) == signal.SIG_DFL
        before = signal.signal(signal.SIGTERM, lambda *_: (heard.append("second"), before(*_)))
        await drivers.mongo.yard.lives.insert_one({})
        await asyncio.sleep(100)

    system = System("yard")
    system.service("worker", chains, mongo="mongo")

    @system.story(faults=[faults.departures("worker", of="lives.insert_one", nth=[1])])
    async def a_day(world):
        await world.passes(10)

    assert [it.message for it in system.run(a_day).violations] == []
    assert heard == ["second", "first"]
