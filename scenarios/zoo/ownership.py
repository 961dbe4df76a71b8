"""What belongs to one is done by another."""

from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from services.common.events import Document
    from services.orders.domain import Order, OrderId, UserId
    from services.orders.repository import Orders
    from services.orders.use_cases import OrdersForPeople
    from services.payments.domain import Order as Mirror
    from services.payments.domain import OrderId as Payable
    from services.payments.domain import Payment, PaymentId
    from services.payments.domain import UserId as Payer
    from services.payments.use_cases import PaymentsForPeople
    from services.tickets.domain import Cents, Change, Ticket
    from services.tickets.domain import UserId as Seller


async def _shown_to_anyone(self: "OrdersForPeople", id: "OrderId", user: "UserId") -> "Order":
    return await self._book.get(id)


async def _cancelled_by_anyone(self: "OrdersForPeople", id: "OrderId", user: "UserId") -> None:
    from services.orders import domain

    await self._book.change(id, domain.cancel)


async def _listed_to_anyone(
    orders: "Orders", user: "UserId", limit: int, after: "Order | None"
) -> "list[Order]":
    from services.orders.repository import _from_document, later_than

    condition: Document = {} if after is None else {"$or": later_than(after)}
    as_placed = [("placed_at", 1), ("_id", 1)]
    found = orders._documents.find(condition, {"outbox": 0}).sort(as_placed).limit(limit)
    return [_from_document(document) for document in await found.to_list()]


async def _payment_shown_to_anyone(
    self: "PaymentsForPeople", id: "PaymentId", user: "Payer"
) -> "tuple[Payable, Payment]":
    from services.common.errors import NotFound

    order = await self._orders.with_payment(id)
    if order is None or order.payment is None:
        raise NotFound
    return order.id, order.payment


def _paid_by_anyone(order: "Mirror", user: "Payer") -> "Mirror":
    return order


def _edited_by_anyone(
    ticket: "Ticket", seller: "Seller", title: str, price: "Cents", known: int | None
) -> "Change":
    change: Change = anyone_edits.real(ticket, ticket.user_id, title, price, known)
    return change


def _edited_by_whoever_has_seen_it(
    ticket: "Ticket", seller: "UserId", title: str, price: "Cents", known: int | None
) -> "Change":
    whose = seller if known is None else ticket.user_id
    change: Change = seen_is_edited.real(ticket, whose, title, price, known)
    return change


async def _cancelled_already_whosever_it_is(
    self: "OrdersForPeople", id: "OrderId", user: "UserId"
) -> None:
    from services.orders.domain import Status

    if (await self._book.get(id)).status is not Status.CANCELLED:
        await cancelled_to_anyone.real(self, id, user)


anyone_looks = Twin(
    name="anyone-looks",
    defence="an order is shown to its owner only",
    invariant="owner-only",
    shows="somebody looks at another one's order",
    target="services.orders.use_cases:OrdersForPeople.show",
    stand_in=_shown_to_anyone,
    tier="easy",
)

anyone_cancels = Twin(
    name="anyone-cancels",
    defence="an order is cancelled by its owner only",
    invariant="owner-only",
    shows="somebody cancels another one's order",
    target="services.orders.use_cases:OrdersForPeople.cancel",
    stand_in=_cancelled_by_anyone,
    tier="easy",
)

anyone_pays = Twin(
    name="anyone-pays",
    defence="an order is paid by its owner only",
    invariant="owner-only",
    shows="somebody pays another one's order",
    target="services.payments.domain:Order.paid_by",
    stand_in=_paid_by_anyone,
    tier="easy",
)

anyone_edits = Twin(
    name="anyone-edits",
    defence="a ticket is changed by its seller only",
    invariant="owner-only",
    shows="somebody changes another one's ticket",
    target="services.tickets.domain:edit",
    stand_in=_edited_by_anyone,
    tier="easy",
)

anyone_lists = Twin(
    name="anyone-lists",
    defence="a list of orders has one's own only",
    invariant="sessions-isolate",
    shows="two people have orders, and one of them lists their own",
    target="services.orders.repository:Orders.of_user",
    stand_in=_listed_to_anyone,
    tier="easy",
)

anyone_sees_payments = Twin(
    name="anyone-sees-payments",
    defence="a payment is shown to its owner only",
    invariant="owner-only",
    shows="somebody looks at another one's payment",
    target="services.payments.use_cases:PaymentsForPeople.show",
    stand_in=_payment_shown_to_anyone,
    tier="easy",
)

seen_is_edited = Twin(
    name="seen-is-edited",
    defence="whoever names the version of a ticket is asked whose it is all the same",
    invariant="owner-only",
    shows="somebody changes another one's ticket, and names its version (If-Match)",
    target="services.tickets.domain:edit",
    stand_in=_edited_by_whoever_has_seen_it,
)

cancelled_to_anyone = Twin(
    name="cancelled-to-anyone",
    defence="nobody else is told that an order is cancelled already",
    invariant="owner-only",
    shows="somebody cancels another one's order that is cancelled already",
    target="services.orders.use_cases:OrdersForPeople.cancel",
    stand_in=_cancelled_already_whosever_it_is,
)
