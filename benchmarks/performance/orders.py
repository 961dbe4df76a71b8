"""One order's fifteen minutes through HTTP and five services, and how that grows.

An order is listed, placed, held and expires.  Its cost is that of a run of many, less that of a run
of none, shared among them.
"""

import asyncio
from functools import partial
from typing import Final

from benchmarks.performance.sample import Sample, cost_s
from benchmarks.performance.yardsticks import simpy_timeout_s
from boxoffice.trace import Untold
from boxoffice.trace.events import Events
from scenarios.actors import Buyer, Seller
from scenarios.shop.world import World

WINDOW_S: Final = 900
PATIENCE_S: Final = 120
EACH: Final = 10  # orders of one buyer: no more than may be open


def at_once(quick: bool) -> Sample:
    """Return the cost of one order of 200 at once, and of a SimPy timeout."""
    return Sample(_order_s(40 if quick else 200), simpy_timeout_s())


def one_after_another(quick: bool) -> Sample:
    """Return the cost of one order where each ends before the next begins, and of one at once."""
    count = 10 if quick else 50
    # Each of a buyer of their own, who comes when it is their turn: a session does not last.
    return Sample(_order_s(count, in_turn=True, each=1), _order_s(count, each=1))


def growth(quick: bool) -> Sample:
    """Return the cost of one order among two thousand, and of one among a hundred."""
    return Sample(_order_s(300 if quick else 2_000), _order_s(100))


def crowd(quick: bool) -> Sample:
    """Return the cost of one order of each of a thousand buyers, and of one of ten each."""
    count = 50 if quick else 1_000
    return Sample(_order_s(count, each=1), _order_s(count))


def _order_s(count: int, in_turn: bool = False, each: int = EACH) -> float:
    buyers = -(-count // each)
    whole, idle = (cost_s(partial(sold, it, buyers, in_turn)) for it in (count, 0))
    return (whole - idle) / count


def sold(
    count: int, buyers: int, in_turn: bool = False, events: Events | Untold | None = None
) -> World:
    """Play so many orders of so many buyers, until all have expired; return their world."""
    world = World(1)
    if events is not None:
        world.trace.events = events
    world.run(lambda it: _sale(it, count, buyers, in_turn))
    found = world.backends.mongo["orders-db"].documents("orders", "orders")
    assert [order["status"] for order in found] == ["cancelled"] * count
    return world


async def _sale(world: World, count: int, buyers: int, in_turn: bool) -> None:
    sue = Seller("Sue", world.client("Sue"))
    crowd = [Buyer(f"Buyer{n}", world.client(f"Buyer{n}")) for n in range(buyers)]
    for person in (sue, *crowd):
        if not (in_turn and count):
            await person.arrives()
    tickets = [await sue.lists(f"Seat {number}", "45.00") for number in range(count)]
    await asyncio.sleep(PATIENCE_S)  # until orders has heard of them all
    wanted = [crowd[number % buyers].orders(ticket) for number, ticket in enumerate(tickets)]
    if in_turn:
        for order in wanted:
            assert await order
            await asyncio.sleep(WINDOW_S + PATIENCE_S)
    else:
        assert all(await asyncio.gather(*wanted))
        await asyncio.sleep(WINDOW_S + PATIENCE_S)
