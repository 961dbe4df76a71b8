"""Logs as an operator's tools read them: one JSON object a line, on standard error.

What libraries say through `logging` comes out the same way, so that no line needs another parser.
"""

import logging
import re
import sys
from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from services.common import tracing

# Libraries that say on "info" what only their authors want to know.
_TALKATIVE: Final = ("httpx", "httpcore", "pymongo", "stripe", "asyncio")
_PATH: Final = re.compile(r"/api/(order|ticket|payment)s/([0-9a-f]{24})")


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
    found = _PATH.search(str(said.get("path", "")))
    if found:
        said[found[1]] = found[2]
    kind, _, _ = str(said.get("type", "")).partition(".")
    if kind in ("order", "ticket", "payment") and "subject" in said:
        said[kind] = said["subject"]
    return said
