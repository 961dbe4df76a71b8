"""The order in which a service ends, as a process and in a world alike."""

import asyncio
from typing import Final

from services.common.connection_draining import ConnectionDraining
from services.common.service import Service, Step

FINISHING_S: Final = 4.0  # for messages in hand; the outbox has three more


async def end_in_order(
    service: Service, door: ConnectionDraining, answered: Step, told: Step
) -> float:
    """End a service whom nobody is sent to any more; return how many seconds its loops took.

    First come the people: `answered` returns once those in hand have had their answer, or have had
    their time, and `told` once whoever was left has heard so.  What they did is published by loops
    and by the last flush, which are therefore ended after them.
    """
    await answered()
    door.end()
    await told()
    begun_s = asyncio.get_running_loop().time()
    await service.finish(FINISHING_S)
    took_s = asyncio.get_running_loop().time() - begun_s
    await service.stop()
    return took_s
