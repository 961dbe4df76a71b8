"""Stripe's own test cards, as tokens and as PaymentMethods, and what each leads to.

Source: https://docs.stripe.com/testing
"""

from collections.abc import Mapping
from typing import Final

from boxoffice.servers.stripe.answers import Answer, error, invalid

DECLINES: Final[Mapping[str, tuple[str, str]]] = {
    "tok_chargeDeclined": ("generic_decline", "Your card was declined."),
    "tok_chargeDeclinedInsufficientFunds": (
        "insufficient_funds",
        "Your card has insufficient funds.",
    ),
    "tok_chargeDeclinedExpiredCard": ("expired_card", "Your card has expired."),
}
GOOD_TOKENS: Final = ("tok_visa", "tok_mastercard", "tok_amex")
GOOD_METHODS: Final = ("pm_card_visa", "pm_card_mastercard", "pm_card_amex")
# Whoever pays with one has to prove first that the card is theirs.
PROVEN_METHODS: Final = ("pm_card_authenticationRequired", "pm_card_threeDSecure2Required")
UNPROVEN: Final = (
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)
# Of what is charged in dollars.  Source: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
LEAST_CENTS: Final = 50
GREATEST_CENTS: Final = 99_999_999


def decline_of(method: str) -> tuple[str, str] | None:
    """Return the code and the message of the decline that a token or a PaymentMethod leads to.

    >>> decline_of("pm_card_visa_chargeDeclined")
    ('generic_decline', 'Your card was declined.')
    """
    kind = method.rpartition("_")[2]
    is_card = method.startswith(("tok_", "pm_card_"))
    return DECLINES.get(f"tok_{kind}") if is_card else None


def declined(decline: tuple[str, str], **more: object) -> Answer:
    """Return the answer to whoever pays with a card that is declined."""
    code, message = decline
    return error(402, "card_error", message, code="card_declined", decline_code=code, **more)


def wrong_amount(amount: int) -> Answer | None:
    """Return how an amount is refused that no card can be charged."""
    if amount < LEAST_CENTS:
        return invalid("Amount must be at least $0.50 usd", code="amount_too_small")
    if amount > GREATEST_CENTS:
        return invalid("Amount must be no more than $999,999.99", code="amount_too_large")
    return None
