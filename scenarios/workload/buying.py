"""What buyers do."""

import asyncio
from typing import Any, Final

from scenarios.actors import Order
from scenarios.answers import Payment, Refusal, Surprise
from scenarios.workload.patron import Patron, promised
from scenarios.workload.scene import Scene

PRICE: Final = "20.00"  # of what nobody looks at


async def orders(scene: Scene, who: Patron, what: Any) -> None:
    """Order a seat."""
    seat = await scene.seat(what["seat"])
    if seat is not None:
        await who.orders(seat)


async def orders_another(scene: Scene, who: Patron, what: Any) -> None:
    """Order a seat beside another one, whether that may be or not."""
    await orders(scene, who, what)


async def pays(scene: Scene, who: Patron, what: Any) -> None:
    """Pay for the latest order of a seat, if there is one, perhaps with another card at last.

    That is tried once more: who is declined does so, and the bank may say something else.
    """
    order = scene.order(who.name, what["seat"])
    if order is None:
        return
    paid = await who.pays(order, what["card"])
    for _ in range(2 if "other_card" in what else 0):
        if isinstance(paid, Refusal) and paid.status == 402:
            paid = await who.pays(order, what["other_card"])
    if isinstance(paid, Payment):
        if paid.status == "paid" and scene.payments.setdefault(order.id, paid.id) != paid.id:
            raise Surprise(f"{who} paid for {what['seat']} twice: {paid.id} is another payment")
    elif paid.status not in (400, 402, 404):
        raise Surprise(f"{who} could not pay for {what['seat']}: {paid.status} {paid.message}")


async def pays_later(scene: Scene, who: Patron, what: Any) -> None:
    """Pay, in a tab that was opened a while ago."""
    await scene.town.passes(what["after_s"])
    await pays(scene, who, what)


async def cancels(scene: Scene, who: Patron, what: Any) -> None:
    """Cancel the latest order of a seat, if there is one."""
    order = scene.order(who.name, what["seat"])
    if order is None:
        return
    cancelled = await who.cancels(order)
    if isinstance(cancelled, Refusal):
        if cancelled.status != 400:
            raise Surprise(f"{who} could not cancel: {cancelled.status} {cancelled.message}")
    elif await _status(who, order.id) not in ("cancelled", ""):
        raise Surprise(f"{who} has cancelled {order.id}, and it is not cancelled")


async def cancels_later(scene: Scene, who: Patron, what: Any) -> None:
    """Cancel, in another tab, when something else has begun."""
    await scene.town.passes(what["after_s"])
    await cancels(scene, who, what)


async def wavers(scene: Scene, who: Patron, what: Any) -> None:
    """Order a seat and cancel it again, many times."""
    seat = await scene.seat(what["seat"])
    if seat is not None:
        for _ in range(what["times"]):
            ordered = await who.orders(seat)
            if isinstance(ordered, Order):
                await who.cancels(ordered)


async def collects(scene: Scene, who: Patron, what: Any) -> None:
    """Order all seats that there are, let go of the last but one, and order that one again."""
    held: list[Order] = []
    for title in scene.titles:
        seat = await scene.seat(title)
        ordered = None if seat is None else await who.orders(seat)
        if isinstance(ordered, Order):
            held.append(ordered)
    if len(held) > 1:
        await who.cancels(held[-2])
        await who.orders(held[-2].ticket)


async def hoards(scene: Scene, who: Patron, what: Any) -> None:
    """Put so many seats up for sale, and order all at once, as others do at that moment."""
    titles = [f"{who.name}'s seat {number}" for number in range(1, what["seats"] + 1)]
    seats = [await who.lists(title, PRICE) for title in titles]
    await scene.town.passes(max(0.0, what.get("at_s", 0.0) - scene.now_s()))
    await asyncio.gather(*map(who.orders, seats))


async def looks(scene: Scene, who: Patron, what: Any) -> None:
    """Look at the latest order of a seat, and at its payment."""
    order = scene.order(who.name, what["seat"])
    if order is None:
        return
    answer = await who.asks("GET", f"/api/orders/{order.id}")
    promised(answer, 200)
    if answer is not None and answer.json()["ticket"]["price"] not in scene.prices[what["seat"]]:
        raise Surprise(f"{who}'s order of {what['seat']} has a price that it never had")
    if order.id in scene.payments:
        id = scene.payments[order.id]
        shown = await who.asks("GET", f"/api/payments/{id}")
        promised(shown, 200)
        if shown is not None and (shown.json()["id"], shown.json()["orderId"]) != (id, order.id):
            raise Surprise(f"{who} was shown another payment than {id}")


async def outlasts(scene: Scene, who: Patron, what: Any) -> None:
    """Look at the latest order of a seat when its time is over."""
    await looks(scene, who, what)


async def looks_through(scene: Scene, who: Patron, what: Any) -> None:
    """Look through all own orders, so many on a page."""
    mine = {order.id for order in who.orders_placed}
    found = await who.pages(f"/api/orders?limit={what['limit']}", what["limit"])
    if found is None:
        return
    if missing := sorted(mine - {one["id"] for one in found}):
        raise Surprise(f"{who} has placed {', '.join(missing)}, which is not among the orders")
    if any(one["userId"] != who.id for one in found):
        raise Surprise(f"{who} was shown somebody else's order")


async def _status(who: Patron, id: str) -> str:
    answer = await who.asks("GET", f"/api/orders/{id}")
    promised(answer, 200)
    return "" if answer is None else str(answer.json()["status"])
