"""What the stream, and what still waits in an outbox, says of each version of each aggregate."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import ValidationError

from scenarios.shop.outside.snapshot import Snapshot, Stored
from services.common.events import EVENTS, Document, Envelope, Event, Undecodable, open_envelope
from services.common.messaging import DEAD_LETTERS


@dataclass(frozen=True, slots=True, eq=False)
class Announcement:
    """One event, `committed_us` being its own time: taken just before the write that it announces.

    `stored` is its first place in the stream, or None while it waits in an outbox.  `trace` is what
    it has in common with the request or message that led to it, or "".
    """

    event: Event
    committed_us: int  # since 1970, cut to the millisecond
    trace: str
    stored: Stored | None

    @property
    def noun(self) -> str:
        """What it is about: a ticket, an order, a payment or an expiration."""
        return self.event.type.split(".")[0]

    @property
    def id(self) -> str:
        """The aggregate that it is about."""
        return self.event.aggregate_id

    @property
    def version(self) -> int:
        """The version that it announces; -1 if it is of an aggregate without versions."""
        return int(getattr(self.event, "version", -1))


def announcements(snapshot: Snapshot) -> list[Announcement]:
    """Return what is announced: the stream's messages in their order, then the outboxes'.

    What is said again in the same words counts once; what cannot be decoded says nothing.
    """
    said: dict[tuple[str, str], Announcement] = {}
    for found in (*_in_stream(snapshot), *_in_outboxes(snapshot)):
        said.setdefault((found.event.type, found.event.model_dump_json()), found)
    return list(said.values())


def _in_stream(snapshot: Snapshot) -> Iterator[Announcement]:
    for stored in snapshot.stream:
        if stored.subject.startswith(f"{DEAD_LETTERS}."):
            continue
        try:
            envelope, event = open_envelope(stored.payload)
            traceparent = stored.headers.get("traceparent", "")
            yield Announcement(event, _us(envelope.time), trace_id(traceparent), stored)
        except (Undecodable, ValueError):
            continue


def _in_outboxes(snapshot: Snapshot) -> Iterator[Announcement]:
    for entry in snapshot.outboxes():
        try:
            envelope, event = _opened(entry)
            traceparent = entry.get("traceparent", "")
            yield Announcement(event, _us(envelope.time), trace_id(traceparent), None)
        except (KeyError, ValidationError, ValueError):
            continue


def _opened(entry: Document) -> tuple[Envelope, Event]:
    envelope = Envelope.model_validate(entry)
    return envelope, EVENTS[envelope.type].model_validate(envelope.data)


def trace_id(traceparent: str) -> str:
    """Return the trace id of a W3C traceparent, or "".

    >>> trace_id("00-" + 32 * "a" + "-" + 16 * "b" + "-01") == 32 * "a"
    True
    """
    parts = traceparent.split("-")
    return parts[1] if len(parts) == 4 else ""


def _us(time: str) -> int:
    return microseconds(datetime.fromisoformat(time).astimezone(UTC))


def microseconds(moment: datetime) -> int:
    """Return µs since 1970, exactly."""
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
