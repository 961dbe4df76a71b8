"""Logs as an operator's tools read them: one JSON object a line, on standard error.

What libraries say through `logging` comes out the same way, so that no line needs another parser.
"""

import logging
import sys
from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from services.common import tracing
from services.common.spans import about_event, about_path

# Libraries that say on "info" what only their authors want to know.
_TALKATIVE: Final = ("httpx", "httpcore", "pymongo", "stripe", "asyncio")
# One line for a batch of spans that was given up is enough, without one for each attempt.
_REPETITIVE: Final = ("opentelemetry.exporter",)
# It quotes a header that it cannot read, and such headers are keys.
_INDISCREET: Final = ("opentelemetry.util.re",)


def start_logs(service: str) -> Any:
    """Send all logs of this process to standard error; return the structlog logger of `service`."""
    renderer = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_context(service),
            processors=[renderer, structlog.processors.JSONRenderer(default=str)],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    logging.captureWarnings(True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _REPETITIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in _INDISCREET:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[*_context(service), structlog.processors.JSONRenderer(default=str)],
    )


def _context(service: str) -> list[Processor]:
    def said_by(_: WrappedLogger, __: str, said: EventDict) -> EventDict:
        said["service"] = service
        return said

    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        said_by,
        trace,
        aggregate,
        structlog.processors.format_exc_info,
    ]


def trace(_: WrappedLogger, __: str, said: EventDict) -> EventDict:
    """Add the id of the trace at hand."""
    if tracing.current():
        said["trace"] = tracing.current().split("-")[1]
    return said


def aggregate(_: WrappedLogger, __: str, said: EventDict) -> EventDict:
    """Add the order, ticket or payment that an event or a path is about, by its own name.

    >>> aggregate(None, "", {"type": "order.created", "subject": "65f0"})["order"]
    '65f0'
    """
    said.update(about_path(str(said.get("path", ""))))
    if "subject" in said:
        said.update(about_event(str(said.get("type", "")), said["subject"]))
    return said
