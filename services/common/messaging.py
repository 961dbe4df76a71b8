"""The stream, and the loop that takes messages from it.

A message is acknowledged after its effect is stored, never before.  One that comes too early, or
while a server is out of reach, goes back to come again.  One that keeps failing for a reason of its
own is parked on a dead-letter subject, so that it blocks nobody and an operator can replay it.
"""

from asyncio import sleep
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from nats.aio.msg import Msg
from nats.errors import TimeoutError as NothingCame
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, StorageType, StreamConfig
from nats.js.errors import NotFoundError
from structlog.contextvars import bound_contextvars

from services.common import tracing
from services.common.ending import waiting
from services.common.events import Envelope, Event, Undecodable, open_envelope
from services.common.ids import Ids
from services.common.outages import OUTAGES
from services.common.spans import Kind, of_message
from services.common.telemetry import Telemetry
from services.common.versioning import Decision, OutOfOrder

STREAM: Final = "TICKETING"
DEAD_LETTERS: Final = "dead-letter"
SUBJECTS: Final = ("ticket.*", "order.*", "expiration.*", "payment.*", f"{DEAD_LETTERS}.>")
BATCH: Final = 16
# A broker that restarts forgets who waits, and nats-py does not tell; so nobody waits for long.
FETCH_TIMEOUT_S: Final = 10.0
# A cluster that has lost a leader says nothing until there is another, for up to nine seconds.
ASK_TIMEOUT_S: Final = 2.0
ACK_WAIT_S: Final = 30.0
RETRY_S: Final = 1.0
FIRST_DELAY_S: Final = 0.05
LONGEST_DELAY_S: Final = 30.0
PARK_AFTER: Final = 5  # failures for a reason of its own

Handler = Callable[[Any], Awaitable[Decision]]


