"""Notebook 4."""

from scenarios.lab.wrong.answers import WrongAnswer
from services.common.versioning import Decision, OutOfOrder, is_next
from services.orders.domain import Ticket as Heard
from services.orders.domain import confirm
from services.orders.use_cases import OrdersOnEvents
from services.tickets.domain import Change, OrderId, Ticket, _after, _seen


async def notes_down_first(self: OrdersOnEvents, ticket: Heard) -> Decision:
    known = await self._tickets.load(ticket.id)
    applied = -1 if known is None else known.version
    if not is_next(ticket.id, applied=applied, announced=ticket.version):
        return Decision.DUPLICATE
    await self._tickets.advance(applied, ticket)
    if ticket.order_id is not None:
        await self._book.change(ticket.order_id, confirm)
    return Decision.APPLY


async def newest_wins(self: OrdersOnEvents, ticket: Heard) -> Decision:
    known = await self._tickets.load(ticket.id)
    applied = -1 if known is None else known.version
    if ticket.version <= applied:
        return Decision.DUPLICATE
    if ticket.order_id is not None:
        await self._book.change(ticket.order_id, confirm)
    await self._tickets.advance(applied, ticket)
    return Decision.APPLY


async def drops_what_is_early(self: OrdersOnEvents, ticket: Heard) -> Decision:
    known = await self._tickets.load(ticket.id)
    applied = -1 if known is None else known.version
    try:
        if not is_next(ticket.id, applied=applied, announced=ticket.version):
            return Decision.DUPLICATE
    except OutOfOrder:
        return Decision.DUPLICATE
    if ticket.order_id is not None:
        await self._book.change(ticket.order_id, confirm)
    await self._tickets.advance(applied, ticket)
    return Decision.APPLY


async def has_always_something_to_tell(self: OrdersOnEvents, ticket: Heard) -> Decision:
    known = await self._tickets.load(ticket.id)
    applied = -1 if known is None else known.version
    if is_next(ticket.id, applied=applied, announced=ticket.version):
        if ticket.order_id is not None:
            await self._book.change(ticket.order_id, confirm)
        await self._tickets.advance(applied, ticket)
    return Decision.APPLY


async def confirms_and_forgets(self: OrdersOnEvents, ticket: Heard) -> Decision:
    known = await self._tickets.load(ticket.id)
    applied = -1 if known is None else known.version
    if not is_next(ticket.id, applied=applied, announced=ticket.version):
        return Decision.DUPLICATE
    if ticket.order_id is not None:
        await self._book.change(ticket.order_id, confirm)
        return Decision.APPLY
    await self._tickets.advance(applied, ticket)
    return Decision.APPLY


async def only_takes_notes(self: OrdersOnEvents, ticket: Heard) -> Decision:
    known = await self._tickets.load(ticket.id)
    applied = -1 if known is None else known.version
    if not is_next(ticket.id, applied=applied, announced=ticket.version):
        return Decision.DUPLICATE
    await self._tickets.advance(applied, ticket)
    return Decision.APPLY


async def takes_what_comes(self: OrdersOnEvents, ticket: Heard) -> Decision:
    known = await self._tickets.load(ticket.id)
    if ticket.order_id is not None:
        await self._book.change(ticket.order_id, confirm)
    await self._tickets.advance(-1 if known is None else known.version, ticket)
    return Decision.APPLY


def the_last_word_wins(ticket: Ticket, order: OrderId, version: int, hold: int) -> Change:
    if _seen(ticket, order, version):
        return ticket, []
    return _after(ticket, order, version, holder=order, hold=hold)


def first_come_first_served(ticket: Ticket, order: OrderId, version: int, hold: int) -> Change:
    if _seen(ticket, order, version):
        return ticket, []
    if ticket.holder is not None:
        return _after(ticket, order, version)
    return _after(ticket, order, version, holder=order, hold=hold)


def reserves_again(ticket: Ticket, order: OrderId, version: int, hold: int) -> Change:
    if hold < ticket.hold:
        return _after(ticket, order, version)
    return _after(ticket, order, version, holder=order, hold=hold)


def writes_down_the_lower(ticket: Ticket, order: OrderId, version: int, hold: int) -> Change:
    if _seen(ticket, order, version):
        return ticket, []
    if hold < ticket.hold:
        return _after(ticket, order, version, hold=hold)
    return _after(ticket, order, version, holder=order, hold=hold)


WRONG = (
    WrongAnswer(
        "follow",
        "first write down what you have heard",
        notes_down_first,
        "story",
        "confirm the order first",
    ),
    WrongAnswer(
        "follow",
        "the newest version is the truth, so the ones between can be skipped",
        newest_wins,
        "versions-step-by-one",
        "self._tickets.advance",
    ),
    WrongAnswer(
        "follow",
        "what does not fit now is thrown away",
        drops_what_is_early,
        "taken-once",
        "return Decision.DUPLICATE",
    ),
    WrongAnswer(
        "follow",
        "what is returned is of no account",
        has_always_something_to_tell,
        "decided-as-done",
        "return Decision.APPLY",
    ),
    WrongAnswer(
        "follow",
        "the order is what matters, not the note",
        confirms_and_forgets,
        "nothing-stuck",
        "never noted down",
    ),
    WrongAnswer(
        "follow",
        "a mirror only mirrors",
        only_takes_notes,
        "story",
        "confirm the order first",
    ),
    WrongAnswer(
        "follow",
        "an event is there to be applied",
        takes_what_comes,
        "versions-step-by-one",
        "self._tickets.advance",
    ),
    WrongAnswer(
        "reserve",
        "what arrives last was said last",
        the_last_word_wins,
        "holder-releases",
        "return _after",
    ),
    WrongAnswer(
        "reserve",
        "a seat that is held is held",
        first_come_first_served,
        "reservation-agrees",
        "return _after",
    ),
    WrongAnswer(
        "reserve",
        "holds say enough, so a copy does no harm",
        reserves_again,
        "reservation-agrees",
        "return _after",
    ),
    WrongAnswer(
        "reserve",
        "the hold is that of the order last heard of",
        writes_down_the_lower,
        "holds-grow",
        "hold=hold",
    ),
)
