"""The calm after the storm."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from sim.checks.evidence import Evidence, gather
from sim.checks.restless import restless
from sim.clock import EPOCH

if TYPE_CHECKING:
    from sim.world import World

STEP_S: Final = 0.05  # between two looks at the world, at first
LONGEST_STEP_S: Final = 1.0
# An acknowledgement, a lease and a growing delay may each take 30 s, one after another.
LIMIT_S: Final = 300.0
AFTER_EXPIRY_S: Final = 1.0


async def quiet(world: "World", limit_s: float = LIMIT_S) -> bool:
    """Wait until nothing is in motion, `limit_s` virtual seconds at most; return whether it is."""
    waited_s, step_s = 0.0, STEP_S
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
    timers = world.backends.redis.timers()
    last_s = max((due_s - EPOCH.timestamp() for due_s in timers.values()), default=0.0)
    if last_s > world.loop.time():
        await asyncio.sleep(last_s - world.loop.time() + AFTER_EXPIRY_S)
        await quiet(world)
        yield gather(world, world.faults.poisoned)
