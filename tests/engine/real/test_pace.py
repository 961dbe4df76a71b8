import asyncio
import selectors
from datetime import UTC, datetime, timedelta

from pytest import fixture, mark

from boxoffice.real.pace import PacedClock, PacedLoop

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


class Machine:
    """A machine whose time passes only while a loop waits for it."""

    def __init__(self, monkeypatch):
        self.now_s = 1000.0
        look = selectors.DefaultSelector.select

        def select(selector, timeout=None):
            self.now_s += max(timeout or 0.0, 0.0)
            return look(selector, 0)

        monkeypatch.setattr(selectors.DefaultSelector, "select", select)
        monkeypatch.setattr(asyncio.BaseEventLoop, "time", lambda loop: self.now_s)


@fixture
def machine(monkeypatch):
    return Machine(monkeypatch)


def play(speed, work):
    with asyncio.Runner(loop_factory=lambda: PacedLoop(speed)) as runner:
        return runner.run(work())


@mark.parametrize(("speed", "taken_s"), [(1, 900), (60, 15), (300, 3)])
def test_a_sleep_takes_its_share_of_the_machines_time(machine, speed, taken_s):
    async def sleep():
        began_s = machine.now_s
        await asyncio.sleep(900)
        return machine.now_s - began_s

    assert round(play(speed, sleep), 3) == taken_s


def test_a_timeout_strikes_between_two_sleeps_at_any_speed(machine):
    async def late():
        try:
            async with asyncio.timeout(10):
                await asyncio.sleep(9)
                await asyncio.sleep(9)
        except TimeoutError:
            return round(machine.now_s - 1000.0, 3)

    assert play(100, late) == 0.1


def test_a_loop_that_waits_for_nothing_waits_without_end(monkeypatch):
    asked = []
    monkeypatch.setattr(
        selectors.DefaultSelector, "select", lambda it, timeout=None: asked.append(timeout)
    )
    loop = PacedLoop(60)
    try:
        loop._selector.select(None)
        loop._selector.select(120.0)
    finally:
        monkeypatch.undo()
        loop.close()
    assert asked == [None, 2.0]


def test_the_clock_begins_at_its_start_and_goes_with_the_loop():
    seconds = iter([5_000.0, 5_000.0, 5_900.0])
    clock = PacedClock(NOON, lambda: next(seconds))
    assert clock.now() == NOON
    assert clock.now() == NOON + timedelta(minutes=15)
