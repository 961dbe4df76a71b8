"""Faults that strike exactly one occasion: this message, this call, right after this event.

Which one it is, is counted by the fault itself: it is shown all occasions up to that one.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from boxoffice.choosing.heard import Called, Played, Sent
from boxoffice.clock.randomness import Random
from boxoffice.faults.patterns import names_of_event
from boxoffice.faults.schedule import Fault
from boxoffice.net.calls import Call

Make = Callable[..., Fault]
# What a fault of ours records itself, or what nobody has done, begins no other fault.
_BEGINS_NOTHING: Final = frozenset((
    "crash", "start", "leave", "partition", "heal", "lost", "late", "answered", "pause", "wake",
    "skew", "forgets", "limit", "failover",
))  # fmt: skip


def may_begin(kind: str) -> bool:
    """Tell whether a fault can be said to strike right after an event of a kind."""
    return kind not in _BEGINS_NOTHING


def after_event(make: Make, run: Played, number: int) -> Fault:
    """Return the fault that strikes right after an event; `make` is told on, of, at and nth."""
    event = run.events[number]
    about, *_ = names_of_event(event)
    when = {"on": event.kind, "at": str(event.get("consumer") or event.host)}
    if about:
        when["of"] = about
    fault = _ready(make(**when))
    for each in run.events[: number + 1]:
        if each.kind == event.kind:
            fault.injects_at(each, each.at_us / 1e6)
    return make(**when, nth=[fault.matched])


def of_message(make: Make, run: Played, sent: Sent) -> Fault:
    """Return the fault that strikes one message on its way to one consumer."""
    when = {"of": sent.subject, "at": sent.consumer}
    fault = _ready(make(**when))
    for each in run.occasions.messages[: run.occasions.messages.index(sent) + 1]:
        fault.injects(each.subject, each.consumer, each.at_s)
    return make(**when, nth=[fault.matched])


def of_call(make: Make, run: Played, called: Called, of: str = "of") -> Fault:
    """Return the fault that strikes one call; `of` is what `make` calls its method: before, say."""
    call = called.call
    when: dict[str, Any] = {of: method_of(call), "at": call.target, "by": call.source}
    fault, same = _ready(make(**when)), 0
    before = _before(run.occasions.calls, called)
    if of == "after":  # counted where calls have their effect
        same = sum(each.call == call for each in before)
        before = run.occasions.effects
    for each in before:
        fault.strikes_call(each.call, each.at_s)
        if of == "after" and each.call == call:
            if same == 1:
                break
            same -= 1
    return make(**when, nth=[fault.matched])


def method_of(call: Call) -> str:
    """Return how faults name the method of a call: by its collection, else by the server's kind."""
    head = call.about if call.kind == "mongo" and call.about else call.kind
    return f"{head}.{call.verb}" if head else call.verb


def _before(calls: Sequence[Called], called: Called) -> Sequence[Called]:
    """Return the calls up to one, that one included."""
    return calls[: next(at for at, it in enumerate(calls) if it is called) + 1]


def _ready(fault: Fault) -> Fault:
    fault.begin(Random(0))  # none of which is drawn: it takes every occasion
    return fault
