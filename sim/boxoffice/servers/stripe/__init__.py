"""Stripe in one process: charges, refunds, declines, books, and keys with Stripe's rules."""

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
