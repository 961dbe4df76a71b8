"""W3C trace context: which request or message the work at hand goes back to.

Source: https://www.w3.org/TR/trace-context/#traceparent-header
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

from services.common.ids import Ids

_TRACEPARENT: Final = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_SAMPLED: Final = 1


@dataclass
class Work:
    """One request, message or publication: a span, if anybody records it.

    `parent` is the traceparent it follows, or "" where it begins a trace.  `beside` is the one that
    a stranger has sent, or "": worth knowing, and nothing to follow.  `notes` is what turns out
    about it meanwhile, by the names of OpenTelemetry's semantic conventions.
    """

    traceparent: str
    parent: str = ""
    beside: str = ""
    notes: dict[str, str | int] = field(default_factory=dict)

    def drop(self) -> None:
        """Have nobody record this work, nor what follows from it."""
        self.traceparent = f"{self.traceparent[:-2]}00"


_at_hand: ContextVar[Work | None] = ContextVar("work", default=None)


def current() -> str:
    """Return the traceparent of the work at hand, or "" outside any."""
    work = _at_hand.get()
    return "" if work is None else work.traceparent


def at_hand() -> Work:
    """Return the work at hand; there has to be some."""
    work = _at_hand.get()
    assert work is not None, "a span is of some work"
    return work


def follow(traceparent: str | None, ids: Ids) -> None:
    """Continue the trace that a request or message carries, or begin one."""
    parent = traceparent if _is_known(traceparent) and traceparent else ""
    trace_id = parent.split("-")[1] if parent else ids.secret(16).hex()
    span_id = ids.secret(8).hex()
    _at_hand.set(Work(f"00-{trace_id}-{span_id}-{_flags(parent)}", parent))


def begin(strangers: str | None, ids: Ids) -> None:
    """Begin a trace for somebody who is not one of us, whatever traceparent they send.

    Followed, it would let anybody switch our traces off, or add to somebody else's.
    Source: https://www.w3.org/TR/trace-context/#security-considerations
    """
    follow(None, ids)
    if strangers and _is_known(strangers):
        at_hand().beside = strangers


def join(traceparent: str) -> None:
    """Move the work at hand into a trace that it turns out to belong to.

    Work that was given a trace by whoever asked for it stays in that one.
    """
    work = _at_hand.get()
    if work is not None and not work.parent and _is_known(traceparent):
        _, trace_id, _, _ = traceparent.split("-")
        span_id = work.traceparent.split("-")[2]
        work.parent = traceparent
        work.traceparent = f"00-{trace_id}-{span_id}-{_flags(traceparent)}"


@contextmanager
def resumed(traceparent: str) -> Iterator[None]:
    """Count what is done meanwhile as part of earlier work."""
    token = _at_hand.set(Work(traceparent, traceparent) if traceparent else None)
    try:
        yield
    finally:
        _at_hand.reset(token)


@contextmanager
def followed(traceparent: str, ids: Ids) -> Iterator[None]:
    """Do some work that follows from another, and return to what was at hand."""
    token = _at_hand.set(None)
    try:
        follow(traceparent, ids)
        yield
    finally:
        _at_hand.reset(token)


def note(notes: Mapping[str, str | int]) -> None:
    """Remember something about the work at hand, if there is any."""
    work = _at_hand.get()
    if work is not None:
        work.notes.update(notes)


def _is_known(traceparent: str | None) -> bool:
    return traceparent is not None and _TRACEPARENT.fullmatch(traceparent) is not None


def _flags(parent: str) -> str:
    # What whoever asks does not record is not recorded here; what begins here may be.
    return f"{int(parent[-2:], 16) & _SAMPLED:02x}" if parent else "01"
