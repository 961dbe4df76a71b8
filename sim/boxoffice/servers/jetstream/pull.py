"""Clients' requests for messages, while a server keeps them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.hooks import Hooks, Timer
    from boxoffice.servers.jetstream.stream import StoredMessage


@dataclass(slots=True)
class Delivery:
    """One handing-over of a stored message to a client; `number` is what its observer calls it."""

    message: StoredMessage
    stream: str
    consumer: str
    attempt: int
    consumer_seq: int
    num_pending: int
    number: int | None = None

    @property
    def reply(self) -> str:
        """The subject to acknowledge on, from which nats-py reads all metadata."""
        it = self.message
        return (
            f"$JS.ACK.{self.stream}.{self.consumer}.{self.attempt}.{it.seq}"
            f".{self.consumer_seq}.{it.time_ns}.{self.num_pending}"
        )


@dataclass(slots=True, eq=False)
class Pull:
    """A request for up to `batch` messages; `answer` gets them, or none when it expires.

    `gone` tells that the client is no longer there; one that `listens` ends when its consumer goes.
    """

    batch: int
    answer: Callable[[list[Delivery]], object]
    gone: Callable[[], bool]
    listens: bool = False
    found: list[Delivery] = field(default_factory=list)
    timer: Timer | None = None
    done: bool = False

    def end(self) -> None:
        self.done = True
        if self.timer is not None:
            self.timer.cancel()


class Pulls:
    """The requests that wait at one consumer, oldest first."""

    def __init__(self, hooks: Hooks) -> None:
        self._hooks = hooks
        self._waiting: deque[Pull] = deque()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def __len__(self) -> int:
        return sum(not it.gone() for it in self._waiting)

    def add(self, request: Pull) -> None:
        self._waiting.append(request)

    def first(self) -> Pull | None:
        """The request that is next, whose client is still there."""
        while self._waiting and self._waiting[0].gone():
            self._waiting.popleft()
        return self._waiting[0] if self._waiting else None

    def answer(self, request: Pull) -> None:
        """Give a request what was found for it, be it nothing."""
        if not request.done:
            self._forget(request)
            request.answer(request.found)

    def expire(self, request: Pull, expires_s: float) -> None:
        """Answer a request after `expires_s` seconds, if nothing has answered it before."""
        if not request.done:
            request.timer = self._hooks.later(expires_s, lambda: self.answer(request))

    def withdraw(self, request: Pull) -> None:
        """Forget a request whose client is gone."""
        if not request.done:
            self._forget(request)

    def clear(self) -> None:
        """Keep none, except that those which wait still expire, unless their client listens."""
        ended = [it for it in self._waiting if it.listens]
        self._waiting.clear()
        for request in ended:
            self.answer(request)

    def _forget(self, request: Pull) -> None:
        request.end()
        if request in self._waiting:
            self._waiting.remove(request)
