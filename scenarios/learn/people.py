"""People who want seats, and an usher who asks at the end who sits where."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from boxoffice import Deed, Drivers, World
from scenarios.learn.interface import ASKS, SAYS, NoAnswer, publish

PEOPLE: Final = ("Ana", "Ben", "Cid")
USHER: Final = "usher"
EXPIRY_S: Final = 900.0
VERBS: Final = {"orders": "order", "cancels": "cancel", "pays": "pay"}
PATIENCE: Final = 60  # attempts to say something, a second apart


async def person(drivers: Drivers) -> None:
    """Be somebody: what they do, the story says."""


async def play(world: World) -> None:
    """Let everybody do what they do, wait until all is quiet, and ask who sits where."""
    await world.passes(0.5)
    people = [[it for it in world.deeds if it.who == name] for name in PEOPLE]
    await world.together(*(_does(world, deeds) for deeds in people if deeds))
    await world.quiet()
    if world.size > 1:  # minutes, where they matter
        await world.passes(minutes=world.size)
        await world.quiet()
    seats = sorted({str(it.what["seat"]) for it in world.deeds})
    for seat in seats:
        await _says(world, USHER, {"type": "who", "seat": seat})
    await world.quiet()


async def _does(world: World, deeds: Sequence[Deed]) -> None:
    for deed in deeds:
        await asyncio.sleep(deed.after_s)
        if deed.does != "pays" or await _is_told(world, "sold", deed.what["order"]):
            await _says(world, deed.who, {"type": VERBS[deed.does], **deed.what})


async def _is_told(world: World, type: str, order: str) -> bool:
    """Wait until somebody is told so of an order; return whether they were."""
    for _ in range(PATIENCE):
        for event in world.trace.of_kind("stored"):
            if event["subject"] == f"{SAYS}.{type}" and event["data"]["data"]["order"] == order:
                return True
        await asyncio.sleep(0.5)
    return False


async def _says(world: World, who: str, message: dict[str, Any]) -> None:
    host = world.hosts[who]
    jetstream = world.drivers_of(host).nats.jetstream()

    async def say() -> None:
        for _ in range(PATIENCE):
            try:
                return await publish(jetstream, ASKS, message)
            except NoAnswer:
                await asyncio.sleep(1.0)

    await host.spawn(say())
