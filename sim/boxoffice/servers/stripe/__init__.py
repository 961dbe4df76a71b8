"""Stripe in one process: charges, PaymentIntents, refunds, books, keys and signed events."""

from typing import TYPE_CHECKING

from boxoffice.servers.extras import homes

if TYPE_CHECKING:
    from boxoffice.servers.stripe.answers import Answer, Body
    from boxoffice.servers.stripe.cards import DECLINES, GOOD_TOKENS
    from boxoffice.servers.stripe.client import FakeStripeHttp, fake_stripe
    from boxoffice.servers.stripe.server import FakeStripeServer

__all__ = [
    "DECLINES",
    "GOOD_TOKENS",
    "Answer",
    "Body",
    "FakeStripeHttp",
    "FakeStripeServer",
    "fake_stripe",
]

__getattr__ = homes(
    __name__,
    "stripe",
    {
        "DECLINES": "cards",
        "GOOD_TOKENS": "cards",
        "Answer": "answers",
        "Body": "answers",
        "FakeStripeHttp": "client",
        "FakeStripeServer": "server",
        "fake_stripe": "client",
    },
)
