"""A second card, a late answer, and a look at Stripe's books that comes too soon."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from services.payments.cashier import Absent, Cashier, Taken, Unknown
    from services.payments.domain import Change, Order, Payment, PaymentId
    from services.payments.reconciler import Reconciler


def _another_card_is_another_try(
    order: "Order", payment: "PaymentId", token: str, now: datetime
) -> "Order":
    from services.payments.domain import Status

    before = order.payment
    if before is not None and before.status is Status.PENDING and before.token != token:
        failed = replace(order, payment=replace(before, status=Status.DECLINED))
        claimed: Order = second_card_meanwhile.real(failed, payment, token, now)
        return claimed
    claimed = second_card_meanwhile.real(order, payment, token, now)
    return claimed


def _whichever_card(order: "Order", attempt: int, now: datetime) -> "Change":
    # Who has heard of a decline must sleep before it is written down until another process has
    # heard of it too, a minute later, and until Stripe is about to answer for the next card: no
    # storm has come to that yet.
    at_hand = attempt if order.payment is None else order.payment.attempt
    change: Change = late_decline.real(order, at_hand, now)
    return change


def _not_there_so_it_never_will(order: "Order", attempt: int, asked_at: datetime) -> "Order":
    from services.payments import domain

    payment = order.payment
    if payment is None or payment.status is not domain.Status.PENDING:
        return order
    if payment.attempt != attempt or domain._is_repeatable(order, asked_at):
        return order
    return domain._paying(order, domain._settled(payment, domain.Status.DECLINED, asked_at))


def _however_long_it_slept(order: "Order", now: datetime) -> bool:
    from services.payments import domain

    return domain._is_repeatable(order, now)


async def _in_the_books(
    cashier: "Cashier", order: "Order", payment: "Payment"
) -> "Taken | Absent | Unknown":
    import stripe

    from services.payments.cashier import PAGE, Absent, Taken, Unknown, _order_of
    from services.payments.retry_policy import SKEW

    since = int((payment.since - SKEW).timestamp())
    try:
        listed = await cashier._client.v1.charges.list_async(
            {"created": {"gte": since}, "limit": PAGE}
        )
        async for charge in listed.auto_paging_iter():
            if _order_of(charge) == order.id:
                return Taken(charge.id)
    except stripe.StripeError as error:
        return Unknown(type(error).__name__)
    return Absent()


def _refunds_first(self: "Reconciler", order: "Order", now: datetime) -> bool:
    from services.payments.domain import Status

    is_due: bool = pending_is_forgotten.real(self, order, now)
    return is_due and order.payment is not None and order.payment.status is Status.REFUNDING


second_card_meanwhile = Twin(
    name="second-card-meanwhile",
    defence="another card is tried once the one before is known to have failed",
    invariant="charged-once",
    shows="somebody pays again with another card while the first has no answer",
    target="services.payments.domain:claim",
    stand_in=_another_card_is_another_try,
    tier="hard",
)

late_decline = Twin(
    name="late-decline",
    defence="an answer is about the card that was asked about, and no later one",
    invariant="money-conserved",
    shows="a declined first card is told only after a second one was tried",
    target="services.payments.domain:declined",
    stand_in=_whichever_card,
    tier="hard",
)

given_up_too_soon = Twin(
    name="given-up-too-soon",
    defence="what Stripe does not show is given up once it can come no more",
    invariant="money-conserved",
    shows="Stripe charges late, and its books are read before that",
    target="services.payments.domain:not_there",
    stand_in=_not_there_so_it_never_will,
    tier="hard",
)

sleeper_sends = Twin(
    name="sleeper-sends",
    defence="who slept before sending a charge does not send it any more",
    invariant="money-conserved",
    shows="payments sleeps for minutes between deciding on a charge and sending it",
    target="services.payments.domain:may_be_sent",
    stand_in=_however_long_it_slept,
    tier="hard",
)

declined_is_found = Twin(
    name="declined-is-found",
    defence="a charge in the books that was declined is no payment",
    invariant="money-conserved",
    shows="a card is declined, and the answer is lost",
    target="services.payments.cashier:Cashier.look_up",
    stand_in=_in_the_books,
    tier="hard",
)

pending_is_forgotten = Twin(
    name="pending-is-forgotten",
    defence="each charge of unknown outcome is asked about again",
    invariant="nothing-stuck",
    shows="Stripe's answer to a charge is lost",
    target="services.payments.reconciler:Reconciler._is_due",
    stand_in=_refunds_first,
)
