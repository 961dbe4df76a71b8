"""The card company: Stripe, as far as a beginner needs it."""

from collections.abc import Coroutine
from typing import Any, Final

import stripe

from scenarios.learn.interface import Calls, NoAnswer
from scenarios.learn.mistakes import Mistake

CARD: Final = "tok_visa"


class Cards:
    """Charges somebody's card."""

    def __init__(self, client: stripe.StripeClient, calls: Calls) -> None:
        self._client, self._calls = client, calls

    def charge(self, order: str, cents: int, key: str) -> Coroutine[Any, Any, None]:
        """Charge whoever has ordered; the same `key` again is the same charge, and not a second.

        Raises: TimeoutError, when the company is silent: it may have charged, or not.
        """
        if type(cents) is not int or cents < 50:
            raise Mistake(f"charge takes a whole number of cents, 50 at least, and not {cents!r}")
        if not isinstance(key, str) or not key:
            raise Mistake(f"a key is a text, and not {key!r:.60}")
        return self._calls.made(self._charge(str(order), cents, key), "cards.charge(…)")

    async def _charge(self, order: str, cents: int, key: str) -> None:
        asked: Any = {
            "amount": cents,
            "currency": "usd",
            "source": CARD,
            "metadata": {"order_id": order},
        }
        try:
            await self._client.v1.charges.create_async(asked, {"idempotency_key": key})
        except stripe.IdempotencyError:
            raise Mistake(f"the key {key!r} was used for another charge") from None
        except stripe.StripeError as error:
            raise NoAnswer(f"the card company did not answer: {error}") from None
