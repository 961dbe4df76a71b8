"""The loop that takes messages from the stream.

A message is acknowledged after its effect is stored, never before.  One that comes too early, or
while a server is out of reach, goes back to come again.  One that keeps failing for a reason of its
own is parked on a dead-letter subject, so that it blocks nobody and an operator can replay it.
Whatever goes wrong with one message stays with that message.

Messages about different aggregates are taken side by side, those about the same one in their order:
an event names all the aggregates that it is about.
"""

from asyncio import sleep
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig
from nats.js.errors import NotFoundError
from structlog.contextvars import bound_contextvars

from services.common import tracing
from services.common.cancellation import cancellation_point
from services.common.events import Envelope, Event, Undecodable, open_envelope
from services.common.failures import PARK_AFTER, PARK_AFTER_S, Failures
from services.common.ids import Ids
from services.common.lanes import Lanes
from services.common.letters import Post, replays
from services.common.outages import SERVER_ERRORS, passes
from services.common.redelivery import FIRST_DELAY_S, LONGEST_DELAY_S, Redelivery, delay_s
from services.common.spans import Kind, of_message
from services.common.stream import ensure_stream
from services.common.subjects import DEAD_LETTERS, REPLAYS, STREAM, SUBJECTS
from services.common.telemetry import Telemetry
from services.common.versioning import Decision, OutOfOrder

__all__ = [  # what belongs to it stands in files of its own
    "ACK_WAIT_S",
    "ASK_TIMEOUT_S",
    "BATCH",
    "DEAD_LETTERS",
    "FETCH_TIMEOUT_S",
    "FIRST_DELAY_S",
    "HEARTBEAT_S",
    "LONGEST_DELAY_S",
    "PARK_AFTER",
    "PARK_AFTER_S",
    "REPLAYS",
    "RETRY_S",
    "STREAM",
    "SUBJECTS",
    "Consumer",
    "Handler",
    "delay_s",
    "ensure_stream",
]

BATCH: Final = 16
IN_HAND: Final = 2 * BATCH  # at most: a batch is fetched while half of them are being taken
# A broker that restarts, or a leader that is lost, forgets who waits; steady_fetch.py notices after
# two heartbeats, ten seconds.  So a fetch may last: it costs the broker a request, and us a round.
FETCH_TIMEOUT_S: Final = 300.0
HEARTBEAT_S: Final = 5.0
FIRST_FETCH_S: Final = 1.0  # whether the broker hands anything out again is soon known
# A cluster that has lost a leader says nothing until there is another, for up to nine seconds.
ASK_TIMEOUT_S: Final = 2.0
ACK_WAIT_S: Final = 30.0
RETRY_S: Final = 1.0
UNLIMITED: Final = -1

