"""What was applied of another aggregate is remembered too early, too late, or not at all."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from boxoffice import Twin
from services.common.versioning import NOTHING_APPLIED, Decision, OutOfOrder, is_next

if TYPE_CHECKING:
    from services.orders.domain import Ticket as Replica
    from services.orders.repository import TicketReplica
    from services.orders.use_cases import OrdersOnEvents
    from services.payments.domain import Order, OrderId
    from services.payments.use_cases import PaymentsOnOrders
    from services.tickets.domain import Change, Ticket
    from services.tickets.domain import OrderId as Holder


def _forget_who_was_released(ticket: "Ticket", order: "Holder", version: int) -> "Change":
    after, events = forgets_the_cancelled.real(ticket, order, version)
    if not events:
        return after, events
    # It has ended, so nobody will ask for its version again.
    applied = {id: known for id, known in after.orders_applied.items() if id != order}
    return replace(after, orders_applied=applied), events


async def _cursor_first(self: "OrdersOnEvents", ticket: "Replica") -> Decision:
    from services.common.errors import Conflict
    from services.orders import domain

    known = await self._tickets.load(ticket.id)
    applied = NOTHING_APPLIED if known is None else known.version
    if not is_next(f"ticket {ticket.id}", applied=applied, announced=ticket.version):
        return Decision.DUPLICATE
    try:
        await self._tickets.advance(applied, ticket)
    except Conflict:
        return Decision.DUPLICATE
    if ticket.order_id is not None:
        await self._book.change(ticket.order_id, domain.confirm)
    return Decision.APPLY


async def _never_heard_of(
    self: "PaymentsOnOrders", id: "OrderId", version: int, change: "Callable[[Order], Order]"
) -> Decision:
    try:
        return Decision(await unknown_is_passed_over.real(self, id, version, change))
    except OutOfOrder:
        if await self._orders.load(id) is None:
            return Decision.DUPLICATE  # what we have never heard of, we need not end
        raise


def _older_is_enough(ticket: "Ticket", order: "Holder", version: int) -> bool:
    return version <= ticket.orders_applied.get(order, NOTHING_APPLIED)


async def _whatever_was_there(self: "TicketReplica", before: int, ticket: "Replica") -> None:
    state = {
        "title": ticket.title,
        "price_cents": ticket.price_cents,
        "user_id": ticket.user_id,
        "version": ticket.version,
        "order_id": ticket.order_id,
    }
    await self._documents.update_one({"_id": ticket.id}, {"$set": state}, upsert=True)


forgets_the_cancelled = Twin(
    name="forgets-the-cancelled",
    defence="a ticket remembers the version of an order that was cancelled",
    invariant="replicas-converge",
    shows="an order is cancelled",
    target="services.tickets.domain:release",
    stand_in=_forget_who_was_released,
    tier="easy",
    incident=13,
)

cursor_first = Twin(
    name="cursor-first",
    defence="the cursor moves after what it stands for has been done",
    invariant="replicas-converge",
    shows="orders dies between the note of a reservation and what follows from it",
    target="services.orders.use_cases:OrdersOnEvents.follow",
    stand_in=_cursor_first,
    tier="hard",
)

unknown_is_passed_over = Twin(
    name="unknown-is-passed-over",
    defence="what is said of an order that nobody has heard of yet waits for its creation",
    invariant="replicas-converge",
    shows="an order's cancellation reaches payments before its creation",
    target="services.payments.use_cases:PaymentsOnOrders._told",
    stand_in=_never_heard_of,
    incident=14,
)

ticket_jumps_gaps = Twin(
    name="ticket-jumps-gaps",
    defence="a ticket waits for what an order has said before",
    invariant="reservation-agrees",
    shows="an order's cancellation reaches tickets before its creation",
    target="services.tickets.domain:_seen",
    stand_in=_older_is_enough,
)

replica_overwritten = Twin(
    name="replica-overwritten",
    defence="a replica is written only upon the version that was compared",
    invariant="versions-step-by-one",
    shows="two versions of a ticket reach orders in one instant",
    target="services.orders.repository:TicketReplica.advance",
    stand_in=_whatever_was_there,
    tier="hard",
)
