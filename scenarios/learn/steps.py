"""The steps of a small story, a line each, in the words of whoever has written a `handle`."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

from boxoffice import Outcome
from boxoffice.search import Shrunk
from boxoffice.trace import Kind, TraceEvent
from boxoffice.views import format_time
from scenarios.learn.interface import ASKS, THINGS

LATE_US: Final = 100_000  # between publishing and delivery there is a link, and a fetch
LONGEST: Final = 30  # steps; what came last led to the end


def steps_of(shrunk: Shrunk) -> list[tuple[str, str, str, bool]]:
    """Return moment, who, what, and whether it proves the breach, for each step."""
    found = [*_Steps(shrunk).told()]
    left_out = len(found) - LONGEST
    return (
        found
        if left_out < 1
        else [("", "", f"… {left_out} steps before", False), *found[left_out:]]
    )


class _Steps:
    def __init__(self, shrunk: Shrunk) -> None:
        self._outcome: Outcome = shrunk.outcome
        found = [it for it in shrunk.outcome.violations if it.invariant == shrunk.invariant]
        self._proofs = set(found[0].events) if found else set[int]()  # of the one that is told
        self._invariant = shrunk.invariant
        # Of the alarms, which a service keeps for them, learners know nothing.
        self._looks = [it for it in shrunk.met.looks if it.store[1] == THINGS]
        self._handed = Counter[int]()
        self._values: dict[str, tuple[Any, Any]] = {}

    def told(self) -> Iterator[tuple[str, str, str, bool]]:
        """Yield each step, up to the last proof of what must not happen at any time."""
        events = self._outcome.trace.events
        kinds = {it.invariant: it.kind for it in self._outcome.judgements}
        is_early = kinds.get(self._invariant) is Kind.ALWAYS  # else what never came is the point
        last = max(self._proofs, default=len(events)) if is_early else len(events)
        for event in events:
            while self._looks and self._looks[0].number <= event.number:
                look = self._looks.pop(0)
                yield format_time(look.at_us), look.host, self._seen(look), False
            if event.number > last:
                return
            tell = _TOLD.get(event.kind)
            said = tell(self, event) if tell else None
            if said is not None:
                yield format_time(event.at_us), *said, event.number in self._proofs

    def _seen(self, look: Any) -> str:
        keys = [str(key) for key in look.found] or [str((look.search or {}).get("_id", "?"))]
        shown = (f"{key}: {_shown(*self._values.get(key, (None, 0)))}" for key in keys)
        return f"looks at {', '.join(shown)}"

    def stored(self, event: TraceEvent) -> tuple[str, str] | None:
        """Tell what somebody has asked, or what the shop has said."""
        way = str(event["subject"]).partition(".")[0]
        who = str(event["by"] or "an alarm")
        return who, f"{'asks' if way == ASKS else 'says'}: {_message(event)}"

    def delivered(self, event: TraceEvent) -> tuple[str, str] | None:
        """Tell of a message that comes late, or again."""
        if event.cause is None:
            return None
        stored = self._outcome.trace.events[event.cause]
        self._handed[stored.number] += 1
        late_s = (event.at_us - stored.at_us) / 1e6
        if self._handed[stored.number] > 1:
            return "bus", f"hands over again: {_message(stored)}"
        if event.at_us - stored.at_us < LATE_US:
            return None
        return "bus", f"hands over {late_s:.3g} s late: {_message(stored)}"

    def write(self, event: TraceEvent) -> tuple[str, str] | None:
        """Tell what is in the store now."""
        if event["collection"] != THINGS or event["after"] is None:
            return None
        value = event["after"]["value"], event["after"]["version"]
        self._values[str(event["id"])] = value
        return "store", f"{event['id']} is now {_shown(*value)}"

    def charge(self, event: TraceEvent) -> tuple[str, str] | None:
        """Tell of money."""
        if event["outcome"] != "succeeded":
            return None
        again = " (the same key: the same charge)" if event["replayed"] else ""
        return "cards", f"charge {event['amount'] / 100:.2f} for {event['order']}{again}"

    def lost(self, event: TraceEvent) -> tuple[str, str] | None:
        """Tell of a call of which half is lost."""
        half = "never arrives" if event.get("way") == "request" else "is done, and not answered"
        return event.host, f"calls {event.get('to')}, {event.get('verb', 'a call')}: it {half}"


def _always(said: str) -> Callable[[_Steps, TraceEvent], tuple[str, str] | None]:
    return lambda steps, event: (event.host, said.format_map(event.fields))


def _back(steps: _Steps, event: TraceEvent) -> tuple[str, str] | None:
    return None if event.at_us == 0 else (event.host, "is back, and remembers nothing")


def _message(event: TraceEvent) -> str:
    data = event["data"]
    nobody = data["type"] == "holder" and data["data"].get("order") is None
    said = f"{data['type']} {data['subject']}{': nobody' if nobody else ''}"
    return f"{said} (version {data['data']['version']})" if "version" in data["data"] else said


def _shown(value: Any, version: Any) -> str:
    return "not there" if not version else f"{value!r} (version {version})"


_TOLD: Final[dict[str, Callable[[_Steps, TraceEvent], tuple[str, str] | None]]] = {
    "stored": _Steps.stored,
    "delivered": _Steps.delivered,
    "write": _Steps.write,
    "charge": _Steps.charge,
    "lost": _Steps.lost,
    "crash": _always("dies"),
    "start": _back,
    "pause": _always("falls asleep for {s:g} s"),
    "wake": _always("wakes, as if no time had passed"),
}
