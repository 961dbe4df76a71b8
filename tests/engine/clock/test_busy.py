"""A step that comes to no end is ended; whatever moves, and whatever judges, is left alone."""

import asyncio
from contextlib import suppress

import simpy
from pytest import raises

from boxoffice.clock.busy import no_step_without_end
from boxoffice.clock.loop import SimLoop
from boxoffice.clock.stopwatch import Stopwatch
from boxoffice.clock.stuck import Endless

SHORT_S = 0.05


def spin():
    while True:
        pass


async def swallows():
    while True:
        with suppress(Exception):
            spin()


def works(for_s):
    watch = Stopwatch()
    while watch.elapsed_s() < for_s:
        pass


def test_a_step_without_an_end_is_ended_whatever_it_catches():
    loop = SimLoop(simpy.Environment())
    with raises(Endless) as ended, no_step_without_end(lambda: loop, SHORT_S):
        loop.run_until_complete(swallows())
    assert str(ended.value).startswith("one step has used 0.05 s of a processor")
    assert "spin" in [it.name for it in ended.traceback]


def test_so_is_what_never_begins():
    with raises(Endless), no_step_without_end(lambda: None, SHORT_S):
        spin()


def test_many_steps_may_take_long():
    loop = SimLoop(simpy.Environment())

    async def steps():
        for _ in range(40):
            works(SHORT_S / 4)
            await asyncio.sleep(0)

    with no_step_without_end(lambda: loop, SHORT_S):
        loop.run_until_complete(steps())


def test_and_so_may_what_comes_after():
    loop = SimLoop(simpy.Environment())
    with no_step_without_end(lambda: loop, SHORT_S):
        loop.run_until_complete(asyncio.sleep(0))
        works(6 * SHORT_S)
