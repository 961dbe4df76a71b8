"""What a server needs from the world it runs in, and what the world may do to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.pull import Delivery
    from boxoffice.servers.jetstream.stream import StoredMessage


class Timer(Protocol):
    def cancel(self) -> object: ...


Later = Callable[[float, Callable[[], object]], Timer]
DeliveryDelays = Callable[[str, "StoredMessage"], Sequence[float]]
Observe = Callable[..., "int | None"]

# Seconds since 1970 in a float are a quarter of a microsecond apart, so a timer may ring
# that much before the moment it was set for.
CLOCK_GRAIN_S = 1e-6


class Hooks:
    """A server's clock, its timers and the two ears of the world.

    `delivery_delays(consumer, message)` says after how many seconds a stored message reaches a
    consumer: the first entry is the original, each further one a copy that is delivered
    whether or not the message was acknowledged before.  `observe(kind, **fields)` is told
    what happens and may number it, `received(delivery)` what has reached the client that runs, and
    `notice(*path, writes=)` what is looked at or changed meanwhile, for who asks
    what commutes.  `advisories` keeps what the server tells its operators.
    """

    def __init__(self, now: Callable[[], float], later: Later) -> None:
        self.now = now
        self.later = later
        self.delivery_delays: DeliveryDelays | None = None
        self.observe: Observe | None = None
        self.received: Callable[[Delivery], None] = lambda delivery: None
        self.notice: Callable[..., None] = lambda *path, writes=True: None
        self.advisories: list[dict[str, Any]] = []
