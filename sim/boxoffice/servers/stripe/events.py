"""What Stripe tells of what has happened, and how it signs it.

Rules: https://docs.stripe.com/api/events, https://docs.stripe.com/webhooks#verify-manually
"""

import hmac
from collections.abc import Callable
from copy import deepcopy
from hashlib import sha256
from typing import Final

from boxoffice.servers.stripe.answers import Body

Hear = Callable[[Body], object]

# All that is told; the real one has many more, which nothing here brings about.
TYPES: Final = (
    *("charge.succeeded", "charge.failed", "charge.captured", "charge.refunded", "refund.created"),
    *("payment_intent.created", "payment_intent.requires_action", "payment_intent.succeeded"),
    *("payment_intent.amount_capturable_updated", "payment_intent.payment_failed"),
    *("payment_intent.canceled", "refund.failed"),
)


class Events:
    """All events, by id.  `key` is that of the request at hand; each of `listeners` is told."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self.by_id: dict[str, Body] = {}
        self.listeners: list[Hear] = []
        self.key: str | None = None
        self._now_s = now_s

    def add(self, type: str, about: Body) -> None:
        """Keep an event about an object, as that is now."""
        assert type in TYPES, type
        id = f"evt_{len(self.by_id) + 1:08d}"
        event: Body = {
            "id": id,
            "object": "event",
            "api_version": None,
            "created": int(self._now_s()),
            "data": {"object": deepcopy(about)},
            "livemode": False,
            "pending_webhooks": len(self.listeners),
            "request": {"id": None, "idempotency_key": self.key},
            "type": type,
        }
        self.by_id[id] = event
        for hear in self.listeners:
            hear(event)


def signature(payload: str, secret: str, at_s: int) -> str:
    """Return the header `Stripe-Signature` of a payload that is sent at `at_s`, since 1970.

    >>> signature("{}", "whsec_test", 1893456000)[:21]
    't=1893456000,v1=07b63'
    """
    signed = hmac.new(secret.encode(), f"{at_s}.{payload}".encode(), sha256).hexdigest()
    return f"t={at_s},v1={signed}"
