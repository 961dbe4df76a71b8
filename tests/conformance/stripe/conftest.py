"""The arm, as a fixture: `told(story)` plays a story with the official client."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

import pytest
import stripe

from boxoffice.real.process import Process
from boxoffice.servers.stripe import FakeStripeServer, fake_stripe
from boxoffice.trace.trace import Trace
from services.common.stripe_client import stripe_client
from tests.real.servers import stripe_mock

__all__ = ["stripe_mock"]

T = TypeVar("T")
Story = Callable[[stripe.StripeClient], Awaitable[T]]


class Direct:
    """A link without a network."""

    async def call(self, verb: str, about: str, effect: Callable[[], T], refuse: object) -> T:
        return effect()


def told_to_fake(story: Story[T]) -> T:
    """Play a story with the fake."""

    async def tell() -> T:
        server = FakeStripeServer(Trace(lambda: 0.0))
        return await story(fake_stripe(server, Direct()))  # type: ignore[arg-type]

    return asyncio.run(tell())


def told_to_server(url: str, story: Story[T]) -> T:
    """Play a story with a server."""

    async def tell() -> T:
        http = stripe.HTTPXClient()
        client = stripe_client("sk_test_conformance", http, url)
        try:
            return await story(client)
        finally:
            await http.close_async()  # type: ignore[no-untyped-call]

    return asyncio.run(tell())


@pytest.fixture(params=["fake", "served", pytest.param("stripe-mock", marks=pytest.mark.real)])
def told(request: pytest.FixtureRequest) -> Callable[[Story[Any]], Any]:
    """Play a story with the fake, with the fake in another process, and with Stripe's own mock."""
    if request.param == "fake":
        return told_to_fake
    if request.param == "served":
        return partial(told_to_server, request.getfixturevalue("served")["stripe"])
    server: Process = request.getfixturevalue("stripe_mock")
    return partial(told_to_server, f"http://{server.address}")
