"""A client's request for messages, while a server keeps it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.hooks import Timer
    from boxoffice.servers.jetstream.stream import StoredMessage


@dataclass(slots=True)
class Delivery:
    """One handing-over of a stored message to a client."""

    message: StoredMessage
    stream: str
    consumer: str
    attempt: int
    consumer_seq: int
    num_pending: int

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

    `gone` tells that the client is no longer there.
    """

    batch: int
    answer: Callable[[list[Delivery]], object]
    gone: Callable[[], bool]
    found: list[Delivery] = field(default_factory=list)
    timer: Timer | None = None
    done: bool = False

    def finish(self) -> None:
        self.done = True
        if self.timer is not None:
            self.timer.cancel()
        self.answer(self.found)
