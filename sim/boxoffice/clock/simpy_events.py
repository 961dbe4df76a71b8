"""Events of SimPy, awaited in coroutines."""

import asyncio
from typing import Any

import simpy


async def wait_for_event(event: simpy.Event) -> Any:
    """Wait in a coroutine for a SimPy event, and return its value.  Raises: what it failed with."""
    future = asyncio.get_running_loop().create_future()

    def settle(done: simpy.Event) -> None:
        if future.cancelled():
            return
        if done.ok:
            future.set_result(done.value)
        else:
            done.defused = True
            future.set_exception(done.value or RuntimeError("the SimPy event failed"))

    if event.callbacks is None:  # it has happened before
        settle(event)
    else:
        event.callbacks.append(settle)
    return await future
