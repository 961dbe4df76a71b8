"""Stripe in one process: charges, refunds, declines, books, and keys with Stripe's rules."""

from sim.fakes.stripe.answers import Answer, Body
from sim.fakes.stripe.client import FakeStripeHttp, fake_stripe
from sim.fakes.stripe.server import DECLINES, GOOD_TOKENS, FakeStripeServer

__all__ = [
    "DECLINES",
    "GOOD_TOKENS",
    "Answer",
    "Body",
    "FakeStripeHttp",
    "FakeStripeServer",
    "fake_stripe",
]
