"""The stream of a shop that runs, read up to its end whenever somebody looks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import nats.errors

from scenarios.look.bodies import parsed
from scenarios.look.sightings import KEPT, Sightings
from scenarios.shop.outside.announcements import trace_id
from scenarios.shop.outside.snapshot import Stored
from scenarios.shop.outside.stream import last_sequence, read_stream
from scenarios.shop.real.paced_nats import PacedNats


class Stream:
    """What the broker has stored since the shop opened: what was there is of another evening."""

    def __init__(self, nats: PacedNats) -> None:
        self._nats = nats
        self._last: int | None = None  # that was read

    async def begin(self) -> None:
        """Pass over what is there, as far as the broker tells."""
        with suppress(nats.errors.Error, OSError):
            self._last = await last_sequence(self._nats.jetstream()) or 0

    async def catch_up(self, seen: Sightings) -> None:
        """Note what has come since; nothing, while the broker does not answer."""
        if self._last is None:
            return await self.begin()
        with suppress(nats.errors.Error, OSError):
            last = await last_sequence(self._nats.jetstream()) or 0
            if last > self._last:
                found = await read_stream(self._nats, max(self._last, last - KEPT))
                for it in found:
                    _note(seen, it)
                # Also where the last one has been discarded, which nobody is to wait for again.
                self._last = max([last, *(it.seq for it in found)])


@asynccontextmanager
async def followed(nats_url: str, speed: float) -> AsyncIterator[Stream]:
    """Connect to the broker.  Raises: nats.errors.Error, OSError, if it does not answer."""
    connection = PacedNats(speed)
    await connection.open(nats_url)
    stream = Stream(connection)
    try:
        await stream.begin()
        yield stream
    finally:
        await connection.close()


def _note(seen: Sightings, it: Stored) -> None:
    said = parsed(it.payload)
    data: dict[str, Any] = said if isinstance(said, dict) else {}
    fields = {
        "seq": it.seq,
        "subject": it.subject,
        "id": data.get("id"),
        "by": str(data.get("source") or "nats").rpartition("/")[2],
        "duplicate": False,
        "data": data,
    }
    trace = trace_id(it.headers.get("traceparent", ""))
    seen.note("nats", "stored", fields, trace, at_us=it.at_us)
