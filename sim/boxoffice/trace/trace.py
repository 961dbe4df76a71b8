"""What happened, in order, with causes.

Every event has a number, a virtual time in whole microseconds, the host it happened on, a kind,
fields that have a form in JSON, and the number of the event that caused it, where that is known.

| kind | host | fields |
|---|---|---|
| request | who asks | method, path, body, to; headers, if it goes by any (`net/headers.py`) |
| response | who asked | request, status, body, headers; or outcome="unknown" and why |
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
| pause, wake | a host | s: for how long |
| forgets | a server | s: how many seconds it has lost (null: all); what="keys" of Stripe's |
| given-up | nats | consumer, seq, subject: handed to a fetch for which nobody waits any more |
| limit | nats | most_bytes: of a message it takes no more |
| skew | a host | by_s: how much its clock is ahead, as it first shows |
| partition, heal | a host | hosts, others (null: everybody else), one_way if it is |
| lost, late, answered | who sent | what a fault did to a call |
| raised | a service | error, where (module and line): what an app did not catch |
| log | a service | what else the service said of itself |
"""

import hashlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

from boxoffice.trace.event import TraceEvent as TraceEvent
from boxoffice.trace.event import as_json as as_json
from boxoffice.trace.events import Events, of_kind
from boxoffice.trace.untold import Untold
from boxoffice.trace.vocabulary import NEUTRAL, Vocabulary

# The first column above.  A server of a system's own kind may record kinds of its own.
KINDS: Final = (
    "request", "response", "write", "stored", "delivered", "acked", "naked", "ack-expired",
    "termed", "max-deliveries", "decided", "charge", "refund", "intent", "webhook", "mail",
    "leave", "crash", "start", "failover", "partition", "heal", "lost", "late", "answered",
    "pause", "wake", "forgets", "given-up", "limit", "raised", "skew", "log",
)  # fmt: skip

_SPOKEN: Final = ("stored", "webhook")  # which have a subject

_cause: ContextVar[int | None] = ContextVar("cause", default=None)


def caused_by(event: "TraceEvent") -> None:
    """Say that the work at hand goes back to `event`."""
    _cause.set(event.number)


def cause() -> int | None:
    """Return the number of the event that the work at hand goes back to, if there is one."""
    return _cause.get()


class Trace:
    """All events so far.  `now` tells the virtual time in seconds, `vocabulary` how to say it.

    `events` keeps them; `kinds` and `subjects` (of messages) are those that there were.
    """

    def __init__(
        self,
        now: Callable[[], float],
        vocabulary: Vocabulary = NEUTRAL,
        events: Events | Untold | None = None,
    ) -> None:
        self.vocabulary = vocabulary
        self.events = Events() if events is None else events
        self._over = False
        self._unkept = 0
        self.kinds: dict[str, None] = {}
        self.subjects: dict[str, None] = {}
        self.watchers: list[Callable[[TraceEvent], None]] = []
        self._now = now

    def record(
        self, host: str, kind: str, cause_number: int | None = None, **fields: Any
    ) -> TraceEvent:
        """Add an event; without a cause given, it is what the work at hand goes back to."""
        event = TraceEvent(
            number=self.events.recorded + self._unkept,
            at_us=round(self._now() * 1_000_000),
            host=host,
            kind=kind,
            cause=cause() if cause_number is None else cause_number,
            fields=fields,
        )
        if self._over:
            self._unkept += 1
        else:
            self.events.append(event)
            self.kinds[kind] = None
            if kind in _SPOKEN and "subject" in fields:
                self.subjects[fields["subject"]] = None
        for watcher in self.watchers:
            watcher(event)
        return event

    def end(self) -> None:
        """Keep nothing of what happens from here on."""
        self._over = True
        self.events.finish()

    def of_kind(self, *kinds: str) -> Iterator[TraceEvent]:
        """Yield the events of these kinds, in order."""
        return of_kind(self.events, *kinds)

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