class Consumer:
    """The durable pull consumer of one service, and what the service does with each event type."""

    def __init__(
        self,
        jetstream: JetStreamContext,
        handlers: Mapping[type[Event], Handler],
        telemetry: Telemetry,
        ids: Ids,
        stream_replicas: int = 1,
    ) -> None:
        self._jetstream = jetstream
        self._handlers = {event.type: handler for event, handler in handlers.items()}
        self._telemetry = telemetry
        self._ids = ids
        self._stream_replicas = stream_replicas
        self._failures: Counter[int] = Counter()

    async def run(self) -> None:
        """Take messages for ever, through every restart of the broker."""
        while True:
            try:
                await self._take_from_stream()
            except OUTAGES as outage:
                self._telemetry.outage("consumer", outage)
                with waiting():
                    await sleep(RETRY_S)

    async def _take_from_stream(self) -> None:
        await ensure_stream(self._jetstream, self._stream_replicas)
        await self._jetstream.add_consumer(STREAM, self._config())
        subscription = await self._jetstream.pull_subscribe_bind(
            durable=self._telemetry.service, stream=STREAM
        )
        try:
            while True:
                for message in await _fetch(subscription):
                    await self.take(message)
        finally:  # or the broker would go on handing messages to nobody
            with suppress(*OUTAGES):
                await subscription.unsubscribe()

    async def measure(self) -> Mapping[str, float]:
        """Return how far this consumer is behind the stream.  Raises: nats.errors.Error."""
        name = self._telemetry.service
        info = await self._jetstream.consumer_info(STREAM, name)
        # Asked of the stream, where they wait: a count of ours would forget them with the process.
        letters = await self._jetstream.stream_info(STREAM, f"{DEAD_LETTERS}.{name}.>")
        return {
            "consumer_lag": info.num_pending or 0,
            "consumer_unacked": info.num_ack_pending or 0,
            "dead_letters": sum((letters.state.subjects or {}).values()),
        }

    async def rewind(self) -> None:
        """Have the whole stream delivered again: the durable is made anew at its beginning."""
        with suppress(NotFoundError):
            await self._jetstream.delete_consumer(STREAM, self._telemetry.service)

    def _config(self) -> ConsumerConfig:
        return ConsumerConfig(
            durable_name=self._telemetry.service,
            filter_subjects=list(self._handlers),
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ACK_WAIT_S,
            max_deliver=-1,  # a gap waits for its version as long as it takes
        )

    async def take(self, message: Msg) -> None:
        """Do what one message asks, and tell the broker how it went."""
        try:
            envelope, event = open_envelope(message.data)
        except Undecodable as reason:
            return await self.park(message, str(reason))
        tracing.follow((message.headers or {}).get("traceparent"), self._ids)
        name, meta = self._telemetry.service, message.metadata
        at_hand = {"delivery": meta.sequence.stream, "attempt": meta.num_delivered}
        with (
            self._telemetry.spans.work(Kind.CONSUMER, lambda: of_message(envelope, name)),
            bound_contextvars(message=envelope.id, **at_hand),
        ):
            await self.handle(message, envelope, event)

    async def handle(self, message: Msg, envelope: Envelope, event: Event) -> None:
        """Store the effect, then acknowledge."""
        attempt = message.metadata.num_delivered
        try:
            decision = await self._handlers[envelope.type](event)
        except OutOfOrder:
            decision = Decision.GAP
        except OUTAGES as outage:
            self._telemetry.outage(envelope.type, outage)
            return await message.nak(delay=delay_s(attempt))
        except Exception as error:  # a reason of its own: it must not block the rest
            return await self._refuse(message, error)
        self._telemetry.decided(envelope, decision, attempt)
        if decision is Decision.GAP:
            return await message.nak(delay=delay_s(attempt))
        await message.ack()

    async def _refuse(self, message: Msg, error: Exception) -> None:
        self._telemetry.failed(message.subject, error)
        sequence = message.metadata.sequence.stream
        self._failures[sequence] += 1
        if self._failures[sequence] >= PARK_AFTER:
            return await self.park(message, f"{type(error).__name__}: {error}")
        await message.nak(delay=delay_s(message.metadata.num_delivered))

    async def park(self, message: Msg, reason: str) -> None:
        """Keep the message with its reason among the dead letters, and end its deliveries."""
        service, sequence = self._telemetry.service, message.metadata.sequence.stream
        headers = {
            **(message.headers or {}),
            "Nats-Msg-Id": f"{DEAD_LETTERS}-{service}-{sequence}",
            "Boxoffice-Reason": " ".join(reason.split())[:500],
            "Boxoffice-Sequence": str(sequence),
        }
        subject = f"{DEAD_LETTERS}.{service}.{message.subject}"
        await self._jetstream.publish(subject, message.data, headers=headers)
        await message.term()
        self._failures.pop(sequence, None)
        self._telemetry.parked(message.subject, reason)


async def _fetch(subscription: JetStreamContext.PullSubscription) -> list[Msg]:
    try:
        with waiting():
            return await subscription.fetch(BATCH, timeout=FETCH_TIMEOUT_S)
    except NothingCame:
        return []


async def ensure_stream(jetstream: JetStreamContext, replicas: int = 1) -> None:
    """Create the stream, kept by so many servers, unless it is there; then it stays as it is."""
    try:
        await jetstream.stream_info(STREAM)
    except NotFoundError:
        await jetstream.add_stream(
            StreamConfig(
                name=STREAM,
                subjects=list(SUBJECTS),
                storage=StorageType.FILE,
                num_replicas=replicas,
            )
        )


def delay_s(attempt: int) -> float:
    """Return how long a message stays away after its `attempt`-th delivery, in seconds.

    >>> [delay_s(attempt) for attempt in (1, 2, 3, 20)]
    [0.05, 0.1, 0.2, 30.0]
    """
    return min(LONGEST_DELAY_S, FIRST_DELAY_S * 2.0 ** min(attempt - 1, 16))
