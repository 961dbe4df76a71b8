"""The stream of a shop that runs, read up to its end whenever somebody looks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import nats.errors

from scenarios.look.sightings import KEPT, Sightings
from scenarios.shop.outside.announcements import trace_id
from scenarios.shop.outside.snapshot import Stored
from scenarios.shop.outside.stream import last_sequence, read_stream
from scenarios.shop.real.paced_nats import PacedNats

LONGEST: Final = 4_000  # bytes of a message that is shown with what it says


class Stream:
    """What the broker has stored since the shop opened; `last` is the last that was read."""

    def __init__(self, nats: PacedNats, last: int) -> None:
        self._nats = nats
        self._last = last

    async def catch_up(self, seen: Sightings) -> None:
        """Note what has come since; nothing, while the broker does not answer."""
        try:
            last = await last_sequence(self._nats.jetstream()) or 0
            if last > self._last:
                for it in await read_stream(self._nats, max(self._last, last - KEPT)):
                    self._last = it.seq
                    _note(seen, it)
        except (nats.errors.Error, OSError):
            return


@asynccontextmanager
async def followed(nats_url: str, speed: float) -> AsyncIterator[Stream]:
    """Connect to the broker; what is there already is of another evening."""
    connection = PacedNats(speed)
    await connection.open(nats_url)
    try:
        yield Stream(connection, await last_sequence(connection.jetstream()) or 0)
    finally:
        await connection.close()


def _note(seen: Sightings, it: Stored) -> None:
    said: Any = it.data if len(it.payload) <= LONGEST else {}
    data = said if isinstance(said, dict) else {}
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
