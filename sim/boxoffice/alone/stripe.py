"""Stripe in a plain asyncio test."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from boxoffice.alone.lifetime import Lifetime
from boxoffice.real.clock import SystemClock
from boxoffice.servers.stripe import FakeStripeServer
from boxoffice.servers.stripe import fake_stripe as client_of
from boxoffice.trace.trace import Trace
from boxoffice.trace.untold import Untold

if TYPE_CHECKING:
    from stripe import StripeClient


@asynccontextmanager
async def fake_stripe(now: Callable[[], datetime] | None = None) -> AsyncIterator["StripeClient"]:
    """Open Stripe's own client, in its asynchronous methods, to a Stripe of its own.

    It takes Stripe's test tokens, amounts in cents, and keeps idempotency keys by `now`, an aware
    datetime; by the machine's clock, if none is given.  After the end of the block requests raise
    stripe.APIConnectionError.
    Raises: RuntimeError, within a world or when it is used on another loop.

    >>> import asyncio
    >>> async def test_a_card_is_charged():
    ...     async with fake_stripe() as client:
    ...         charge = await client.v1.charges.create_async(
    ...             {"amount": 4500, "currency": "usd", "source": "tok_visa"})
    ...         return charge.status
    >>> asyncio.run(test_a_card_is_charged())
    'succeeded'
    """
    life: Any = Lifetime("fake_stripe")
    clock = now or SystemClock().now

    def now_s() -> float:
        return clock().timestamp()

    try:
        yield client_of(FakeStripeServer(Trace(now_s, events=Untold()), now_s), life)
    finally:
        await life.end()
