"""A link on which a caller waits no longer than it has said."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from boxoffice.net.network import Lost

T = TypeVar("T")

# After how many seconds of silence TCP says that a peer is gone, where nothing else does.
# Source: pymongo.pool_shared, whose sockets are probed after 120 s, and 9 times every 10 s.
KEEP_ALIVE_S: Final = 210.0


class Patience:
    """A link of any kind, with a limit of `within_s` seconds for each call."""

    def __init__(self, link: Any, within_s: float) -> None:
        self._link = link
        self._within_s = within_s

    async def call(
        self, verb: str, about: str, effect: Callable[[], T | Awaitable[T]], *rest: Any
    ) -> T:
        """Carry a request, run `effect` at the target, carry the answer back.

        Raises: Lost, when the time is over; and whatever the link raises.
        """
        try:
            async with asyncio.timeout(self._within_s):
                answer: T = await self._link.call(verb, about, effect, *rest)
        except TimeoutError:
            raise Lost(f"no answer within {self._within_s:g} s") from None
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._link, name)
