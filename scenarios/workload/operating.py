"""What an operator does, from a machine of their own."""

from typing import Any

from scenarios.workload.patron import Patron
from scenarios.workload.scene import Scene


async def replays(scene: Scene, who: Patron, what: Any) -> None:
    """Have all dead letters taken again, as `boxoffice dlq replay --all` does; try until it has."""
    import nats.errors

    from services.common.dead_letters import DeadLetters

    for pause_s in who.pauses():
        try:
            async with scene.town.jetstream(who.name) as jetstream:
                letters = DeadLetters(jetstream)
                await letters.prepare()
                async for letter in letters.each():
                    await letters.replay(letter)
                return
        except (nats.errors.Error, OSError):
            await scene.town.passes(pause_s)
