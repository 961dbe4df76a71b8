"""Notebook 6."""

from scenarios.lab.wrong.answers import Wrong
from services.orders.repository import HELD, Orders
from services.tickets.domain import Change, OrderId, Ticket, _after, _seen


async def looks_before_it_inserts(self: Orders) -> None:
    await self._documents.create_index(HELD, sparse=True)


async def one_order_for_ever(self: Orders) -> None:
    await self._documents.create_index("ticket.id", unique=True)


async def nobody_else_may_have_none(self: Orders) -> None:
    await self._documents.create_index(HELD, unique=True)


def releases_for_anyone(ticket: Ticket, order: OrderId, version: int) -> Change:
    if _seen(ticket, order, version):
        return ticket, []
    return _after(ticket, order, version, holder=None)


def leaves_it_to_the_next(ticket: Ticket, order: OrderId, version: int) -> Change:
    if _seen(ticket, order, version):
        return ticket, []
    return _after(ticket, order, version)


WRONG = (
    Wrong(
        "prepare",
        "orders looks whether the seat is free, so it cannot be taken twice",
        looks_before_it_inserts,
        "no-double-sale",
        "create_index",
    ),
    Wrong(
        "prepare",
        "one ticket, one order",
        one_order_for_ever,
        "nothing-stuck",
        "create_index",
    ),
    Wrong(
        "prepare",
        "unique is unique, and an order without the field is none",
        nobody_else_may_have_none,
        "story",
        "create_index",
    ),
    Wrong(
        "release",
        "a cancelled order frees its seat",
        releases_for_anyone,
        "holder-releases",
        "return _after",
    ),
    Wrong(
        "release",
        "the next order will take the seat over",
        leaves_it_to_the_next,
        "reservation-agrees",
        "return _after",
    ),
)
