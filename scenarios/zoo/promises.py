"""What HTTP promises to people, and is not kept."""

from datetime import datetime
from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from services.orders.domain import Change, Order
    from services.payments.domain import Order as Mirror
    from services.payments.domain import PaymentId
    from services.tickets.domain import Cents, Ticket, TicketId, UserId
    from services.tickets.use_cases import TicketsForPeople


async def _conflict_is_nobodys(
    self: "TicketsForPeople",
    id: "TicketId",
    seller: "UserId",
    title: str,
    price: "Cents",
    known: int | None,
) -> "Ticket":
    from services.tickets import domain

    before = await self.show(id)
    after, events = domain.edit(before, seller, title, price, known)
    await self._tickets.commit(before, after, events)
    return after


async def _lost_race_is_won(
    self: "TicketsForPeople",
    id: "TicketId",
    seller: "UserId",
    title: str,
    price: "Cents",
    known: int | None,
) -> "Ticket":
    from services.common.errors import Conflict
    from services.tickets import domain

    before = await self.show(id)
    after, events = domain.edit(before, seller, title, price, known)
    try:
        await self._tickets.commit(before, after, events)
    except Conflict:  # somebody has edited it in this very moment
        return after
    return after


async def _condition_tried_once(
    self: "TicketsForPeople",
    id: "TicketId",
    seller: "UserId",
    title: str,
    price: "Cents",
    known: int | None,
) -> "Ticket":
    from services.common.errors import Conflict
    from services.tickets import domain

    while True:
        before = await self.show(id)
        after, events = domain.edit(before, seller, title, price, known)
        try:
            await self._tickets.commit(before, after, events)
            return after
        except Conflict:
            known = None  # it was the latest when we looked


def _cancelled_already(order: "Order") -> "Change":
    from services.common.errors import Invalid
    from services.orders.domain import Status

    if order.status is Status.CANCELLED:
        raise Invalid("The order is cancelled already")
    change: Change = second_cancel_refused.real(order)
    return change


def _paid_already(order: "Mirror", payment: "PaymentId", token: str, now: datetime) -> "Mirror":
    from services.common.errors import Invalid
    from services.payments.domain import Status

    if order.payment is not None and order.payment.status is Status.PAID:
        raise Invalid("The order is paid already", "orderId")
    claimed: Mirror = second_payment_refused.real(order, payment, token, now)
    return claimed


def _any_version(if_match: str | None) -> int | None:
    if_match_ignored.real(if_match)  # refuses what is no ETag
    return None


conflict_unanswered = Twin(
    name="conflict-unanswered",
    defence="whoever loses a race is told so, by a 409",
    invariant="refusals-in-words",
    shows="one ticket is saved in two tabs in the same instant",
    target="services.tickets.use_cases:TicketsForPeople.edit",
    stand_in=_conflict_is_nobodys,
    incident=19,
)

conflict_swallowed = Twin(
    name="conflict-swallowed",
    defence="nobody is told that an edit was made that was not",
    invariant="no-lost-update",
    shows="one ticket is saved in two tabs in the same instant",
    target="services.tickets.use_cases:TicketsForPeople.edit",
    stand_in=_lost_race_is_won,
)

if_match_ignored = Twin(
    name="if-match-ignored",
    defence="an edit of a version that is not the latest is refused",
    invariant="conditions-hold",
    shows="a ticket is saved from a tab that has seen an older version (If-Match)",
    target="services.tickets.api:_version_in",
    stand_in=_any_version,
    tier="easy",
)

if_match_once = Twin(
    name="if-match-once",
    defence="a condition holds in the moment of the write, not in that of a look before it",
    invariant="conditions-hold",
    shows="one ticket is saved in two tabs in the same instant, both with If-Match",
    target="services.tickets.use_cases:TicketsForPeople.edit",
    stand_in=_condition_tried_once,
    tier="hard",
)

second_cancel_refused = Twin(
    name="second-cancel-refused",
    defence="who cancels a cancelled order is told again that it is",
    invariant="answered-alike",
    shows="somebody cancels an order twice",
    target="services.orders.domain:cancel",
    stand_in=_cancelled_already,
    tier="easy",
)

second_payment_refused = Twin(
    name="second-payment-refused",
    defence="who pays again is answered with the payment that was made",
    invariant="answered-alike",
    shows="somebody pays for an order twice",
    target="services.payments.domain:claim",
    stand_in=_paid_already,
    tier="easy",
)
