"""Spans as those see them who collect them: kept in memory, drawn as a tree."""

from collections import defaultdict
from dataclasses import replace
from random import Random
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from boxoffice.clock.clock import HostClock, HostIds
from scenarios.shop import life
from services.assembly import NAMES
from services.common.otel import Recorded


class _Clock:
    """The clock of whichever life a service is in."""

    now: Any


class Collected:
    """What the services of a world have recorded."""

    def __init__(self) -> None:
        self._kept = InMemorySpanExporter()
        self._ids = HostIds(HostClock(lambda: 0.0), Random(7))  # the world's own stay as they are

    def patch(self, monkeypatch: Any) -> None:
        """Have every service of every world record its spans here."""
        made = life.drivers
        clocks = {service: _Clock() for service in NAMES}
        # Made before there is a world: OpenTelemetry looks about in threads of its own.
        spans = {service: self.of(service, clock) for service, clock in clocks.items()}

        def drivers(given: Any) -> Any:
            service = given.service.name
            clocks[service].now = given.clock.now
            return replace(made(given), spans=spans[service])

        monkeypatch.setattr(life, "drivers", drivers)

    def of(self, service: str, clock: Any) -> Recorded:
        return Recorded(service, SimpleSpanProcessor(self._kept), clock, self._ids)

    @property
    def spans(self) -> list[ReadableSpan]:
        return list(self._kept.get_finished_spans())

    def trace_of(self, name: str, **attributes: str) -> list[ReadableSpan]:
        """Return all spans of the trace of the one span with this name and these attributes."""
        (found,) = [
            span
            for span in self.spans
            if span.name == name and attributes.items() <= dict(span.attributes or {}).items()
        ]
        return [span for span in self.spans if trace_id(span) == trace_id(found)]


def trace_id(span: ReadableSpan) -> int:
    assert span.context is not None
    return span.context.trace_id


def services(spans: list[ReadableSpan]) -> set[str]:
    return {str(span.resource.attributes["service.name"]) for span in spans}


def tree(spans: list[ReadableSpan]) -> str:
    """Draw one trace, a span a line below and to the right of its parent.

    What follows from the same span stands in alphabetical order.
    """
    below: dict[int | None, list[ReadableSpan]] = defaultdict(list)
    for span in spans:
        below[span.parent.span_id if span.parent else None].append(span)

    def lines(parent: int | None, depth: int) -> list[str]:
        drawn = []
        for span in sorted(below[parent], key=line):
            assert span.context is not None
            drawn += ["  " * depth + line(span), *lines(span.context.span_id, depth + 1)]
        return drawn

    return "\n".join(lines(None, 0))


def line(span: ReadableSpan) -> str:
    return f"{span.name} [{span.resource.attributes['service.name']} {span.kind.name.lower()}]"
