"""Stripe, asked so that asking again is safe.

Every call carries an idempotency key made of the order's id alone, so that a repetition, by whoever
and after whatever crash, is answered with what the first call did.
Source: https://docs.stripe.com/api/idempotent_requests
"""

from dataclasses import dataclass
from typing import Final

import stripe

from services.payments.domain import Order, Payment

CURRENCY: Final = "usd"


@dataclass(frozen=True, slots=True)
class Taken:
    """Stripe did what it was asked."""

    stripe_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Stripe will never do it: the card was declined, or the token is no good."""

    message: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer, or none that says what happened; ask again with the same key."""

    reason: str


Outcome = Taken | Refused | Unknown


class Cashier:
    """Charges and refunds."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._client = client

    async def charge(self, order: Order, payment: Payment) -> Outcome:
        """Charge the order's price to the payment's card."""
        try:
            charge = await self._client.v1.charges.create_async(
                {
                    "amount": order.price_cents,
                    "currency": CURRENCY,
                    "source": payment.token,
                    "metadata": {"order_id": order.id},
                },
                {"idempotency_key": charge_key(order, payment)},
            )
        except stripe.StripeError as error:
            return _outcome_of(error)
        return Taken(charge.id)

    async def refund(self, order: Order, payment: Payment) -> Outcome:
        """Give the whole charge back."""
        assert payment.stripe_id is not None, "only what was charged can be refunded"
        try:
            refund = await self._client.v1.refunds.create_async(
                {"charge": payment.stripe_id, "metadata": {"order_id": order.id}},
                {"idempotency_key": f"{order.id}-refund"},
            )
        except stripe.StripeError as error:
            if error.code == "charge_already_refunded":  # by hand, or long ago: keys are forgotten
                return Taken(payment.stripe_id)
            return _outcome_of(error)
        return Taken(refund.id)


def charge_key(order: Order, payment: Payment) -> str:
    """Return the idempotency key of an attempt to charge for an order.

    The first attempt's key is the order's id.  A key's answer is final, a decline too, so another
    card needs another key; it is used only once the attempt before is known to have failed.
    """
    return str(order.id) if payment.attempt == 1 else f"{order.id}-{payment.attempt}"


def _outcome_of(error: stripe.StripeError) -> Outcome:
    # Another call with this key is under way, or there are too many: neither says what happened.
    if error.http_status in (409, 429):
        return Unknown(f"status {error.http_status}")
    if isinstance(error, stripe.CardError | stripe.InvalidRequestError):
        return Refused(error.user_message or "The card was declined")
    return Unknown(type(error).__name__)
