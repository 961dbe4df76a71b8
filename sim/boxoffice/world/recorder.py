"""Writes into the trace what servers and services do, each with its cause.

A message handled by a consumer goes back to its delivery, a delivery to the message's storing, a
stored message to the write that put it into an outbox.  Nothing in services knows of this: the
consumer binds its delivery to the log's context, as it does in production, and that is read here.
"""

import json
import sys
from collections.abc import Callable, Collection, Mapping, MutableMapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from boxoffice.clock.addresses import without_addresses
from boxoffice.net.host import Life, current_life
from boxoffice.trace.trace import Trace
from boxoffice.world.causes import BySequence, ByText, Deliveries

if TYPE_CHECKING:
    from boxoffice.servers.jetstream import JetStreamServer
    from boxoffice.servers.jetstream.pull import Delivery
    from boxoffice.servers.mongo import FakeMongoServer

SHOWN_BYTES = 1_000  # of what is no JSON


class Recorder:
    """The ears of the trace.  `secrets` names the fields that it does not show, by database."""

    def __init__(self, trace: Trace, secrets: Mapping[str, Collection[str]]) -> None:
        self._trace = trace
        self._secrets = secrets
        self._outboxes = ByText()  # message id → the write that announced it
        self._stored = BySequence()  # of the stream → its storing
        self._delivered = Deliveries()

    def listen_to_store(self, host: str, server: "FakeMongoServer") -> None:
        """Record every write that changes a document."""

        def observe(kind: str, *, db: str, after: Any, before: Any, **fields: Any) -> None:
            if secret := self._secrets.get(db):
                before, after = _public(before, secret), _public(after, secret)
            fields |= {"before": before, "after": after, "database": db}
            event = self._trace.record(host, kind, self.delivery_at_hand(), **fields)
            for entry in (after or {}).get("outbox", ()) if self._trace.events.are_kept else ():
                if isinstance(entry["id"], str):  # as a message's is
                    self._outboxes.setdefault(entry["id"], event.number)

        server.observe = observe

    def listen_to_stream(self, host: str, server: "JetStreamServer") -> None:
        """Record what is stored, delivered and acknowledged."""

        def observe(kind: str, **fields: Any) -> int | None:
            if kind == "stored":
                self._record_stored(host, fields)
                return None
            cause = self._stored.get(fields["seq"])
            return self._trace.record(host, kind, cause, **fields).number

        server.observe = observe
        server.received = self._received

    def _record_stored(self, host: str, fields: dict[str, Any]) -> None:
        data, headers = _decoded(fields.pop("data", b"")), fields.pop("headers", None) or {}
        message_id = fields.pop("msg_id", None)
        by, cause = _speaker(), self._outboxes.get(message_id or "")
        reason = {"reason": headers["Boxoffice-Reason"]} if "Boxoffice-Reason" in headers else {}
        event = self._trace.record(
            host, "stored", cause, id=message_id, data=data, by=by, **reason, **fields
        )
        if not fields.get("duplicate") and self._trace.events.are_kept:
            self._stored[fields["seq"]] = event.number

    def log_of(self, life: Life) -> Any:
        """Return the structlog logger of one life of a service."""
        import structlog
        from structlog.contextvars import merge_contextvars

        chain = [merge_contextvars, self._into_trace(life)]
        # Bound at once: what is not is bound anew for each thing that is said.
        return structlog.wrap_logger(None, processors=chain).bind()

    def _into_trace(self, life: Life) -> Callable[..., Any]:
        from structlog import DropEvent

        def record(_: Any, level: str, said: MutableMapping[str, Any]) -> Any:
            what = said.pop("event")
            if life.alive and what != "answered":
                self._say(life.host.name, what, level, dict(said))
            raise DropEvent

        return record

    def _say(self, host: str, what: str, level: str, fields: dict[str, Any]) -> None:
        cause = self._delivery(host, fields)
        delivery, attempt = fields.pop("delivery", None), fields.pop("attempt", None)
        error = fields.pop("exc_info", None)
        if error is not None:
            fields["error"] = f"{type(error).__name__}: {error}"
        if what == "decided":
            self._trace.record(host, "decided", cause, seq=delivery, **fields, attempt=attempt)
        else:
            said = {
                key: without_addresses(it) if isinstance(it, str) else it
                for key, it in fields.items()
            }
            what = without_addresses(what)
            self._trace.record(host, "log", cause, what=what, level=level, **said)

    def delivery_at_hand(self) -> int | None:
        """Return the event of the delivery that is worked on, if one is."""
        # Nobody has bound a delivery to a log's context that nobody has loaded.
        context = sys.modules.get("structlog.contextvars")
        bound = {} if context is None else context.get_contextvars()
        return self._delivery(_speaker(), bound)

    def _received(self, it: "Delivery") -> None:
        # By who has it: a consumer that is made anew counts its deliveries anew, and while one host
        # works on the first of a message still, another one may have been given its first again.
        if it.number is not None and self._trace.events.are_kept:
            self._delivered.add(_speaker(), it.message.seq, it.attempt, it.number)

    def _delivery(self, host: str, bound: Mapping[str, Any]) -> int | None:
        """Return the delivery that is worked on; another attempt may have begun before its end."""
        if "delivery" not in bound:
            return None
        return self._delivered.get(host, bound["delivery"], bound["attempt"])


def _speaker() -> str:
    life = current_life.get()
    return "" if life is None else life.host.name


def _decoded(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return data[:SHOWN_BYTES].decode("utf-8", "replace")


def _public(document: Any, secret: Collection[str]) -> Any:
    # Hashes and tokens are of no use to a reader, and a trace is shown around.
    if isinstance(document, dict):
        return {
            key: "…" if key in secret and value else _public(value, secret)
            for key, value in document.items()
        }
    if isinstance(document, datetime):
        return document.isoformat()
    return (
        [_public(entry, secret) for entry in document] if isinstance(document, list) else document
    )
