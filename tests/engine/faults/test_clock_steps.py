"""Clocks that step while somebody reads them, ahead and back."""

import asyncio

from pytest import raises

from boxoffice import System
from boxoffice.faults import clock_steps


def read(*plan):
    """Return what a clock says once a second, beside the world's, after each of six writes."""
    system = System("clocks")
    off = []

    async def looks(drivers):
        for n in range(6):
            await drivers.mongo["clocks"]["looks"].insert_one({"_id": n})
            here = drivers.clock.now().timestamp()
            off.append(round(here - drivers.world.backends.now_s()))
            await asyncio.sleep(1)

    system.service("looks", looks, mongo="mongo")

    @system.story(faults=plan)
    async def waits(world):
        await world.passes(20)

    outcome = system.run(waits, twice=True)
    assert not outcome.violations, outcome.violations
    return off[:6], outcome


def test_a_clock_steps_at_each_moment_and_stays_so():
    assert read()[0] == [0] * 6
    assert read(clock_steps("looks", 5, on="write", nth=[2]))[0] == [0, 5, 5, 5, 5, 5]
    assert (
        read(clock_steps("looks", -5, after="insert_one", nth=[2, 4]))[0] == [0, -5, -5] + [-10] * 3
    )


def test_a_list_of_steps_is_gone_through_ahead_and_back():
    off, outcome = read(clock_steps("looks", [30, -90], on="write", share=1.0))
    assert off == [30, -60, -30, -120, -90, -180]
    assert [it["by_s"] for it in outcome.trace.of_kind("skew")][:2] == [30.0, -60.0]
    assert outcome.faults[0].times == 6


def test_a_step_is_some_seconds():
    for by_s in ([], "soon", [float("inf")], None):
        with raises(ValueError, match="by_s is a number of seconds"):
            clock_steps("a", by_s)
