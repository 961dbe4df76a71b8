"""A link without a network, for a fake that is used alone."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")
Effect = Callable[[], object]


class Direct:
    """A link on which nothing is lost or late; calls still take turns."""

    reachable = True

    async def call(
        self, verb: str, about: str, effect: Callable[[], T | Awaitable[T]], refuse: Any = None
    ) -> T:
        """Run `effect`, and wait for what it returns if that takes time."""
        await asyncio.sleep(0)
        answer = effect()
        if inspect.isawaitable(answer):
            answer = await answer
        await asyncio.sleep(0)
        return answer

    def send(self, verb: str, about: str, effect: Effect) -> None:
        """Run `effect` soon."""
        asyncio.get_running_loop().call_soon(effect)

    def in_order(self) -> "Direct":
        """Return a way on which no message overtakes another, as on this one."""
        return self

    def pushes(self) -> "DirectPushes":
        """Return the way by which a server sends of its own accord."""
        return DirectPushes()


class DirectPushes:
    """The way back of a direct link."""

    gone = False

    def send(self, verb: str, about: str, effect: Effect) -> None:
        """Run `effect` soon."""
        asyncio.get_running_loop().call_soon(effect)

    def when_broken(self, tell: Effect) -> None:
        """Nothing breaks here."""
