"""A recorded history in which something is then made different: one thing, for one invariant."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any, Final

from boxoffice.trace.trace import TraceEvent
from scenarios.shop.checks.evidence import Evidence

Document = dict[str, Any]
APART: Final = 10  # between the numbers of two events, so that there is room for others


class Recording:
    """A copy of an honest run's evidence, that may be changed."""

    def __init__(self, honest: Evidence) -> None:
        self.events = [_apart(event) for event in honest.events]
        self.ends: Document = {
            name: deepcopy(dict(getattr(honest, name)))
            for name in ("users", "tickets", "orders", "replicas", "mirrors", "charges", "refunds")
        }
        self.ends["messages"] = [replace(it, data=deepcopy(it.data)) for it in honest.messages]
        self._honest = honest

    def all(self, kind: str, call: str = "", **fields: Any) -> Iterator[TraceEvent]:
        """Yield the events of a kind with these fields, and of requests those of one call."""
        for event in list(self.events):
            asked = self.asked(event) if call else event
            if event.kind == kind and asked is not None and _is_like(asked, event, call, fields):
                yield event

    def first(self, kind: str, call: str = "", **fields: Any) -> TraceEvent:
        """Return the first of them."""
        return next(self.all(kind, call, **fields))

    def last(self, kind: str, call: str = "", **fields: Any) -> TraceEvent:
        """Return the last of them."""
        return list(self.all(kind, call, **fields))[-1]

    def asked(self, event: TraceEvent) -> TraceEvent | None:
        """Return the request that an event is, or answers."""
        number = event.get("request", event.number)
        return next((it for it in self.events if it.number == number), None)

    def change(self, event: TraceEvent, change: Callable[[Document], Any]) -> TraceEvent:
        """Let an event say something else."""
        fields = deepcopy(event.fields)
        change(fields)
        changed = replace(event, fields=fields)
        self.events[self.events.index(event)] = changed
        return changed

    def drop(self, event: TraceEvent) -> None:
        """Let an event not have happened."""
        self.events.remove(event)

    def move(self, event: TraceEvent, by_s: float) -> TraceEvent:
        """Let an event have happened at another time."""
        moved = replace(event, at_us=event.at_us + round(by_s * 1e6))
        self.events.remove(event)
        place = next(
            (at for at, it in enumerate(self.events) if it.at_us > moved.at_us), len(self.events)
        )
        number = self.events[place - 1].number + 3 if place else -1
        moved = replace(moved, number=number)
        self.events.insert(place, moved)
        return moved

    def repeat(self, event: TraceEvent, after_s: float = 0.0, **fields: Any) -> TraceEvent:
        """Let an event happen once more, with other fields."""
        again = replace(event, number=event.number + 1, fields=deepcopy(event.fields) | fields)
        place = self.events.index(event) + 1
        self.events.insert(place, again)
        return self.move(again, after_s) if after_s else again

    def evidence(self) -> Evidence:
        """Return what there is to judge from."""
        return replace(self._honest, events=self.events, **self.ends)

    @staticmethod
    def caused(event: TraceEvent, by: TraceEvent) -> TraceEvent:
        """Return an event that goes back to another one."""
        return replace(event, cause=by.number)


def _apart(event: TraceEvent) -> TraceEvent:
    fields = dict(event.fields)
    if "request" in fields:
        fields["request"] *= APART
    cause = None if event.cause is None else event.cause * APART
    return replace(event, number=event.number * APART, cause=cause, fields=fields)


def _is_like(asked: TraceEvent, event: TraceEvent, call: str, fields: Document) -> bool:
    if call and not f"{asked.get('method')} {asked.get('path')}".startswith(call):
        return False
    known = event.fields | {"cause": event.cause}
    return all(known.get(name) == value for name, value in fields.items())


# --- the corruptions, and what falls by each ------------------------------------------------------

Corruption = Callable[[Recording], object]
CASES: Final[list[tuple[str, str, Corruption]]] = []


def falls(invariant: str, word: str) -> Callable[[Corruption], Corruption]:
    """Say which invariant a corruption makes fall, and with which words."""

    def take(corrupt: Corruption) -> Corruption:
        CASES.append((invariant, word, corrupt))
        return corrupt

    return take


def refuse(status: int, message: str) -> Callable[[Document], None]:
    """Let an answer be a refusal."""
    return lambda it: it.update(status=status, body={"errors": [{"message": message}]})
