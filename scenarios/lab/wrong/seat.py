"""Notebook 6."""

from scenarios.lab.wrong.answers import WrongAnswer
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


async def numbers_all_orders(self: Orders) -> None:
    await self._documents.create_index("hold", unique=True)


async def one_order_for_each_buyer(self: Orders) -> None:
    await self._documents.create_index([(HELD, 1), ("user_id", 1)], unique=True, sparse=True)


def begins_to_count_anew(ticket: Ticket, order: OrderId, version: int) -> Change:
    if _seen(ticket, order, version):
        return ticket, []
    if ticket.holder != order:
        return _after(ticket, order, version)
    return _after(ticket, order, version, holder=None, hold=0)


def forgets_what_is_too_late(ticket: Ticket, order: OrderId, version: int) -> Change:
    if _seen(ticket, order, version):
        return ticket, []
    if ticket.holder != order:
        return ticket, []
    return _after(ticket, order, version, holder=None)


def listens_to_copies(ticket: Ticket, order: OrderId, version: int) -> Change:
    if ticket.holder != order:
        return _after(ticket, order, version)
    return _after(ticket, order, version, holder=None)


WRONG = (
    WrongAnswer(
        "prepare",
        "orders looks whether the seat is free, so it cannot be taken twice",
        looks_before_it_inserts,
        "no-double-sale",
        "create_index",
    ),
    WrongAnswer(
        "prepare",
        "one ticket, one order",
        one_order_for_ever,
        "nothing-stuck",
        "create_index",
    ),
    WrongAnswer(
        "prepare",
        "unique is unique, and an order without the field is none",
        nobody_else_may_have_none,
        "story",
        "create_index",
    ),
    WrongAnswer(
        "release",
        "a cancelled order frees its seat",
        releases_for_anyone,
        "holder-releases",
        "return _after",
    ),
    WrongAnswer(
        "release",
        "the next order will take the seat over",
        leaves_it_to_the_next,
        "reservation-agrees",
        "return _after",
    ),
    WrongAnswer(
        "prepare",
        "the number of an order is its own",
        numbers_all_orders,
        "nothing-stuck",
        "create_index",
    ),
    WrongAnswer(
        "prepare",
        "nobody orders the same seat twice",
        one_order_for_each_buyer,
        "no-double-sale",
        "create_index",
    ),
    WrongAnswer(
        "release",
        "a free seat begins anew",
        begins_to_count_anew,
        "holds-grow",
        "return _after",
    ),
    WrongAnswer(
        "release",
        "what changes nothing need not be remembered",
        forgets_what_is_too_late,
        "taken-once",
        "return ticket, []",
    ),
    WrongAnswer(
        "release",
        "letting go twice does no harm",
        listens_to_copies,
        "taken-once",
        "return _after",
    ),
)
