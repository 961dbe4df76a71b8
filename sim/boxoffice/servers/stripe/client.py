"""The official client, whose HTTP client alone is replaced, by one that crosses a link."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import stripe

from boxoffice.errors import NotSimulated
from boxoffice.net.network import Link, LinkError
from boxoffice.servers.stripe.server import FakeStripeServer
from boxoffice.servers.stripe.telling import about, verb_of


class FakeStripeHttp(stripe.HTTPClient):
    """The transport of the official client, across a link instead of the internet."""

    name = "boxoffice-sim"

    def __init__(self, server: FakeStripeServer, link: Link) -> None:
        super().__init__()
        self._server = server
        self._link = link

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Carry one request.  Raises: stripe.APIConnectionError."""
        at = urlsplit(url)
        form = dict(parse_qsl(post_data or at.query))
        asked = method, at.path, form, headers.get("Idempotency-Key")
        try:
            status, body = await self._link.call(
                verb_of(method, at.path),
                about(at.path, form),
                partial(self._server.handle, *asked),
                lambda says, done: self._server.refuse(says, done, *asked),
            )
        except LinkError as error:
            text = f"Stripe did not answer: {error}"
            raise stripe.APIConnectionError(text) from None  # type: ignore[no-untyped-call]
        return json.dumps(body).encode(), status, {"Request-Id": f"req_{asked[-1]}"}

    def request(self, *_: Any, **__: Any) -> Any:
        """Raise: NotSimulated."""
        raise NotSimulated(
            "a synchronous method of stripe.StripeClient", "use the one that ends in _async"
        )

    async def close_async(self) -> None:
        """There is nothing to close."""


def fake_stripe(server: FakeStripeServer, link: Link) -> stripe.StripeClient:
    """Return the official client on a fake server; it asks each question once."""
    # Else it writes a number for this machine into the home of whoever runs it
    # (stripe/_telemetry_id.py of stripe 16).
    stripe.enable_telemetry = False
    transport = FakeStripeHttp(server, link)
    return stripe.StripeClient("sk_test_sim", http_client=transport, max_network_retries=0)
