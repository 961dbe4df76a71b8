"""Stripe in one process: charges, PaymentIntents, refunds, books, keys and signed events."""

from functools import partial
from typing import TYPE_CHECKING

from boxoffice.lazily import lazily
from boxoffice.servers.extras import need

if TYPE_CHECKING:
    from boxoffice.servers.stripe.answers import Answer as Answer
    from boxoffice.servers.stripe.answers import Body as Body
    from boxoffice.servers.stripe.cards import DECLINES as DECLINES
    from boxoffice.servers.stripe.cards import GOOD_TOKENS as GOOD_TOKENS
    from boxoffice.servers.stripe.client import FakeStripeHttp as FakeStripeHttp
    from boxoffice.servers.stripe.client import fake_stripe as fake_stripe
    from boxoffice.servers.stripe.server import FakeStripeServer as FakeStripeServer
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "boxoffice.servers.stripe.answers": "Answer Body",
            "boxoffice.servers.stripe.cards": "DECLINES GOOD_TOKENS",
            "boxoffice.servers.stripe.client": "FakeStripeHttp fake_stripe",
            "boxoffice.servers.stripe.server": "FakeStripeServer",
        },
        partial(need, "stripe"),
    )
