"""Spans: what each request, message and publication is to those who collect traces.

They are described here by OpenTelemetry's semantic conventions and recorded by whoever is handed
in; by default by nobody.  No body, header or query is ever part of one.
Source: https://opentelemetry.io/docs/specs/semconv/http/http-spans/ and .../messaging/
"""

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from typing import Final, Protocol

from starlette.types import Scope

from services.common.events import Document, Envelope, Event

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
_PATH: Final = re.compile(r"/api/(order|ticket|payment)s/([0-9a-f]{24})")
_KINDS: Final = ("order", "ticket", "payment")

Described = tuple[str, Mapping[str, str | int]]  # a name, and attributes
Describe = Callable[[], Described]


class Kind(StrEnum):
    """What a span is to those before and after it."""

    SERVER = "server"
    PRODUCER = "producer"
    CONSUMER = "consumer"


class Spans(Protocol):
    """Whoever records spans."""

    def work(self, kind: Kind, describe: Describe) -> AbstractContextManager[None]:
        """Record the work at hand, which is done meanwhile."""
        ...

    def step(self, kind: Kind, describe: Describe, traceparent: str) -> AbstractContextManager[str]:
        """Record a step that follows from `traceparent`; give what follows from the step."""
        ...


class Unrecorded:
    """Nobody."""

    def work(self, kind: Kind, describe: Describe) -> AbstractContextManager[None]:
        return nullcontext()

    def step(self, kind: Kind, describe: Describe, traceparent: str) -> AbstractContextManager[str]:
        return nullcontext(traceparent)


UNRECORDED: Final = Unrecorded()


def of_request(scope: Scope) -> Described:
    """Describe a request that was answered, and so has a route, if there is one."""
    # A client may make up methods and paths; a name has to be one of few.
    method = scope["method"] if scope["method"] in METHODS else "_OTHER"
    route = getattr(scope.get("route"), "path", "")
    path = scope["path"]
    attributes = {"http.request.method": method, "url.path": path, "url.scheme": scope["scheme"]}
    if route:
        attributes["http.route"] = route
    name = "HTTP" if method == "_OTHER" else method
    return f"{name} {route}".rstrip(), attributes | _named(about_path(path))


def of_message(envelope: Envelope, consumer: str) -> Described:
    """Describe the handling of a message by the durable consumer of that name."""
    return f"process {envelope.type}", _of_messaging(envelope.type, envelope.id) | {
        "messaging.operation.type": "process",
        "messaging.operation.name": "process",
        "messaging.consumer.group.name": consumer,
    } | _named(about_event(envelope.type, envelope.subject))


def of_entry(entry: Document) -> Described:
    """Describe the publication of an entry of an outbox."""
    return _of_publication(entry["type"], entry["id"], entry["subject"])


def of_event(event: Event) -> Described:
    """Describe the publication of an event that was in no outbox."""
    return _of_publication(event.type, event.message_id, event.aggregate_id)


def about_path(path: str) -> dict[str, str]:
    """Return the id of what a path leads to, by what it is.

    >>> about_path("/api/orders/65f0c0ffee0123456789abcd")
    {'order': '65f0c0ffee0123456789abcd'}
    """
    found = _PATH.search(path)
    return {found[1]: found[2]} if found else {}


def about_event(type: str, subject: str) -> dict[str, str]:
    """Return the id of what an event is about, by what it is.

    >>> about_event("order.created", "65f0"), about_event("expiration.complete", "65f0")
    ({'order': '65f0'}, {})
    """
    kind, _, _ = type.partition(".")
    return {kind: subject} if kind in _KINDS else {}


def _of_publication(type: str, id: str, subject: str) -> Described:
    return f"publish {type}", _of_messaging(type, id) | {
        "messaging.operation.type": "send",
        "messaging.operation.name": "publish",
    } | _named(about_event(type, subject))


def _of_messaging(type: str, id: str) -> dict[str, str | int]:
    return {
        "messaging.system": "nats",
        "messaging.destination.name": type,
        "messaging.message.id": id,
    }


def _named(about: Mapping[str, str]) -> dict[str, str | int]:
    return {f"boxoffice.{kind}.id": id for kind, id in about.items()}
