"""What touches the same is done in turn, and all else side by side."""

import asyncio

import simpy

from boxoffice.clock.loop import SimLoop
from services.common.lanes import Lanes


class Hand:
    """Work that takes a second, and is written down when it begins and when it is done."""

    def __init__(self) -> None:
        self.lanes = Lanes()
        self.began: dict[str, float] = {}
        self.ended: list[str] = []

    def begin(self, name: str, *touches: str, takes_s: float = 1.0) -> None:
        self.lanes.begin(touches, self._work(name, takes_s))

    async def _work(self, name: str, takes_s: float) -> None:
        self.began[name] = asyncio.get_running_loop().time()
        await asyncio.sleep(takes_s)
        self.ended.append(name)


def told(story):
    loop = SimLoop(simpy.Environment())

    async def tell():
        hand = Hand()
        await story(hand)
        return hand

    hand = loop.run_until_complete(tell())
    assert loop.unhandled_errors == []
    return hand


def test_what_touches_the_same_keeps_its_order_and_nobody_else_waits_for_it():
    async def story(hand):
        for name, touches in (("1", "a"), ("2", "a"), ("3", "b"), ("4", "a"), ("5", "c")):
            hand.begin(name, touches)
        await hand.lanes.until(0)

    hand = told(story)
    assert hand.began == {"1": 0, "3": 0, "5": 0, "2": 1, "4": 2}


def test_who_touches_two_waits_for_both_and_both_wait_for_him():
    async def story(hand):
        hand.begin("1", "a")
        hand.begin("2", "b", takes_s=3)
        hand.begin("3", "a", "b")
        hand.begin("4", "a")
        hand.begin("5", "b")
        await hand.lanes.until(0)

    assert told(story).began == {"1": 0, "2": 0, "3": 3, "4": 4, "5": 4}


def test_who_touches_nothing_waits_for_nobody():
    async def story(hand):
        hand.begin("1")
        hand.begin("2")
        await hand.lanes.until(0)

    assert told(story).began == {"1": 0, "2": 0}


def test_one_waits_until_few_enough_are_left():
    async def story(hand):
        for takes_s in (1, 2, 3):
            hand.begin(str(takes_s), takes_s=takes_s)
        await hand.lanes.until(1)

    assert told(story).ended == ["1", "2"]


def test_who_fails_holds_nobody_up():
    async def story(hand):
        async def fails():
            await asyncio.sleep(1)
            raise asyncio.CancelledError

        hand.lanes.begin(["a"], fails())
        hand.begin("2", "a")
        await hand.lanes.until(0)

    assert told(story).ended == ["2"]


def test_who_has_to_let_go_lets_go_of_what_has_not_begun_as_well():
    async def story(hand):
        hand.begin("1", "a")
        hand.begin("2", "a")
        task = asyncio.create_task(hand.lanes.end())
        await asyncio.sleep(0.5)
        task.cancel()
        await asyncio.wait([task])
        hand.begin("3", "a")
        await hand.lanes.until(0)

    assert told(story).ended == ["3"]