Handler = Callable[[Any], Awaitable[Decision]]
Opened = tuple[Envelope, Event]


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
        self._post = Post(jetstream, telemetry.service)
        self._redelivery = Redelivery(self._outstanding)
        self._failures = Failures()
        self._lanes = Lanes()
        self._away = 0  # messages in succession for which a server was out of reach

    async def run(self) -> None:
        """Take messages for ever, through every restart of the broker."""
        while True:
            try:
                await self._take_from_stream()
            except Exception as error:
                self._telemetry.round_failed("consumer", error)
                with cancellation_point():
                    await sleep(RETRY_S)

    async def _take_from_stream(self) -> None:
        await ensure_stream(self._jetstream, self._stream_replicas)
        await self._jetstream.add_consumer(STREAM, self._config())
        subscription = await self._jetstream.pull_subscribe_bind(
            durable=self._telemetry.service, stream=STREAM
        )
        try:
            wait_s, heartbeat_s = FIRST_FETCH_S, None
            while True:
                await self._lanes.until(0 if self._is_away else IN_HAND - BATCH)
                for message in await self._fetch(subscription, wait_s, heartbeat_s):
                    await self._begin(message)
                self._telemetry.round_done("consumer")
                wait_s, heartbeat_s = FETCH_TIMEOUT_S, HEARTBEAT_S
        finally:
            # First of all: while what is in hand is done, the broker would go on handing messages
            # to nobody, and each of them would come again only once its time is over.
            with suppress(*SERVER_ERRORS):
                await subscription.unsubscribe()
            await self._lanes.end()

    async def _fetch(
        self,
        subscription: JetStreamContext.PullSubscription,
        at_most_s: float,
        heartbeat_s: float | None,
    ) -> list[Msg]:
        with cancellation_point():
            # One message at a time asks whether a store is back; all others stay where they are.
            if self._is_away:
                await sleep(RETRY_S)
            try:
                size = 1 if self._is_away else BATCH
                return await subscription.fetch(size, timeout=at_most_s, heartbeat=heartbeat_s)
            except TimeoutError:  # nothing came; nats-py says so by asyncio's error, or its own
                return []

    @property
    def _is_away(self) -> bool:
        return self._away >= BATCH

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

    async def _outstanding(self) -> int:
        info = await self._jetstream.consumer_info(STREAM, self._telemetry.service)
        return info.num_ack_pending or 0

    async def rewind(self) -> None:
        """Have the whole stream delivered again: the durable is made anew at its beginning."""
        with suppress(NotFoundError):
            await self._jetstream.delete_consumer(STREAM, self._telemetry.service)

    def _config(self) -> ConsumerConfig:
        return ConsumerConfig(
            durable_name=self._telemetry.service,
            filter_subjects=[*self._handlers, replays(self._telemetry.service)],
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ACK_WAIT_S,
            max_deliver=UNLIMITED,  # a gap waits for its version as long as it takes
            max_ack_pending=UNLIMITED,  # and however many wait, what is new is heard
        )

    async def _begin(self, message: Msg) -> None:
        if self._post.is_replay(message):  # what it is about, only its letter says
            await self._lanes.until(0)
            return await self.take(message)
        try:
            opened = open_envelope(message.data)
        except Exception:  # which is met again where it is seen to
            return self._lanes.begin((), self.take(message))
        self._lanes.begin(opened[1].aggregate_ids, self.take(message, opened))

    async def take(self, message: Msg, opened: Opened | None = None) -> None:
        """Do what one message asks, and tell the broker how it went, whatever goes wrong."""
        try:
            await self._take(message, opened)
        except Exception as error:  # it must not keep the others of its batch waiting
            if passes(error):
                self._telemetry.outage(self._type_of(message), error)
            else:
                self._telemetry.failed(self._type_of(message), error)
            await self._leave(message)

    async def _leave(self, message: Msg) -> None:
        # If this does not reach the broker either, the time to acknowledge the message runs out.
        with suppress(Exception):
            await self._redelivery.give_back(message)

    async def _take(self, message: Msg, opened: Opened | None) -> None:
        if self._post.is_replay(message):
            meant = await self._post.meant_by(message)
            if meant is None:  # done before, or discarded
                return await message.ack()
            message = meant
        try:
            envelope, event = opened or open_envelope(message.data)
            if envelope.type != (said_on := self._subject_of(message)):
                raise Undecodable(f"type {envelope.type} on the subject {said_on}")
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
        try:
            decision = await self._handlers[envelope.type](event)
        except OutOfOrder:
            decision = Decision.GAP
        except Exception as error:
            if not passes(error):  # a reason of its own: it must not block the rest
                return await self._refuse(message, error)
            self._away += 1
            self._telemetry.outage(envelope.type, error)
            self._telemetry.health.refused("events", error)
            return await self._redelivery.give_back(message)
        self._away = 0
        attempt = message.metadata.num_delivered
        self._telemetry.decided(envelope, decision, attempt)
        # What changes nothing may be granted by whom writes are not.  But what comes again, and is
        # stored already, was refused only seemingly, or another process was quicker.
        if decision is Decision.APPLY or (decision is Decision.DUPLICATE and attempt > 1):
            self._telemetry.health.done("events")
        if decision is Decision.GAP:
            self._redelivery.wait_for(message, event)
            return await self._redelivery.give_back(message)
        await self._post.settle(message)
        await message.ack()
        self._failures.forget(message)
        await self._redelivery.call_next(event)

    async def _refuse(self, message: Msg, error: Exception) -> None:
        self._away = 0
        self._telemetry.failed(self._type_of(message), error)
        if self._failures.again(message):
            return await self.park(message, f"{type(error).__name__}: {error}")
        await self._redelivery.give_back(message)

    async def park(self, message: Msg, reason: str) -> None:
        """Keep the message with its reason among the dead letters, and end its deliveries."""
        await self._post.post(message, reason)
        await message.term()
        self._failures.forget(message)
        self._telemetry.parked(self._type_of(message), reason)

    def _subject_of(self, message: Msg) -> str:
        subject = message.subject
        return subject.split(".", 2)[2] if self._post.is_replay(message) else subject

    def _type_of(self, message: Msg) -> str:
        # What is counted by type is kept for ever, and anybody may make up what is to be replayed.
        return message.subject if message.subject in self._handlers else REPLAYS
