"""A run as lines: what a reader of a timeline wants to know of, and nothing else."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any, Final

from boxoffice.trace.trace import Trace, TraceEvent
from boxoffice.views.descriptions import SYMBOLS, describe, displayed_host, path_template, version
from boxoffice.views.diagram import publication_of
from boxoffice.views.losses import is_idle
from boxoffice.views.names import Names
from boxoffice.views.time_format import format_duration

SLOW_US: Final = 1_000_000  # an answer that took longer gets a line of its own
PROMPT_US: Final = 250_000  # an event applied within this time is told with its publication


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a timeline.

    Lines of one `key` may become one, from `least` of them on; without a key a line stays.
    """

    number: int
    at_us: int
    host: str
    what: str
    version: str = ""
    decision: str = ""
    tone: str = ""
    key: tuple[str, ...] | None = None
    least: int = 2
    proof: bool = False


class LineRenderer:
    """Tells a trace, event by event.  What proves a violation is always told."""

    def __init__(self, trace: Trace, names: Names, proofs: Collection[int] = ()) -> None:
        self._trace = trace
        self._names = names
        self._proofs = proofs
        self._answers = {event["request"]: event for event in trace.of_kind("response")}
        self._prompt: dict[int, list[str]] = {}  # storing → who applied it at once
        self._crashed: dict[str, bool] = {}
        self._tell: dict[str, Callable[[TraceEvent], Line | None]] = {
            "request": self._request,
            "response": self._response,
            "stored": self._stored,
            "decided": self._decided,
            "charge": self._money,
            "refund": self._money,
            "crash": self._crash,
            "failover": self._failover,
            "start": self._start,
            "partition": self._partition,
            "heal": self._partition,
            "lost": self._fault,
            "late": self._fault,
            "answered": self._fault,
            "skew": self._plainly,
            "log": self._log,
            "intent": self._plainly,
            "webhook": self._plainly,
            "mail": self._plainly,
            "leave": self._plainly,
            "forgets": self._plainly,
            "given-up": self._plainly,
            "limit": self._plainly,
            "pause": self._plainly,
            "wake": self._plainly,
            "ack-expired": self._plainly,
            "max-deliveries": self._plainly,
        }
        self._find_prompt()

    def lines(self) -> list[Line]:
        """Return the lines, in order."""
        return [line for event in self._trace.events if (line := self._line(event))]

    def _line(self, event: TraceEvent) -> Line | None:
        tell, proof = self._tell.get(event.kind), event.number in self._proofs
        line = tell(event) if tell else None
        if not proof:
            return line
        return replace(line or self._plainly(event), proof=True, key=None)

    def _make(self, event: TraceEvent, what: str, **more: Any) -> Line:
        return Line(event.number, event.at_us, event.host, what, **more)

    def _plainly(self, event: TraceEvent) -> Line:
        line = self._make(event, describe(event, self._names), version=version(event))
        return replace(line, host=displayed_host(event, self._names.vocabulary))

    # --- people -------------------------------------------------------------------------------

    def _request(self, event: TraceEvent) -> Line:
        what, answer = describe(event, self._names), self._answers.get(event.number)
        if answer is None:
            return self._make(event, f"{what} → no answer yet", tone="warn")
        if self._is_slow(answer):
            return self._make(event, f"{what} …", tone=_tone(answer))
        said = describe(answer, self._names)
        key = ("request", event["method"], path_template(event["path"]), said.split(" ")[0])
        return self._make(event, f"{what} → {said}", tone=_tone(answer), key=key, least=4)

    def _response(self, event: TraceEvent) -> Line | None:
        if not self._is_slow(event):
            return None
        asked = self._trace.events[event["request"]]
        after = format_duration(event.at_us - asked.at_us)
        what = f"↳ {describe(asked, self._names)} → {describe(event, self._names)} after {after}"
        return self._make(event, what, tone=_tone(event))

    def _is_slow(self, answer: TraceEvent) -> bool:
        asked = self._trace.events[answer["request"]]
        return bool(answer.at_us - asked.at_us >= SLOW_US)

    # --- messages -----------------------------------------------------------------------------

    def _find_prompt(self) -> None:
        for event in self._trace.of_kind("decided"):
            stored = publication_of(self._trace, event)
            if stored is not None and self._is_prompt(event, stored):
                self._prompt.setdefault(stored.number, []).append(event.host)

    def _is_prompt(self, event: TraceEvent, stored: TraceEvent) -> bool:
        plain = event["decision"] == "apply" and event.get("attempt", 1) == 1
        late = event.at_us - stored.at_us > PROMPT_US
        return plain and not late and event.number not in self._proofs

    def _stored(self, event: TraceEvent) -> Line:
        what, takers = describe(event, self._names), sorted(self._prompt.get(event.number, []))
        decision = f"✓ apply: {', '.join(takers)}" if takers else ""
        if event.get("duplicate"):
            decision = "= already in the stream"
        line = self._make(event, what, version=version(event), decision=decision, tone="publish")
        return replace(line, host=displayed_host(event, self._names.vocabulary))

    def _decided(self, event: TraceEvent) -> Line | None:
        stored, decision = publication_of(self._trace, event), str(event["decision"])
        if stored is not None and self._is_prompt(event, stored):
            return None
        symbol = f"{SYMBOLS.get(decision, '·')} {decision}"
        tries = event.get("attempt", 1)
        said = f"{symbol}, delivery {tries}" if decision == "apply" and tries > 1 else symbol
        key = (event.host, str(event.get("message")), decision) if decision != "apply" else None
        return self._make(
            event,
            describe(event, self._names),
            version=version(event),
            decision=said,
            tone=decision,
            key=key,
        )

    # --- the rest -----------------------------------------------------------------------------

    def _money(self, event: TraceEvent) -> Line:
        done = event["outcome"] == "succeeded"
        said = ("✓ " if done else "✗ ") + event["outcome"]
        again = ", same answer as before" if event.get("replayed") else ""
        tone = "money" if done else "refused"
        return self._make(event, describe(event, self._names), decision=said + again, tone=tone)

    def _crash(self, event: TraceEvent) -> Line:
        self._crashed[event.host] = True
        return self._make(event, f"✗ {describe(event, self._names)}", tone="bad")

    def _failover(self, event: TraceEvent) -> Line:
        return self._make(event, f"✗ {describe(event, self._names)}", tone="bad")

    def _start(self, event: TraceEvent) -> Line | None:
        if not self._crashed.pop(event.host, False):
            return None
        return self._make(event, "is back, with what its store remembers", tone="good")

    def _partition(self, event: TraceEvent) -> Line:
        cut = event.kind == "partition"
        what = describe(event, self._names)
        return self._make(event, f"✗ {what}" if cut else what, tone="bad" if cut else "good")

    def _fault(self, event: TraceEvent) -> Line | None:
        if event.kind == "lost" and is_idle(event):
            return None
        key = (event.kind, event.host, event["to"], event["verb"], str(event.get("leg")))
        what = describe(event, self._names)
        sign, tone = ("✗ ", "bad") if event.kind == "lost" else ("", "warn")
        return self._make(event, sign + what, tone=tone, key=key, least=3)

    def _log(self, event: TraceEvent) -> Line | None:
        if self._names.vocabulary.told(event):
            return self._make(event, describe(event, self._names))
        if event["level"] == "info" and event["what"] != "conflict":
            return None
        key = (event.host, str(event["what"]), str(event.get("where")))
        return self._make(event, describe(event, self._names), tone="warn", key=key, least=3)


def _tone(answer: TraceEvent) -> str:
    if answer["outcome"] != "answered":
        return "warn"
    return "good" if answer["status"] < 400 else "refused"
