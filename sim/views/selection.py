"""Which events of a run are drawn: all of a short one, the telling ones of a long one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from sim.trace import Trace, TraceEvent
from sim.views.phrases import shape

MOST: Final = 1_500  # events of a trace that a reader and a browser can bear
FIRST: Final = 200
AROUND: Final = 80  # events before and after each proof
CROWD: Final = 8  # a few that do the same are no crowd yet

DRAWN: Final = frozenset(
    (
        *("request", "response", "stored", "decided", "write", "ack-expired"),
        *("charge", "refund", "mail", "crash", "start", "lost"),
    )
)


@dataclass(frozen=True, slots=True)
class Selection:
    """The events to draw, and what the reader is told of the others."""

    events: list[TraceEvent]
    note: str


def select(trace: Trace, proofs: Collection[int]) -> Selection:
    """Choose what to draw.  What proves a violation, and its causes, always are."""
    causes = past(trace, proofs)
    unseen = _echoes(trace)
    drawable = [
        event
        for event in trace.events
        if event.number in proofs or (_is_telling(event) and event.number not in unseen)
    ]
    notes = [f"{len(unseen)} events of a crowd that does the same are left out."] if unseen else []
    if len(drawable) > MOST:
        kept = _near(drawable, proofs, causes)
        notes.append(
            f"Only {len(kept):,} of {len(drawable):,} events are drawn: the first {FIRST}"
            + (", and those that led to a violation or lie next to one." if proofs else ".")
        )
        drawable = kept
    return Selection(drawable, " ".join(notes))


def past(trace: Trace, numbers: Iterable[int]) -> set[int]:
    """Return these events and everything they go back to."""
    known: set[int] = set()
    for number in numbers:
        at: int | None = number
        while at is not None and at not in known:
            known.add(at)
            at = trace.events[at].cause
    return known


def _is_telling(event: TraceEvent) -> bool:
    if event.kind == "log":
        return bool(event["level"] != "info" or event["what"] == "conflict")
    return event.kind in DRAWN and (event.kind != "write" or _changes(event))


def _changes(write: TraceEvent) -> bool:
    """Tell whether more than an outbox has changed."""
    before, after = write.get("before") or {}, write.get("after") or {}
    return {**before, "outbox": 0} != {**after, "outbox": 0} or not (before and after)


def _echoes(trace: Trace) -> set[int]:
    """Return the requests and answers of a crowd that say what others of it have said.

    Of a crowd's reading and of its refusals a few are enough, and of its signing up nothing.
    """
    crowds: dict[tuple[str, ...], list[tuple[TraceEvent, TraceEvent]]] = {}
    for answer in trace.of_kind("response"):
        asked = trace.events[answer["request"]]
        crowds.setdefault(_said(asked, answer), []).append((asked, answer))
    unseen: set[int] = set()
    for (method, path, status), crowd in crowds.items():
        if len(crowd) > CROWD and path.startswith("/api/users"):
            unseen |= _with_effects(trace, {asked.number for asked, _ in crowd})
        elif len(crowd) > CROWD and (method == "GET" or status >= "400"):
            unseen |= {each.number for pair in crowd[CROWD // 2 :] for each in pair}
    return unseen


def _said(asked: TraceEvent, answer: TraceEvent) -> tuple[str, str, str]:
    status = str(answer.get("status") or "")
    return asked["method"], shape(asked["path"]), status


def _with_effects(trace: Trace, numbers: set[int]) -> set[int]:
    return numbers | {event.number for event in trace.events if event.cause in numbers}


def _near(
    drawable: list[TraceEvent], proofs: Collection[int], causes: set[int]
) -> list[TraceEvent]:
    near = set(causes)
    for proof in sorted(proofs)[: MOST // AROUND]:
        near.update(range(proof - AROUND, proof + AROUND))
    kept = [e for at, e in enumerate(drawable) if at < FIRST or e.number in near]
    return kept[:MOST] + [event for event in kept[MOST:] if event.number in causes]
