"""What happens to deliveries on the link between one service and the NATS server.

They come late, twice and out of order, as whole frames.  Everything else that the server says
passes at once, and so does what the client says: neither of them knows of the link.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from boxoffice.real.fetches import Fetches
from boxoffice.real.frames import Delivery, delivery_of, only_here, read_frame, sid_of
from boxoffice.real.link import linked

DeliveryDelays = Callable[[str, str], list[float]]


@dataclass(slots=True)
class Counts:
    """What has reached a consumer: frames, and how many of them were copies, or were held up."""

    delivered: int = 0
    copied: int = 0
    late: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.delivered + other.delivered, self.copied + other.copied, self.late + other.late
        )


@dataclass(eq=False, slots=True)
class _Held:
    """A frame on its way to a client; the first of a message is not a copy."""

    frame: bytes
    delivery: Delivery
    copy: bool
    to: Fetches
    timer: asyncio.TimerHandle | None = None


class Tamper:
    """`delivery_delays(consumer, subject)` says when a message and its copies arrive, in seconds.

    It is asked once for each message of `stream` (of any, where that is None) and consumer, at the
    first attempt, as in a simulated world: what the server sends again comes as the server sends
    it.  `tell` hears of each delivery at the moment that it is passed to the service.  `url` is for
    clients.
    """

    def __init__(
        self,
        stream: str | None,
        delivery_delays: DeliveryDelays,
        tell: Callable[[Delivery], object],
    ) -> None:
        self.url = ""
        self._stream = stream
        self._delivery_delays = delivery_delays
        self._tell = tell
        self._counts: dict[str, Counts] = {}
        self._held: dict[_Held, None] = {}
        self._healed = False
        self.others: set[str] = set()  # streams whose messages passed as they are

    @property
    def counts(self) -> Mapping[str, Counts]:
        """Return what has happened so far, for each consumer."""
        return self._counts

    @property
    def waiting(self) -> int:
        """Return how many frames are held up at this moment."""
        return len(self._held)

    def heal(self) -> None:
        """Hold up nothing any more, and let go of what is held, in the order it was due in."""
        self._healed = True
        for held in sorted(self._held, key=_due):
            assert held.timer is not None, "what is held has a timer"
            held.timer.cancel()
            self._let_go(held)

    async def deliver(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry what the server says to one client, until either of them closes."""
        client = Fetches(writer)
        try:
            with suppress(ConnectionError):
                while frame := await read_frame(reader):
                    self._carry(frame, client)
                    await writer.drain()
        finally:
            self._forget(client)

    def _carry(self, frame: bytes, client: Fetches) -> None:
        delivery = delivery_of(frame)
        if delivery is None or self._stream not in (None, delivery.stream):
            self.others |= {delivery.stream} if delivery else set()
            client.pass_on(only_here(frame))
        else:
            self._plan(frame, delivery, client)

    def _plan(self, frame: bytes, delivery: Delivery, client: Fetches) -> None:
        asked = delivery.attempt == 1 and not self._healed
        after_s = self._delivery_delays(delivery.consumer, delivery.subject) if asked else [0.0]
        loop = asyncio.get_running_loop()
        for number, delay_s in enumerate(after_s):
            held = _Held(frame, delivery, number > 0, client)
            if delay_s > 0.0:
                client.will_be_late(sid_of(frame))
                self._held[held] = None
                held.timer = loop.call_later(delay_s, self._let_go, held)
            else:
                self._let_go(held)

    def _let_go(self, held: _Held) -> None:
        self._held.pop(held, None)
        held.to.pass_on(held.frame)
        counts = self._counts.setdefault(held.delivery.consumer, Counts())
        counts.delivered += 1
        counts.copied += held.copy
        counts.late += held.timer is not None
        self._tell(held.delivery)

    def _forget(self, client: Fetches) -> None:
        # What was on its way is lost with the connection, and the server sends it again.
        client.close()
        for held in [held for held in self._held if held.to is client]:
            del self._held[held]
            if held.timer is not None:
                held.timer.cancel()


@asynccontextmanager
async def tampered(
    nats_url: str,
    stream: str | None,
    delivery_delays: DeliveryDelays,
    tell: Callable[[Delivery], object] = lambda _: None,
    port: int = 0,
    pace: float = 1.0,
) -> AsyncIterator[Tamper]:
    """Open a link to the server at `nats_url`; what it delivers of `stream` is tampered with.

    The loop's seconds pass `pace` times as fast as the server's.
    Raises: OSError, if `port` cannot be had; 0 takes one that is free.
    """
    tamper = Tamper(stream, delivery_delays, tell)
    async with linked(nats_url, tamper.deliver, port, pace) as tamper.url:
        yield tamper


def _due(held: _Held) -> float:
    return held.timer.when() if held.timer is not None else 0.0
