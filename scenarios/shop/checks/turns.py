"""Turns: of what one process has in hand about one thing, nothing overtakes what came before it."""

from collections.abc import Iterator
from typing import Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach
from scenarios.shop.checks.evidence import Evidence
from scenarios.shop.checks.words import moment

# By which messages of one consumer may come to it in another order than they were handed out.
DISORDER: Final = ("late", "lost", "pause", "given-up", "partition", "heal", "failover")
SETTLED_S: Final = 5.0


def overtaken(evidence: Evidence) -> Iterator[Breach]:
    """Take what one process has in hand about one thing: nothing is done before what came first.

    What was on its way for longer, or to a request that was given up, may come in another order.
    """
    given: dict[int, TraceEvent] = {}
    last: dict[tuple[str, str], TraceEvent] = {}  # of what is done: the delivery that came last
    disturbed_us = -1
    for event in evidence.of_kind("delivered", "decided", *DISORDER):
        if event.kind == "delivered":
            given[event.number] = event
        elif event.kind != "decided":
            if event.kind in ("late", "lost") and event.get("to") != "nats":
                continue  # what a store is slow at is what others wait for
            disturbed_us = event.at_us + round(((event.get("s") or 0.0) + SETTLED_S) * 1e6)
        elif event.cause in given:
            came, about = given[event.cause], (event.host, str(event.get("subject")))
            later = last.get(about)
            if later is not None and later.number > came.number and came.at_us > disturbed_us:
                named = f"{event.host}: message {came['seq']} ({came['subject']})"
                said = f"{named}, given to it at {moment(came.at_us)}, was overtaken by"
                how = f"message {later['seq']} ({later['subject']}), about the same"
                yield Breach(f"{said} {how}", [came.number, later.number, event.number])
            if later is None or came.number > later.number:
                last[about] = came
