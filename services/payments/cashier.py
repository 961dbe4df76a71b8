"""Stripe, asked so that asking again is safe.

Every call carries an idempotency key made of the order's id and a count that is stored, so that a
repetition, by whoever and after whatever crash, is answered with what the first call did.  An error
is kept under its key too, and comes again: then Stripe's books say what became of the call.
Source: https://docs.stripe.com/api/idempotent_requests
"""

from dataclasses import dataclass
from typing import Final

import stripe
from stripe.params import ChargeListParamsCreated

from services.payments.domain import Order, Payment
from services.payments.retry_policy import CERTAIN, SKEW

CURRENCY: Final = "usd"
PAGE: Final = 100  # the most that Stripe lists at once
DECLINED: Final = "The card was declined"
# What of a card a buyer can do something about.  Source: https://docs.stripe.com/declines/codes
REASONS: Final = {
    "insufficient_funds": "The card has insufficient funds",
    "expired_card": "The card has expired",
    "authentication_required": "The card's bank asks for a confirmation that it cannot have here",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """Stripe did what it was asked."""

    stripe_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Stripe will never do it: the card was declined, or the token is no good.

    `message` has Stripe's words, which are for operators; `told` is what a buyer is told.
    """

    message: str
    told: str = DECLINED


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer, or none that says what happened; ask again with the same key.

    What is `kept` is what Stripe answers to this key from now on, and only its books say more.
    """

    reason: str
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Absent:
    """Stripe has no such charge in its books."""


Outcome = Taken | Refused | Unknown | Absent


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

    async def look_up(self, order: Order, payment: Payment) -> Taken | Absent | Unknown:
        """Find the charge that was made for an order, if one was.

        By a list, which shows a charge at once; Stripe's search may be an hour behind.
        Source: https://docs.stripe.com/search#data-freshness
        """
        created: ChargeListParamsCreated = {"gte": int((payment.since - SKEW).timestamp())}
        if payment.sent_at is not None:
            created["lte"] = int((payment.sent_at + CERTAIN + SKEW).timestamp())
        try:
            listed = await self._client.v1.charges.list_async({"created": created, "limit": PAGE})
            async for charge in listed.auto_paging_iter():
                # Declined ones are listed too.
                if charge.status == "succeeded" and _order_of(charge) == order.id:
                    return Taken(charge.id)
        except stripe.StripeError as error:
            return Unknown(type(error).__name__)
        return Absent()

    async def refund(self, order: Order, payment: Payment) -> Outcome:
        """Give the whole charge back.

        Stripe never gives back more than it took, so that a new key cannot refund twice.
        """
        assert payment.stripe_id is not None, "only what was charged can be refunded"
        try:
            refund = await self._client.v1.refunds.create_async(
                {"charge": payment.stripe_id, "metadata": {"order_id": order.id}},
                {"idempotency_key": refund_key(order, payment)},
            )
        except stripe.StripeError as error:
            if error.code == "charge_already_refunded":  # by hand, or long ago: keys are forgotten
                return Taken(payment.stripe_id)
            return _outcome_of(error)
        if refund.status in ("failed", "canceled"):
            return Refused(f"The refund {refund.id} is {refund.status}")
        return Taken(refund.id)

    async def look_up_refund(self, payment: Payment) -> Taken | Refused | Unknown:
        """Find out whether a charge was refunded where Stripe's answer does not say."""
        assert payment.stripe_id is not None, "only what was charged can be refunded"
        try:
            charge = await self._client.v1.charges.retrieve_async(payment.stripe_id)
        except stripe.StripeError as error:
            return Unknown(type(error).__name__)
        return Taken(charge.id) if charge.refunded else Refused("Stripe failed to refund it")


def charge_key(order: Order, payment: Payment) -> str:
    """Return the idempotency key of an attempt to charge for an order.

    The first attempt's key is the order's id.  A key's answer is final, a decline too, so another
    card needs another key; it is used only once the attempt before is known to have failed.
    """
    return str(order.id) if payment.attempt == 1 else f"{order.id}-{payment.attempt}"


def refund_key(order: Order, payment: Payment) -> str:
    """Return the idempotency key of an attempt to refund: another one after each refusal."""
    number = payment.refusals + 1
    return f"{order.id}-refund" if number == 1 else f"{order.id}-refund-{number}"


def _order_of(charge: stripe.Charge) -> str | None:
    return charge.metadata.to_dict().get("order_id")


def _outcome_of(error: stripe.StripeError) -> Refused | Unknown:
    # Another call with this key is under way, or there are too many: neither says what happened.
    if error.http_status in (409, 429):
        return Unknown(f"status {error.http_status}")
    if isinstance(error, stripe.CardError | stripe.InvalidRequestError):
        more = error.error
        code = (more.decline_code or more.code or "") if more else ""
        return Refused(error.user_message or DECLINED, REASONS.get(code, DECLINED))
    is_kept = isinstance(error, stripe.IdempotencyError) or (error.http_status or 0) >= 500
    return Unknown(type(error).__name__, is_kept)
