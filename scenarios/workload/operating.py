"""What an operator does, from a machine of their own."""

from contextlib import suppress
from typing import Any, Final

from scenarios.workload.patron import Patron
from scenarios.workload.scene import Scene

INSPECTED_S: Final = 10.0  # between two looks, as Kubernetes has it where nothing else is said


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


async def inspects(scene: Scene, who: Patron, what: Any) -> None:
    """Ask a service again and again whether it is ready, and whether it lives."""
    import httpx

    routing = scene.town.client(who.name, what["service"])
    for _ in range(what["times"]):
        await scene.town.passes(INSPECTED_S)
        for path in ("/readyz", "/livez"):
            with suppress(httpx.TransportError):  # whoever is gone is asked again
                await routing.get(path)


async def spoils(scene: Scene, who: Patron, what: Any) -> None:
    """Leave a document that nobody can read in a store, as by a slip of the hand."""
    scene.town.leave_debris(what["way_of"])


async def gives_back(scene: Scene, who: Patron, what: Any) -> None:
    """Give back by hand, on Stripe's pages, what was paid for orders that are cancelled."""
    town = scene.town
    for order in town.orders_placed():
        if town.status(order) == "cancelled" and town.paid_cents(order):
            town.give_back(order.id)
