"""Cards that are charged twice, too much, or for nothing."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    import stripe

    from services.payments.cashier import Cashier, Outcome, Refused, Unknown
    from services.payments.domain import Change, Order, OrderId, Payment, UserId
    from services.payments.use_cases import PaymentsForPeople


def _paid_in_any_case(order: "Order", stripe_id: str, now: datetime) -> "Change":
    after, events = late_charge_kept.real(order, stripe_id, now)
    return _kept(after), events


def _owed_once_its_time_is_over(order: "Order", stripe_id: str, now: datetime) -> "Change":
    after, events = owed_by_the_clock.real(order, stripe_id, now)
    return (after if now >= order.expires_at else _kept(after)), events


def _kept(order: "Order") -> "Order":
    from services.payments.domain import Status

    payment = order.payment
    if payment is None or payment.status is not Status.REFUNDING:
        return order
    return replace(order, payment=replace(payment, status=Status.PAID, next_at=None))


def _a_key_for_each_call(order: "Order", payment: "Payment") -> str:
    sent_at = payment.sent_at or payment.since
    return f"{order.id}-{payment.attempt}-{sent_at.timestamp():.0f}"


async def _charge_then_save(
    self: "PaymentsForPeople", id: "OrderId", user: "UserId", token: str
) -> "Payment":
    from services.common.errors import Declined, NotFound, Unavailable
    from services.payments import domain
    from services.payments.cashier import Refused, Taken

    order = await self._orders.load(id)
    if order is None:
        raise NotFound("There is no such order", "orderId")
    payment_id, now = domain.PaymentId(self._ids.object_id()), self._clock.now()
    claimed = domain.claim(order.paid_by(user), payment_id, token, now)
    assert claimed.payment is not None
    if claimed is order:
        return claimed.payment
    outcome = await self._settlement._cashier.charge(claimed, claimed.payment)
    if isinstance(outcome, Refused):
        raise Declined(outcome.message)
    if not isinstance(outcome, Taken):
        raise Unavailable("Stripe does not answer; try again later")
    stripe_id = outcome.stripe_id

    def paid(it: "Order") -> "Change":
        after, events = domain.charged(
            domain.claim(it, payment_id, token, now), stripe_id, self._clock.now()
        )
        return (replace(after, revision=it.revision + 1) if events else it), events

    order, _ = await self._ledger.change(id, paid)
    assert order.payment is not None
    return order.payment


def _no_answer_is_no(error: "stripe.StripeError") -> "Refused | Unknown":
    import stripe

    from services.payments.cashier import Refused

    if isinstance(error, stripe.APIConnectionError):
        return Refused("The card could not be charged")
    outcome: Refused | Unknown = silence_is_failure.real(error)
    return outcome


async def _in_dollars_and_back(cashier: "Cashier", order: "Order", payment: "Payment") -> "Outcome":
    from services.common.money import to_dollars
    from services.payments.domain import Cents

    cents = Cents(int(to_dollars(order.price_cents) * 100))
    outcome: Outcome = await amount_by_float.real(
        cashier, replace(order, price_cents=cents), payment
    )
    return outcome


late_charge_kept = Twin(
    name="late-charge-kept",
    defence="what is charged for an order that was cancelled meanwhile is given back",
    invariant="money-conserved",
    shows="an order is cancelled while Stripe is charging for it",
    target="services.payments.domain:charged",
    stand_in=_paid_in_any_case,
    incident=5,
)

owed_by_the_clock = Twin(
    name="owed-by-the-clock",
    defence="whether money is owed back is told by the order's end, and by no clock",
    invariant="money-conserved",
    shows="Stripe answers after the order's time, or a buyer cancels during a charge",
    target="services.payments.domain:charged",
    stand_in=_owed_once_its_time_is_over,
    incident=27,
)

key_for_each_call = Twin(
    name="key-for-each-call",
    defence="a charge is repeated with the same idempotency key",
    invariant="charged-once",
    shows="Stripe's answer is lost, and the charge is asked for again",
    target="services.payments.cashier:charge_key",
    stand_in=_a_key_for_each_call,
    incident=25,
)

charged_then_saved = Twin(
    name="charged-then-saved",
    defence="that a card is about to be charged is stored before it is",
    invariant="money-conserved",
    shows="payments dies between the charge and its write, or an answer is lost",
    target="services.payments.use_cases:PaymentsForPeople.pay",
    stand_in=_charge_then_save,
    incident=6,
)

silence_is_failure = Twin(
    name="silence-is-failure",
    defence="a timeout is neither success nor failure",
    invariant="money-conserved",
    shows="Stripe charges a card, and its answer is lost",
    target="services.payments.cashier:_outcome_of",
    stand_in=_no_answer_is_no,
)

amount_by_float = Twin(
    name="amount-by-float",
    defence="money is whole cents from end to end",
    invariant="charged-once",
    shows="somebody pays a price that is no whole number in binary, such as 19.99",
    target="services.payments.cashier:Cashier.charge",
    stand_in=_in_dollars_and_back,
)
