"""Spans for OpenTelemetry: the only file that imports it, and imported only where it is wanted.

A span is made when its work is over, since only then is it known which trace the work belongs to;
its ids are those that the trace context has carried on meanwhile.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Final

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from services.common import tracing
from services.common.clock import Clock
from services.common.ids import Ids
from services.common.spans import Describe, Kind

_KIND: Final = {
    Kind.SERVER: SpanKind.SERVER,
    Kind.PRODUCER: SpanKind.PRODUCER,
    Kind.CONSUMER: SpanKind.CONSUMER,
}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def exported(service: str, endpoint: str, clock: Clock, ids: Ids) -> "Recorded":
    """Record spans and send them to an OTLP/HTTP endpoint, from a thread of its own.

    How often, how many, which and with what headers, OpenTelemetry reads from the environment
    itself.  Raises: ValueError, if that makes no sense.
    """
    return Recorded(service, BatchSpanProcessor(OTLPSpanExporter(endpoint)), clock, ids)


class Recorded:
    """Hands the spans of one service to a processor of OpenTelemetry.

    The provider is ours alone and not the process's global one, by which FastAPI and redis would
    add spans of their own in traces of their own.
    """

    def __init__(self, service: str, processor: SpanProcessor, clock: Clock, ids: Ids) -> None:
        # What the environment says of the process comes before what we know of it.
        resource = Resource.create({SERVICE_NAME: service}).merge(OTELResourceDetector().detect())
        self._given = _GivenIds()
        self._provider = TracerProvider(
            resource=resource, id_generator=self._given, shutdown_on_exit=False
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("boxoffice")
        self._clock = clock
        self._ids = ids

    @contextmanager
    def work(self, kind: Kind, describe: Describe) -> Iterator[None]:
        work, began = tracing.at_hand(), self._clock.now()
        if not work.parent and not self._keeps(work):
            work.drop()
        try:
            yield
        except BaseException as error:
            work.notes["error.type"] = type(error).__name__
            raise
        finally:
            self._record(kind, describe, work, began)

    @contextmanager
    def step(self, kind: Kind, describe: Describe, traceparent: str) -> Iterator[str]:
        with tracing.followed(traceparent, self._ids), self.work(kind, describe):
            yield tracing.current()

    async def close(self) -> None:
        """Send what is left; whoever cannot wait for that may leave before it is done."""
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def close() -> None:
            self._provider.shutdown()
            with suppress(RuntimeError):  # the loop is gone: nobody has waited
                loop.call_soon_threadsafe(done.set)

        # Not a thread of the loop's: the loop would wait for a collector that hangs.
        Thread(target=close, name="last spans", daemon=True).start()
        await done.wait()

    def _keeps(self, work: tracing.Work) -> bool:
        trace_id = _context(work.traceparent).trace_id
        decision = self._provider.sampler.should_sample(None, trace_id, "").decision
        return decision is Decision.RECORD_AND_SAMPLE

    def _record(self, kind: Kind, describe: Describe, work: tracing.Work, began: datetime) -> None:
        name, attributes = describe()
        self._given.next = _context(work.traceparent)
        parent = _context(work.parent) if work.parent else _NONE
        span = self._tracer.start_span(
            name,
            set_span_in_context(NonRecordingSpan(parent), Context()),
            _KIND[kind],
            {**attributes, **work.notes},
            [Link(_context(work.beside))] if work.beside else None,
            start_time=_nanoseconds(began),
        )
        if _is_wrong(work):
            span.set_status(StatusCode.ERROR)
        span.end(_nanoseconds(self._clock.now()))


class _GivenIds(IdGenerator):
    """Gives a span the ids that its work has had all along."""

    next: SpanContext

    def generate_trace_id(self) -> int:
        return self.next.trace_id

    def generate_span_id(self) -> int:
        return self.next.span_id


_NONE: Final = SpanContext(0, 0, is_remote=False)


def _context(traceparent: str) -> SpanContext:
    _, trace_id, span_id, flags = traceparent.split("-")
    return SpanContext(
        int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16))
    )


def _is_wrong(work: tracing.Work) -> bool:
    status = work.notes.get("http.response.status_code", 0)
    return "error.type" in work.notes or (isinstance(status, int) and status >= 500)


def _nanoseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1_000
