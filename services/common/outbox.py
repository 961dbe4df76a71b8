"""The outbox: events wait in the document whose change they announce, until the broker has them.

A relay publishes them and removes each only after JetStream has acknowledged it.  So a committed
change is always announced, at least once, whenever the process dies.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from nats.js import JetStreamContext
from nats.js.errors import APIError
from pymongo.asynchronous.collection import AsyncCollection

from services.common import tracing
from services.common.cancellation import cancellation_point
from services.common.clock import Clock, iso
from services.common.events import Document, Envelope, Event, enclose
from services.common.outages import passes
from services.common.spans import Kind, of_entry
from services.common.telemetry import Telemetry
from services.common.wakeup import Wakeup

SWEEP_S: Final = 60.0  # how long an event waits whose process died before it could be published
RETRY_S: Final = 1.0  # pause after the store or the broker could not be reached
PUBLISH_TIMEOUT_S: Final = 5.0
MEASURED: Final = 1_000  # documents at most; whoever has more to publish has trouble enough


class Outbox:
    """The relay of one collection."""

    def __init__(
        self,
        documents: AsyncCollection[Document],
        jetstream: JetStreamContext,
        clock: Clock,
        telemetry: Telemetry,
    ) -> None:
        self._documents = documents
        self._jetstream = jetstream
        self._clock = clock
        self._telemetry = telemetry
        self._filled = Wakeup()
        self._stuck: dict[Any, float] = {}  # whose entries were refused, and until when they rest

    def seal(self, events: Sequence[Event]) -> list[Document]:
        """Return the entries that announce `events`, ready to be stored beside the state."""
        source, time = f"/services/{self._telemetry.service}", iso(self._clock.now())
        trace = tracing.current()
        return [
            {**enclose(event, source=source, time=time).model_dump(), "traceparent": trace}
            for event in events
        ]

    def wake(self) -> None:
        """Say that something was put into an outbox."""
        self._filled.wake()

    async def run(self) -> None:
        """Publish for ever: when woken, and every `SWEEP_S` for what another life left behind."""
        while True:
            try:
                await self.publish_waiting(resting=self._stuck)
                self._telemetry.round_done("outbox")
            except Exception as error:
                self._telemetry.round_failed("outbox", error)
                with cancellation_point():
                    await asyncio.sleep(RETRY_S)
            else:
                # What is stuck rests, and keeps nobody else waiting meanwhile.
                await self._filled.wait(RETRY_S if self._stuck else SWEEP_S)

    async def publish_waiting(self, resting: Mapping[Any, float] = {}) -> None:
        """Publish and remove all that waits, each aggregate's events in their order.

        What cannot be published keeps back what its own aggregate says after it, and no other.  One
        that is `resting` until a moment of the loop's clock is left alone.
        """
        filled = self._documents.find({"outbox.id": {"$exists": True}}, {"outbox": 1})
        stuck, bad = dict[Any, float](), list[Exception]()
        now_s = asyncio.get_running_loop().time()
        for document in await filled.to_list():
            id = document["_id"]
            if resting.get(id, now_s) > now_s:
                stuck[id] = resting[id]
                continue
            try:
                await self._publish_of(document)
            except Exception as error:
                if passes(error):
                    raise
                bad.append(error)
                stuck[id] = now_s + RETRY_S
        self._stuck = stuck
        for each in bad:
            if isinstance(each, APIError):  # what the broker says may be said of all
                raise each
        if bad:
            self._telemetry.failed("outbox", bad[0])

    async def _publish_of(self, document: Document) -> None:
        for entry in document["outbox"]:
            await self.publish(entry)
            await self.remove(document["_id"], entry)

    async def measure(self) -> Mapping[str, float]:
        """Return how many events wait, and the age of the oldest.

        Raises: pymongo.errors.PyMongoError.
        """
        filled = self._documents.find({"outbox.id": {"$exists": True}}, {"outbox": 1})
        found = await filled.limit(MEASURED).to_list()
        times = [entry["time"] for document in found for entry in document["outbox"]]
        oldest = datetime.fromisoformat(min(times)) if times else self._clock.now()
        age_s = (self._clock.now() - oldest).total_seconds()
        return {"outbox_events": len(times), "outbox_oldest_age_seconds": age_s}

    async def publish(self, entry: Document) -> None:
        """Hand one event to JetStream and wait until it is stored.  Raises: nats.errors.Error."""
        spans, trace = self._telemetry.spans, entry["traceparent"]
        with spans.step(Kind.PRODUCER, lambda: of_entry(entry), trace) as traceparent:
            await self._jetstream.publish(
                entry["type"],
                Envelope.model_validate(entry).model_dump_json().encode(),
                timeout=PUBLISH_TIMEOUT_S,
                headers={"Nats-Msg-Id": entry["id"], "traceparent": traceparent},
            )
        self._telemetry.published(entry["type"])

    async def remove(self, document_id: str, entry: Document) -> None:
        """Take one published event out of its outbox."""
        await self._documents.update_one(
            {"_id": document_id}, {"$pull": {"outbox": {"id": entry["id"]}}}
        )
