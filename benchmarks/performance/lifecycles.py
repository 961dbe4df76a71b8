"""Whole lives of orders in a world, beside the same service code called directly.

Each order is listed, placed and reserved; then it expires and its ticket is released, or it is paid
for and complete.  The cost of a life is that of a run of many, less that of a run of none.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from benchmarks.performance.direct import directly
from benchmarks.performance.sample import Sample, cost_s, middle
from boxoffice.servers.mongo import FakeMongoServer
from scenarios.actors import Buyer, Ordered, Seller, placed
from scenarios.shop.life import SETTINGS
from scenarios.shop.world import World

WINDOW_S: Final = 5  # in real time as well
LOOK_S: Final = 0.1
AFTER_S: Final = 0.5  # for the last messages
EACH: Final = 10  # orders of one buyer: no more than may be open
TIMES: Final = 3

Then = Callable[[Buyer, Ordered], Awaitable[object]]


def expired(quick: bool) -> Sample:
    """Return the cost of an order that expires, in a world and called directly."""
    return _life(_waits, 40 if quick else 100, 1 if quick else TIMES)


def paid(quick: bool) -> Sample:
    """Return the cost of an order that is paid for, in a world and called directly."""
    return _life(_pays, 40 if quick else 100, 1 if quick else TIMES)


def _life(then: Then, count: int, times: int) -> Sample:
    for run in (in_world, called_directly):
        run(EACH, then)  # what is made once
    pairs = [
        Sample(_cost_s(in_world, count, then), _cost_s(called_directly, count, then))
        for _ in range(times)
    ]
    return middle(pairs)


def _cost_s(run: Callable[[int, Then], None], count: int, then: Then) -> float:
    whole, idle = (cost_s(partial(run, it, then)) for it in (count, 0))
    return (whole - idle) / count


def in_world(count: int, then: Then) -> None:
    """Play so many lives in virtual time."""
    settings = SETTINGS.model_copy(update={"expiration_window_s": WINDOW_S})
    world = World(1, settings=settings)
    world.run(lambda it: _lives(it, it.backends.mongo, count, then))


def called_directly(count: int, then: Then) -> None:
    """Live so many lives on a plain loop of asyncio's."""

    async def live() -> None:
        settings = SETTINGS.model_copy(update={"expiration_window_s": WINDOW_S})
        async with directly(settings) as shop:
            await _lives(shop, shop.mongo, count, then)

    asyncio.run(live())


async def _lives(shop: Any, mongo: dict[str, FakeMongoServer], count: int, then: Then) -> None:
    sue = Seller("Sue", shop.client("Sue"))
    crowd = [Buyer(f"Buyer{n}", shop.client(f"Buyer{n}")) for n in range(10)]
    for person in (sue, *crowd):
        await person.arrives()
    tickets = [await sue.lists(f"Seat {number}", "45.00") for number in range(count)]
    await asyncio.sleep(AFTER_S)  # until orders has heard of them all
    buyers = [crowd[number % len(crowd)] for number in range(count)]
    orders = await asyncio.gather(*(it.orders(t) for it, t in zip(buyers, tickets, strict=True)))
    await asyncio.gather(*(then(it, order) for it, order in zip(buyers, orders, strict=True)))
    while mongo["orders-db"].documents_with("orders", "orders", "open_slot"):  # noqa: ASYNC110
        await asyncio.sleep(LOOK_S)
    await asyncio.sleep(AFTER_S)
    found = mongo["orders-db"].documents("orders", "orders")
    assert len(found) == count
    assert not any(order["outbox"] for order in found)
    ended = "complete" if then is _pays else "cancelled"
    assert all(order["status"] == ended for order in found)
    held = [it for it in mongo["tickets-db"].documents("tickets", "tickets") if it.get("holder")]
    assert len(held) == (count if then is _pays else 0)


async def _waits(buyer: Buyer, order: Ordered) -> None:
    placed(order)


async def _pays(buyer: Buyer, order: Ordered) -> None:
    await asyncio.sleep(AFTER_S)  # until payments has heard of it
    assert await buyer.pays(order)
