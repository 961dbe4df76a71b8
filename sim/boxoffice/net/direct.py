"""A link of no length, for a server in the same process as its clients."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Direct:
    """Nothing is lost on it, and nothing late; only everybody else has a turn meanwhile."""

    async def call(
        self,
        verb: str,
        about: str,
        effect: Callable[[], T | Awaitable[T]],
        refuse: Callable[[str, bool], T] | None = None,
    ) -> T:
        """Run `effect`; nothing is ever refused here.  Raises: what the effect raises."""
        await asyncio.sleep(0)
        result: Any = effect()
        return await result if inspect.isawaitable(result) else result  # type: ignore[no-any-return]

    def send(self, verb: str, about: str, effect: Callable[[], object]) -> None:
        """Have `effect` run in the next turn of the loop, before what is called afterwards."""
        asyncio.get_running_loop().call_soon(effect)
