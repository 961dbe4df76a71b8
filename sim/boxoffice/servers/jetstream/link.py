"""What carries calls and messages between a client and the server; the world supplies it."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Link(Protocol):
    """A connection of one client's."""

    async def call(self, verb: str, about: str, effect: Callable[[], T | Awaitable[T]]) -> T:
        """Carry a request to the server, run `effect` there, carry the answer back.

        Raises: Lost (no answer in time), Refused (server down).
        """
        ...

    def send(self, verb: str, about: str, effect: Callable[[], object]) -> None:
        """Carry one way: the effect happens later, or never if it is lost."""
        ...

    def in_order(self) -> Any:
        """Return a one-way `send` on which nothing overtakes another."""
        ...

    def pushes(self) -> Any:
        """Return the way back, by which the server sends unasked."""
        ...
