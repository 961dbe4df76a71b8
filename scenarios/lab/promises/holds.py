"""A ticket's hold only grows."""

from typing import Any, Final

from boxoffice.trace import Kind
from boxoffice.world import Breach, Finding, Invariant
from scenarios.shop.checks.evidence import TICKETS, Evidence
from scenarios.shop.checks.words import moment, short


def _holds_grow(evidence: Evidence) -> Finding:
    """Replay the writes: a ticket's hold becomes that of its new holder, and never a lower one."""
    tested, breaches = False, []
    last: dict[str, list[int]] = {}
    for write in evidence.writes(TICKETS):
        before, after = write["before"], write["after"]
        if before is not None and after is not None:
            tested = True
            if wrong := _wrong_hold(evidence, before, after):
                said = f"ticket {short(write['id'])}: {wrong} at {moment(write.at_us)}"
                breaches.append(Breach(said, [*last.get(write["id"], []), write.number]))
        last[write["id"]] = [write.number]
    return Finding(tested, breaches)


def _wrong_hold(evidence: Evidence, before: Any, after: Any) -> str:
    was, now, holder = before["hold"], after["hold"], after.get("holder")
    passed_on = holder not in (None, before.get("holder"))
    wanted = _hold(evidence, holder) if passed_on else was
    if (taken := min(wanted, now)) < was:
        return f"after hold {was} it took hold {taken}"
    return f"its hold became {now}, and should be {wanted}" if now != wanted else ""


def _hold(evidence: Evidence, order: str) -> int:
    return int(evidence.orders.get(order, {}).get("hold", 0))


holds_grow: Final = Invariant(
    "holds-grow",
    Kind.ALWAYS,
    "a ticket's hold is the highest that it was held by",
    _holds_grow,
)
