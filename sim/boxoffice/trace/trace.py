"""What happened, in order, with causes.

Every event has a number, a virtual time in whole microseconds, the host it happened on, a kind,
fields that have a form in JSON, and the number of the event that caused it, where that is known.

| kind | host | fields |
|---|---|---|
| request | who asks | method, path, body, to |
| response | who asked | request, status, body; or outcome="unknown" and why |
| write | a store | database, collection, id, verb, before, after (documents) |
| stored | nats | seq, subject, id, duplicate, data (the CloudEvent) |
| delivered, acked, naked, ack-expired, termed, max-deliveries | nats | consumer, seq, subject, … |
| decided | a service | event, type, subject, version, decision, attempt |
| charge, refund | stripe | what the metadata name, key, amount, outcome, id, replayed |
| intent | stripe | the same, and verb |
| webhook | stripe | consumer (a service), subject (the type), id, about, attempt |
| mail | mail | to, subject |
| leave, crash, start | a host | – |
| failover | a server | loses_s |
| skew | a host | by_s: how much its clock is ahead, as it first shows |
| partition, heal | a host | hosts, others (null: everybody else) |
| lost, late, answered | who sent | what a fault did to a call |
| raised | a service | error, where (module and line): what an app did not catch |
| log | a service | what else the service said of itself |
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from boxoffice.trace.vocabulary import NEUTRAL, Vocabulary

# The first column above.  A server of a system's own kind may record kinds of its own.
KINDS: Final = (
    "request", "response", "write", "stored", "delivered", "acked", "naked", "ack-expired",
    "termed", "max-deliveries", "decided", "charge", "refund", "intent", "webhook", "mail",
    "leave", "crash", "start", "failover", "partition", "heal", "lost", "late", "answered",
    "raised", "skew", "log",
)  # fmt: skip

_cause: ContextVar[int | None] = ContextVar("cause", default=None)


def caused_by(event: "TraceEvent") -> None:
    """Say that the work at hand goes back to `event`."""
    _cause.set(event.number)


def cause() -> int | None:
    """Return the number of the event that the work at hand goes back to, if there is one."""
    return _cause.get()


def as_json(fields: Any) -> str:
    """Return JSON on one line, with the text of what JSON has no form for: ids, moments, decimals.

    >>> as_json({"at": datetime(2030, 1, 1), "key": b"\\x01"})
    '{"at":"2030-01-01T00:00:00","key":"01"}'
    """
    return json.dumps(
        fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_text
    )


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else str(value)


@dataclass(frozen=True, slots=True)
class TraceEvent:
    """One thing that happened."""

    number: int
    at_us: int
    host: str
    kind: str
    cause: int | None
    fields: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field, or `default`."""
        return self.fields.get(name, default)

    def as_json(self) -> str:
        """Return the event as one line, the same for the same event everywhere."""
        fields = {"n": self.number, "us": self.at_us, "host": self.host, "kind": self.kind}
        whole = fields | {"cause": self.cause} | self.fields
        return as_json(whole)


class Trace:
    """All events so far.  `now` tells the virtual time in seconds, `vocabulary` how to say it."""

    def __init__(self, now: Callable[[], float], vocabulary: Vocabulary = NEUTRAL) -> None:
        self.vocabulary = vocabulary
        self.events: list[TraceEvent] = []
        self.watchers: list[Callable[[TraceEvent], None]] = []
        self._now = now

    def record(
        self, host: str, kind: str, cause_number: int | None = None, **fields: Any
    ) -> TraceEvent:
        """Add an event; without a cause given, it is what the work at hand goes back to."""
        event = TraceEvent(
            number=len(self.events),
            at_us=round(self._now() * 1_000_000),
            host=host,
            kind=kind,
            cause=cause() if cause_number is None else cause_number,
            fields=fields,
        )
        self.events.append(event)
        for watcher in self.watchers:
            watcher(event)
        return event

    def of_kind(self, *kinds: str) -> Iterator[TraceEvent]:
        """Yield the events of these kinds, in order."""
        return (event for event in self.events if event.kind in kinds)

    def write(self, path: Path) -> None:
        """Write every event, a line of JSON each; the file's SHA-256 is the trace's.

        Raises: OSError, if it cannot be written.
        """
        with path.open("wb") as file:
            file.writelines(self._lines())

    def _lines(self) -> Iterator[bytes]:
        for event in self.events:
            yield event.as_json().encode(errors="surrogatepass") + b"\n"

    def sha256(self) -> str:
        """Return the hash that two runs share only if they were the same, event by event."""
        digest = hashlib.sha256()
        for line in self._lines():
            digest.update(line)
        return digest.hexdigest()
