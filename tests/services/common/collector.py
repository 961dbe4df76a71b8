"""A tiny collector: takes spans by OTLP over HTTP, as those of OpenTelemetry's vendors do.

Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp-request
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

PATIENCE_S = 30.0


@dataclass(frozen=True)
class Span:
    """One span as it came over the wire."""

    service: str
    name: str
    trace: str
    id: str
    parent: str  # "" for a root


class Collector:
    """What came in, on whatever path; `release` ends the hanging of one that hangs."""

    def __init__(self, hangs: bool) -> None:
        self.spans: list[Span] = []
        self.paths: set[str] = set()
        self.asked = threading.Event()
        self.release = threading.Event()
        if not hangs:
            self.release.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def take(self, path: str, body: bytes) -> None:
        self.asked.set()
        self.release.wait(PATIENCE_S)
        self.paths.add(path)
        self.spans += _spans(ExportTraceServiceRequest.FromString(body))

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        self.release.set()
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def collector(hangs: bool = False) -> Iterator[Collector]:
    """Collect spans; one that hangs takes requests and does not answer."""
    found = Collector(hangs)
    serving = threading.Thread(target=found.serve, daemon=True)
    serving.start()
    try:
        yield found
    finally:
        found.close()
        serving.join(PATIENCE_S)


def _handler(collector: Collector) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.take(self.path, body)
            try:
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()
            except OSError:  # whoever asked did not wait
                return

        def log_message(self, *_: Any) -> None:
            return

    return Handler


def _spans(request: ExportTraceServiceRequest) -> Iterator[Span]:
    for resource in request.resource_spans:
        named = {each.key: each.value.string_value for each in resource.resource.attributes}
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield Span(
                    named["service.name"],
                    span.name,
                    span.trace_id.hex(),
                    span.span_id.hex(),
                    span.parent_span_id.hex(),
                )
