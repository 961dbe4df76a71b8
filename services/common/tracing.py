"""W3C trace context: which request or message the work at hand goes back to.

Source: https://www.w3.org/TR/trace-context/#traceparent-header
"""

import re
from contextvars import ContextVar
from typing import Final

from services.common.ids import Ids

_TRACEPARENT: Final = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_current: ContextVar[str] = ContextVar("traceparent", default="")


def current() -> str:
    """Return the traceparent of the work at hand, or "" outside any."""
    return _current.get()


def follow(traceparent: str | None, ids: Ids) -> None:
    """Continue the trace that a request or message carries, or begin one."""
    known = traceparent is not None and _TRACEPARENT.fullmatch(traceparent) is not None
    trace_id = traceparent.split("-")[1] if known and traceparent else ids.secret(16).hex()
    _current.set(f"00-{trace_id}-{ids.secret(8).hex()}-01")
