"""What belongs to one is done by another."""

from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from services.orders.domain import Order, OrderId, UserId
    from services.orders.use_cases import OrdersForPeople
    from services.payments.domain import Order as Mirror
    from services.payments.domain import UserId as Payer
    from services.tickets.domain import Cents, Change, Ticket
    from services.tickets.domain import UserId as Seller


async def _shown_to_anyone(self: "OrdersForPeople", id: "OrderId", user: "UserId") -> "Order":
    return await self._book.get(id)


async def _cancelled_by_anyone(self: "OrdersForPeople", id: "OrderId", user: "UserId") -> None:
    from services.orders import domain

    await self._book.change(id, domain.cancel)


def _paid_by_anyone(order: "Mirror", user: "Payer") -> "Mirror":
    return order


def _edited_by_anyone(
    ticket: "Ticket", seller: "Seller", title: str, price: "Cents", known: int | None
) -> "Change":
    change: Change = anyone_edits.real(ticket, ticket.user_id, title, price, known)
    return change


anyone_looks = Twin(
    name="anyone-looks",
    defence="an order is shown to its owner only",
    invariant="sessions-isolate",
    target="services.orders.use_cases:OrdersForPeople.show",
    stand_in=_shown_to_anyone,
    tier="easy",
)

anyone_cancels = Twin(
    name="anyone-cancels",
    defence="an order is cancelled by its owner only",
    invariant="sessions-isolate",
    target="services.orders.use_cases:OrdersForPeople.cancel",
    stand_in=_cancelled_by_anyone,
    tier="easy",
)

anyone_pays = Twin(
    name="anyone-pays",
    defence="an order is paid by its owner only",
    invariant="sessions-isolate",
    target="services.payments.domain:Order.paid_by",
    stand_in=_paid_by_anyone,
    tier="easy",
)

anyone_edits = Twin(
    name="anyone-edits",
    defence="a ticket is changed by its seller only",
    invariant="sessions-isolate",
    target="services.tickets.domain:edit",
    stand_in=_edited_by_anyone,
    tier="easy",
)
