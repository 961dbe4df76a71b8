"""Writes that do not look at what they overwrite."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from boxoffice import Twin
from services.common.errors import Conflict
from services.common.versioning import Decision

if TYPE_CHECKING:
    from services.common.aggregate import Aggregates
    from services.common.events import Document, Event
    from services.orders.domain import Change, Order, OrderId
    from services.orders.repository import Orders
    from services.orders.use_cases import OrderBook
    from services.payments.domain import Order as Mirror
    from services.payments.domain import OrderId as Payable
    from services.payments.use_cases import Ledger
    from services.tickets.domain import Cents, Ticket, TicketId, UserId
    from services.tickets.repository import Tickets
    from services.tickets.use_cases import TicketsForPeople


async def _overwritten(
    aggregates: "Aggregates", state: "Document", events: "Sequence[Event]"
) -> None:
    from services.common.aggregate import _changes

    sealed: dict[str, Any] = {"$push": {"outbox": {"$each": aggregates._outbox.seal(events)}}}
    await aggregates._documents.update_one({"_id": state["_id"]}, _changes(state) | sealed)
    if events:
        aggregates._outbox.wake()


async def _the_last_order_wins(
    orders: "Orders", before: "Order", after: "Order", events: "Sequence[Event]"
) -> None:
    from services.orders.repository import _to_document

    await _overwritten(orders._aggregates, _to_document(after), events)


async def _the_last_ticket_wins(
    tickets: "Tickets", before: "Ticket", after: "Ticket", events: "Sequence[Event]"
) -> None:
    from services.tickets.repository import _to_document

    await _overwritten(tickets._aggregates, _to_document(after), events)


async def _the_last_edit_wins(
    tickets: "TicketsForPeople",
    id: "TicketId",
    seller: "UserId",
    title: str,
    price: "Cents",
    known: int | None,
) -> "Ticket":
    from services.tickets import domain

    before = await tickets.show(id)
    after, events = domain.edit(before, seller, title, price, None)
    await _the_last_ticket_wins(tickets._tickets, before, after, events)
    return after


async def _whatever_it_matched(
    aggregates: "Aggregates", before: int, state: "Document", events: "Sequence[Event]"
) -> None:
    try:
        await no_match_is_done.real(aggregates, before, state, events)
    except Conflict:
        return


async def _decided_once(
    book: "OrderBook", id: "OrderId", change: "Callable[[Order], Change]"
) -> Decision:
    before = await book.get(id)
    after, events = change(before)
    while events:
        try:
            await book._orders.commit(before, after, events)
            return Decision.APPLY
        except Conflict:
            book._telemetry.conflict(id)
            before = await book.get(id)
            after = replace(after, version=before.version + 1)
            events = [it.model_copy(update={"version": after.version}) for it in events]
    return Decision.DUPLICATE


async def _charge_decided_once(
    ledger: "Ledger", id: "Payable", change: "Callable[[Mirror], tuple[Mirror, Sequence[Event]]]"
) -> "tuple[Mirror, bool]":
    from services.common.errors import NotFound

    before = await ledger._orders.load(id)
    if before is None:
        raise NotFound("There is no such order", "orderId")
    after, events = change(before)
    while after is not before:
        try:
            await ledger._orders.commit(before, after, events)
            return after, True
        except Conflict:
            ledger._telemetry.conflict(id)
            before = await ledger._orders.load(id) or before
            after = replace(after, revision=before.revision + 1)
    return before, False


blind_orders = Twin(
    name="blind-orders",
    defence="an order is changed only if it is still what was read",
    invariant="versions-step-by-one",
    shows="two things happen to one order in the same instant",
    target="services.orders.repository:Orders.commit",
    stand_in=_the_last_order_wins,
    incident=4,
)

blind_tickets = Twin(
    name="blind-tickets",
    defence="a ticket is changed only if it is still what was read",
    invariant="versions-step-by-one",
    shows="two things happen to one ticket in the same instant",
    target="services.tickets.repository:Tickets.commit",
    stand_in=_the_last_ticket_wins,
    incident=21,
)

blind_write = Twin(
    name="blind-write",
    defence="an edit is written only upon the version that its author has seen",
    invariant="no-lost-update",
    shows="one ticket is saved in two tabs, which have both seen the same version",
    target="services.tickets.use_cases:TicketsForPeople.edit",
    stand_in=_the_last_edit_wins,
    tier="easy",
)

no_match_is_done = Twin(
    name="no-match-is-done",
    defence="a conditional write that finds nothing has not happened",
    invariant="replicas-converge",
    shows="two things happen to one document in the same instant",
    target="services.common.aggregate:Aggregates.commit",
    stand_in=_whatever_it_matched,
)

decided_once = Twin(
    name="decided-once",
    defence="whoever lost a race decides again upon what is there now",
    invariant="terminal-is-final",
    shows="two things happen to one order in the same instant",
    target="services.orders.use_cases:OrderBook.change",
    stand_in=_decided_once,
    tier="hard",
)

charge_decided_once = Twin(
    name="charge-decided-once",
    defence="payments decides again where orders or Stripe spoke meanwhile",
    invariant="versions-step-by-one",
    shows="news of an order comes in the moment in which its charge is written down",
    target="services.payments.use_cases:Ledger.change",
    stand_in=_charge_decided_once,
    tier="hard",
)
