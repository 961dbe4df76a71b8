"""Money that is kept for what was not sold, or taken twice."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from services.payments.cashier import Cashier, Outcome
    from services.payments.domain import Order, Payment


def _cancelled_without_refund(order: "Order", version: int, now: datetime) -> "Order":
    from services.payments import domain

    if not domain._is_next(order, version):
        return order
    revision = order.revision + 1
    return replace(order, version=version, revision=revision, status=domain.OrderStatus.CANCELLED)


def _cancelled_so_not_paid(order: "Order", version: int, now: datetime) -> "Order":
    from services.payments import domain

    after: Order = pending_is_dropped.real(order, version, now)
    if after is order or after.payment is None:
        return after
    if after.payment.status is not domain.Status.PENDING:
        return after
    return replace(after, payment=domain._settled(after.payment, domain.Status.DECLINED, now))


def _always_sent(order: "Order", now: datetime) -> bool:
    # With the same key, as if Stripe knew it for ever.
    return True


def _the_same_key(order: "Order", payment: "Payment") -> str:
    return f"{order.id}-refund"


async def _given_back_in_dollars(
    cashier: "Cashier", order: "Order", payment: "Payment"
) -> "Outcome":
    import stripe

    from services.payments.cashier import Taken, _outcome_of, refund_key

    assert payment.stripe_id is not None
    try:
        refund = await cashier._client.v1.refunds.create_async(
            {
                "charge": payment.stripe_id,
                "amount": max(1, order.price_cents // 100),
                "metadata": {"order_id": order.id},
            },
            {"idempotency_key": refund_key(order, payment)},
        )
    except stripe.StripeError as error:
        return _outcome_of(error)
    return Taken(refund.id)


async def _made_by_being_there(cashier: "Cashier", order: "Order", payment: "Payment") -> "Outcome":
    from services.payments.cashier import Refused, Taken

    outcome: Outcome = await failed_is_made.real(cashier, order, payment)
    if isinstance(outcome, Refused) and outcome.message.endswith(" is failed"):
        return Taken(outcome.message.split()[2])
    return outcome


no_refund = Twin(
    name="no-refund",
    defence="what was paid for a cancelled order is given back",
    invariant="money-conserved",
    shows="an order is paid, and cancelled or over before orders hears of the payment",
    target="services.payments.domain:cancelled",
    stand_in=_cancelled_without_refund,
    incident=15,
)

no_look_up = Twin(
    name="no-look-up",
    defence="a charge that Stripe may have forgotten is looked up, not sent again",
    invariant="charged-once",
    shows="Stripe's answer is lost, and it is asked again after it has forgotten the key",
    target="services.payments.domain:may_be_sent",
    stand_in=_always_sent,
    tier="hard",
)

one_refund_key = Twin(
    name="one-refund-key",
    defence="a refund that was refused is asked for again with a key of its own",
    invariant="nothing-stuck",
    shows="a refund is refused, since Stripe's account has no balance for it",
    target="services.payments.cashier:refund_key",
    stand_in=_the_same_key,
)

pending_is_dropped = Twin(
    name="pending-is-dropped",
    defence="a charge of unknown outcome is seen to although its order was cancelled",
    invariant="money-conserved",
    shows="an order is cancelled while the answer to its charge is unknown",
    target="services.payments.domain:cancelled",
    stand_in=_cancelled_so_not_paid,
)

given_back_in_dollars = Twin(
    name="given-back-in-dollars",
    defence="what is given back is the whole charge, in the unit in which it was taken",
    invariant="money-conserved",
    shows="an order is paid, cancelled in that moment, and given its money back",
    target="services.payments.cashier:Cashier.refund",
    stand_in=_given_back_in_dollars,
)

failed_is_made = Twin(
    name="failed-is-made",
    defence="a refund of which Stripe says that it has failed is asked for again",
    invariant="money-conserved",
    shows="Stripe takes a refund, and cannot give it to the card",
    target="services.payments.cashier:Cashier.refund",
    stand_in=_made_by_being_there,
)
