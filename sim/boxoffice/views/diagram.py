"""The marks and arrows of a space-time diagram, still without a place on a page."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from boxoffice.trace.trace import Trace, TraceEvent
from boxoffice.views.descriptions import describe, displayed_host, subject, version
from boxoffice.views.losses import Losses
from boxoffice.views.names import Names
from boxoffice.views.values import amount, dollars


@dataclass(frozen=True, slots=True)
class Mark:
    """An event on the lane of a host."""

    number: int
    at_us: int
    host: str
    shape: str
    label: str = ""
    badge: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way from one host to another; `number` is the event that it is selected with."""

    number: int
    source: str
    from_us: float
    target: str
    to_us: float
    style: str


def marks(
    events: Sequence[TraceEvent], names: Names, handed: Mapping[int, bool] = MappingProxyType({})
) -> list[Mark]:
    """Return a mark for every event; of `handed`, see handed.py."""
    return [
        Mark(event.number, event.at_us, displayed_host(event, names.vocabulary), _shape(event),
             _come(events, event, names, handed[event.number])
             if event.number in handed else _label(event, names), version(event))
        for event in events
    ]  # fmt: skip


def arrows(
    trace: Trace, events: Iterable[TraceEvent], handed: Mapping[int, bool] = MappingProxyType({})
) -> Iterator[Arrow]:
    """Yield the ways that calls and messages took; of `handed`, see handed.py."""
    effects, losses = _effects(trace), Losses(trace)
    answers = {event["request"]: event for event in trace.of_kind("response")}
    for event in events:
        if event.kind == "request":
            yield _asked(event, answers.get(event.number), effects, losses)
        elif event.kind == "response":
            yield from _answered(trace, event, effects, losses)
        elif event.kind == "decided":
            yield from _taken(trace, event)
        elif event.number in handed:
            yield from _handed(trace, event, is_again=handed[event.number])
        elif event.kind in ("charge", "refund"):
            if charging := trace.vocabulary.charging:
                style = "money" if _is_done(event) else "request"
                yield Arrow(event.number, charging, event.at_us, "stripe", event.at_us, style)
        elif event.kind == "command" and event.get("by"):
            yield Arrow(event.number, event["by"], event.at_us, event.host, event.at_us, "request")
        elif event.kind == "lost" and not losses.is_of_request(event):
            yield from _lost(trace, event, losses)


def publication_of(trace: Trace, decided: TraceEvent) -> TraceEvent | None:
    """Return the publication of what a consumer decided on."""
    delivered = None if decided.cause is None else trace.events[decided.cause]
    if delivered is None or delivered.cause is None:
        return None
    return trace.events[delivered.cause]


_WAY_US: Final = 20_000  # how long what never arrived is drawn as under way
_SHAPES: Final = {"request": "ask", "stored": "publish", "write": "commit", "ack-expired": "note",
                  "read": "read", "command": "commit",
                  "charge": "money", "refund": "money", "log": "note", "mail": "note",
                  "intent": "money", "webhook": "note", "skew": "note",
                  "failover": "crash", "pause": "crash", "wake": "start", "forgets": "note",
                  "limit": "note", "given-up": "note",
                  "partition": "crash", "heal": "start", "leave": "note"}  # fmt: skip

# "parcel.sent parcel 1" says its kind twice, and "parcel 1 sent" once.
_SAID_TWICE: Final = re.compile(r"^(\w+)\.(\S+) \1 (\S+)$")


def _shape(event: TraceEvent) -> str:
    if event.kind == "decided":
        return str(event["decision"])
    if event.kind == "response":
        if event["outcome"] != "answered":
            return "unknown"
        return "answer" if event["status"] < 400 else "refusal"
    if event.kind in ("charge", "refund") and not _is_done(event):
        return "refusal"
    return _SHAPES.get(event.kind, event.kind)


def _come(events: Sequence[TraceEvent], event: TraceEvent, names: Names, is_again: bool) -> str:
    if not is_again or event.cause is None:
        return ""  # the arrow that ends here says it
    return f"{subject(events[event.cause], names)} again"


