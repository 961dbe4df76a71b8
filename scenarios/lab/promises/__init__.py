"""What else the lab judges: mistakes of one function that no invariant of the shop is about."""

from typing import Final

from scenarios.lab.promises.announced_as_written import told_as_it_is
from scenarios.lab.promises.applied_once import taken_once
from scenarios.lab.promises.decided_as_done import decided_as_done
from scenarios.lab.promises.holds import holds_grow
from scenarios.lab.promises.rung_by_one import rung_by_one
from scenarios.lab.promises.rung_while_set import rung_while_set
from scenarios.lab.promises.sent_in_time import sent_in_time
from scenarios.lab.promises.settled_once import settled_once

__all__ = [
    "PROMISES",
    "decided_as_done",
    "holds_grow",
    "rung_by_one",
    "rung_while_set",
    "sent_in_time",
    "settled_once",
    "taken_once",
    "told_as_it_is",
]

PROMISES: Final = (
    *(told_as_it_is, holds_grow, taken_once, decided_as_done, rung_while_set, rung_by_one),
    *(sent_in_time, settled_once),
)
