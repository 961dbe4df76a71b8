"""Stripe in one process: charges, refunds, declines, books, and keys with Stripe's rules."""

from typing import TYPE_CHECKING

from boxoffice.servers.extras import homes

if TYPE_CHECKING:
    from boxoffice.servers.stripe.answers import Answer, Body
    from boxoffice.servers.stripe.client import FakeStripeHttp, fake_stripe
    from boxoffice.servers.stripe.server import DECLINES, GOOD_TOKENS, FakeStripeServer

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
        "DECLINES": "server",
        "GOOD_TOKENS": "server",
        "Answer": "answers",
        "Body": "answers",
        "FakeStripeHttp": "client",
        "FakeStripeServer": "server",
        "fake_stripe": "client",
    },
)