def _label(event: TraceEvent, names: Names) -> str:
    if event.kind == "stored":
        said = _SAID_TWICE.sub(r"\1 \3 \2", subject(event, names))
        return ", ".join(filter(None, (said, amount(event, names))))
    if event.kind == "response":
        return str(event.get("status") or event["outcome"])
    if event.kind in ("charge", "refund"):
        return (
            f"{event.kind} {dollars(event.get('amount'))}" if _is_done(event) else _refused(event)
        )
    if event.kind in ("decided", "write", "start", "partition"):
        return ""  # the arrow that ends here says it, or the span that begins, or the panel
    return describe(event, names)


def _is_done(money: TraceEvent) -> bool:
    return bool(money["outcome"] == "succeeded")


def _refused(money: TraceEvent) -> str:
    what = "" if money["outcome"].startswith(("card", "charge", "refund")) else f"{money.kind} "
    return f"{what}{money['outcome']}".replace("_", " ")


# --- ways ---------------------------------------------------------------------------------------


def _effects(trace: Trace) -> dict[int, list[int]]:
    """Return when each request had its effects: the trace does not say when it arrived."""
    effects: dict[int, list[int]] = {}
    for event in trace.of_kind("write", "charge", "refund"):
        if event.cause is not None:
            effects.setdefault(event.cause, []).append(event.at_us)
    return effects


def _middle(asked: TraceEvent, answer: TraceEvent | None, at_us: list[int]) -> tuple[float, float]:
    """Return when a request arrived and when its answer left, as far as can be told."""
    # What goes on when nobody waits any more, as after a crash, tells nothing of the answer.
    done = [us for us in at_us if answer is None or us <= answer.at_us]
    if not done:
        there = (asked.at_us + answer.at_us) / 2 if answer else asked.at_us + _WAY_US
        return there, there
    last = max(done)
    return (asked.at_us + done[0]) / 2, (last + answer.at_us) / 2 if answer else last


def _asked(
    event: TraceEvent, answer: TraceEvent | None, effects: dict[int, list[int]], losses: Losses
) -> Arrow:
    loss = losses.of(event)
    if loss is not None and loss["leg"] == "request":
        # A call that timed out would end seconds later; the line shows where it was going.
        return Arrow(event.number, event.host, event.at_us, event["to"], loss.at_us, "lost")
    there, _ = _middle(event, answer, effects.get(event.number, []))
    return Arrow(event.number, event.host, event.at_us, event["to"], there, "request")


def _answered(
    trace: Trace, event: TraceEvent, effects: dict[int, list[int]], losses: Losses
) -> Iterator[Arrow]:
    asked = trace.events[event["request"]]
    loss = losses.of(asked) if event["outcome"] == "unknown" else None
    if loss is not None and loss["leg"] == "request":
        return
    _, left = _middle(asked, event, effects.get(asked.number, []))
    if loss is not None and loss.at_us > asked.at_us:  # noted when it was lost, not beforehand
        left = loss.at_us
    lost = event["outcome"] != "answered"
    target_us = left if lost else event.at_us
    style = "lost" if lost else "response"
    yield Arrow(event.number, asked["to"], left, event.host, target_us, style)


def _lost(trace: Trace, event: TraceEvent, losses: Losses) -> Iterator[Arrow]:
    messages = losses.messages(event)
    for stored in messages:
        due_us = event.at_us + _WAY_US
        source = displayed_host(stored, trace.vocabulary)
        yield Arrow(event.number, source, stored.at_us, event.host, due_us, "lost")
    if not messages:
        yield Arrow(event.number, event.host, event.at_us, event["to"], event.at_us, "lost")


def _handed(trace: Trace, event: TraceEvent, *, is_again: bool) -> Iterator[Arrow]:
    assert event.cause is not None, "only what was published is handed over"
    stored, style = trace.events[event.cause], "duplicate" if is_again else "request"
    source, target = (displayed_host(it, trace.vocabulary) for it in (stored, event))
    if source != target:  # what somebody tells themselves goes no way
        yield Arrow(event.number, source, stored.at_us, target, event.at_us, style)


def _taken(trace: Trace, event: TraceEvent) -> Iterator[Arrow]:
    stored = publication_of(trace, event)
    if stored is not None:
        source, style = displayed_host(stored, trace.vocabulary), str(event["decision"])
        yield Arrow(event.number, source, stored.at_us, event.host, event.at_us, style)
