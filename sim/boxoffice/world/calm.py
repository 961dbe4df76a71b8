"""The calm after the storm."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Final

from boxoffice.world.quiescence import named_by, until_all_arrives_s

if TYPE_CHECKING:
    from boxoffice.world.world import World

STEP_S: Final = 0.05  # between two looks at the world, at first
LONGEST_STEP_S: Final = 1.0  # between two looks, after many
# An acknowledgement, a lease and a growing delay may each take 30 s, one after another.  What a
# system knows to take longer is waited for besides, once.
LIMIT_S: Final = 300.0  # within which a world comes to rest
LATEST_S: Final = 3_600.0  # of what is on its way, and comes later, nothing comes


async def quiet(world: "World", limit_s: float = LIMIT_S) -> bool:
    """Wait until nothing is in motion, and no longer than that may take; return whether it is."""
    waited_s, step_s = 0.0, STEP_S
    limit_s += world.system.patience_s(world) + world.webhooks.patience_s()
    limit_s += min(until_all_arrives_s(world), LATEST_S)
    while await _is_moving(world):
        if waited_s >= limit_s:
            return False
        await asyncio.sleep(step_s)
        waited_s, step_s = waited_s + step_s, min(LONGEST_STEP_S, step_s * 1.5)
    return True


async def _is_moving(world: "World") -> bool:
    world.astir = []
    if any(world.system.moving(world)):
        return True
    for look in world.system.looks:
        world.astir += await named_by(look, world)
    # Whoever asks a service sets something in motion.
    return bool(world.astir) or any(world.system.moving(world))


async def calm(world: "World") -> AsyncIterator[Any]:
    """Heal everything; yield what is found once all is quiet, and once all time limits are over."""
    world.faults.heal()
    world.blows.heal()
    for host in (*world.backends.hosts, *world.hosts):
        world.restart(host)
    await quiet(world)
    yield world.system.collect_evidence(world)
    if await world.system.elapse(world):
        yield world.system.collect_evidence(world)
