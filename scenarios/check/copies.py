"""Duplicates on purpose: what a visit has led to is published again, and nothing may change."""

import asyncio
import json
from collections.abc import Collection
from typing import Any, Final

from nats.js import JetStreamContext
from nats.js.api import ConsumerInfo, RawStreamMsg
from nats.js.errors import NotFoundError

from scenarios.actors import Surprise
from scenarios.check.visit import Visit
from services.common.messaging import STREAM

LOOK_S: Final = 0.25


class Copies:
    """The stream from the moment on in which this is made."""

    def __init__(self, jetstream: JetStreamContext, began: int) -> None:
        self._jetstream = jetstream
        self._began = began

    @classmethod
    async def prepared(cls, jetstream: JetStreamContext) -> "Copies":
        """Note where the stream ends now.  Raises: NotFoundError, if there is none."""
        return cls(jetstream, (await jetstream.stream_info(STREAM)).state.last_seq)

    async def published(self, visit: Visit) -> str:
        """Publish a copy of each event of the visit, wait until all have it, and look around."""
        ids = visit.ids()
        before = await visit.shown()
        events = await self._since(self._began, ids)
        if not events:
            raise Surprise("this NATS has not heard of the visit: is it the shop's?")
        last = max([await self._copied(event) for event in events])
        await self._heard(last, {str(event.subject) for event in events})
        if news := await self._since(last, ids):
            raise Surprise(f"a duplicate led to {news[0].subject}, message {news[0].seq}")
        if await visit.shown() != before:
            raise Surprise("a duplicate has changed what the shop shows")
        return f"{len(events)} events came twice, and nothing changed"

    async def _copied(self, event: RawStreamMsg) -> int:
        # Under the id of the event JetStream itself would notice, and nobody be put to the test.
        headers = {"Nats-Msg-Id": f"check-{self._began}-{event.seq}"}
        stored = await self._jetstream.publish(
            str(event.subject), event.data or b"", headers=headers
        )
        return stored.seq

    async def _since(self, sequence: int, ids: Collection[str]) -> list[RawStreamMsg]:
        found = []
        while message := await self._after(sequence):
            sequence = message.seq or 0
            if _aggregate(message) in ids:
                found.append(message)
        return found

    async def _after(self, sequence: int) -> RawStreamMsg | None:
        try:
            return await self._jetstream.get_msg(STREAM, seq=sequence + 1, subject=">", next=True)
        except NotFoundError:
            return None

    async def _heard(self, last: int, subjects: Collection[str]) -> None:
        while True:
            consumers = await self._jetstream.consumers_info(STREAM)
            if all(_is_past(it, last) for it in consumers if _wants(it, subjects)):
                return
            await asyncio.sleep(LOOK_S)


def _wants(consumer: ConsumerInfo, subjects: Collection[str]) -> bool:
    config = consumer.config
    wanted = config.filter_subjects or [config.filter_subject or ">"]
    return any(it in subjects or it.endswith((">", "*")) for it in wanted)


def _is_past(consumer: ConsumerInfo, last: int) -> bool:
    floor = consumer.ack_floor
    if floor is not None and floor.stream_seq >= last:
        return True
    return not consumer.num_pending and not consumer.num_ack_pending


def _aggregate(message: RawStreamMsg) -> Any:
    try:
        return json.loads(message.data or b"")["subject"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
