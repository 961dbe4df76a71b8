"""Ends that are not in good order, and are seen only by whoever looks at a service that leaves."""

import asyncio
from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from services.common.connection_draining import ConnectionDraining
    from services.common.lanes import Lanes
    from services.common.service import Service, Step


async def _ready_to_the_end(self: "Service") -> list[str]:
    draining, self._draining = self._draining, False
    try:
        missing: list[str] = await ready_to_the_end.real(self)
        return missing
    finally:
        self._draining = draining


def _told_but_goes_on(self: "Service") -> None:
    self._draining = True


async def _without_a_last_flush(self: "Service", within_s: float) -> None:
    self.drain()
    if self._running:
        await asyncio.wait(self._running, timeout=within_s)


async def _drops_what_is_in_hand(self: "Lanes") -> None:
    for task in self._in_hand:
        task.cancel()
    await self.until(0)


async def _loops_before_people(
    service: "Service", door: "ConnectionDraining", answered: "Step", told: "Step"
) -> float:
    from services.common.ending import FINISHING_S

    begun_s = asyncio.get_running_loop().time()
    await service.finish(FINISHING_S)
    took_s = asyncio.get_running_loop().time() - begun_s
    await answered()
    door.end()
    await told()
    await service.stop()
    return took_s


async def _lets_nobody_in(
    self: "ConnectionDraining", scope: "Scope", receive: "Receive", send: "Send"
) -> bool:
    if self._begun:
        return False
    answered: bool = await lets_nobody_in.real(self, scope, receive, send)
    return answered


ready_to_the_end = Twin(
    name="ready-to-the-end",
    defence="who is about to end is not ready, so that nobody is sent to it any more",
    invariant="leaves-in-order",
    shows="a service is told to end, and somebody asks it something meanwhile",
    target="services.common.service:Service.missing",
    stand_in=_ready_to_the_end,
)

goes_on = Twin(
    name="goes-on",
    defence="who is told to end begins nothing new",
    invariant="leaves-in-order",
    shows="a service is told to end while messages wait for it",
    target="services.common.service:Service.drain",
    stand_in=_told_but_goes_on,
)

no_last_flush = Twin(
    name="no-last-flush",
    defence="what was done last before an end is announced before it",
    invariant="leaves-in-order",
    shows="a service is told to end right after a change, before it was announced",
    target="services.common.service:Service.finish",
    stand_in=_without_a_last_flush,
)

hands_emptied = Twin(
    name="hands-emptied",
    defence="a message in hand is done and acknowledged before the end",
    invariant="leaves-in-order",
    shows="a service is told to end while it works on a message",
    target="services.common.lanes:Lanes.end",
    stand_in=_drops_what_is_in_hand,
)

loops_before_people = Twin(
    name="loops-before-people",
    defence="what somebody is answered while a service ends is announced by it",
    invariant="leaves-in-order",
    shows="a service is told to end while somebody waits for an answer that takes seconds",
    target="services.common.ending:end_in_order",
    stand_in=_loops_before_people,
    tier="hard",
)

lets_nobody_in = Twin(
    name="lets-nobody-in",
    defence="who is about to end answers those who are sent to it still",
    invariant="leaves-in-order",
    shows="a service is told to end, and somebody asks it something meanwhile",
    target="services.common.connection_draining:ConnectionDraining._in_time",
    stand_in=_lets_nobody_in,
)
