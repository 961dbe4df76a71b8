"""The calm after the storm."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from boxoffice.clock.clock import EPOCH
from scenarios.shop.checks.evidence import Evidence, gather
from scenarios.shop.checks.orders import SETTLE_BOUND_S, TERMINAL
from scenarios.shop.checks.restless import restless, timers_due_s, until_stripe_is_asked_s

if TYPE_CHECKING:
    from boxoffice.world.world import World

STEP_S: Final = 0.05  # between two looks at the world, at first
LONGEST_STEP_S: Final = 1.0
# An acknowledgement, a lease and a growing delay may each take 30 s, one after another.  What asks
# Stripe ever more seldom is waited for besides, once.
LIMIT_S: Final = 300.0
AFTER_EXPIRY_S: Final = 1.0


async def quiet(world: "World", limit_s: float = LIMIT_S) -> bool:
    """Wait until nothing is in motion, and no longer than that may take; return whether it is."""
    waited_s, step_s = 0.0, STEP_S
    limit_s += until_stripe_is_asked_s(world)
    while restless(world):
        if waited_s >= limit_s:
            return False
        await asyncio.sleep(step_s)
        waited_s, step_s = waited_s + step_s, min(LONGEST_STEP_S, step_s * 1.5)
    return True


async def calm(world: "World") -> AsyncIterator[Evidence]:
    """Heal everything; yield what is found once all is quiet, and once all orders have ended."""
    world.faults.heal()
    for host in (*world.backends.hosts, *world.hosts):
        world.restart(host)
    await quiet(world)
    yield gather(world, world.faults.poisoned)
    if await _all_end(world):
        yield gather(world, world.faults.poisoned)


async def _all_end(world: "World") -> bool:
    """Wait until each open order's time is over, and until its bound, if one is open still."""
    begun_s = world.loop.time()
    for grace_s in (AFTER_EXPIRY_S, SETTLE_BOUND_S + AFTER_EXPIRY_S):
        ends_s = list(_ends_s(world))
        left_s = max(ends_s) + grace_s - world.loop.time() if ends_s else 0.0
        if left_s > 0.0:
            await asyncio.sleep(left_s)
            await quiet(world)
    return world.loop.time() > begun_s


def _ends_s(world: "World") -> Iterator[float]:
    # Of the orders themselves, and not of their timers alone: a timer may be lost.
    for due_s in timers_due_s(world):
        yield due_s - EPOCH.timestamp()
    for order in world.backends.mongo["orders"].documents("orders", "orders"):
        if order["status"] not in TERMINAL:
            yield datetime.fromisoformat(order["expires_at"]).timestamp() - EPOCH.timestamp()
