"""The typical wrong answers, named after the misconception.  Each has to fail for its reason."""

from typing import Final

from scenarios.lab.wrong import (
    clock,
    hunted,
    order,
    own,
    paid,
    saved,
    seat,
    sold,
    twice,
    versions,
    woken,
)
from scenarios.lab.wrong.answers import WrongAnswer

WRONG: Final[tuple[WrongAnswer, ...]] = (
    *sold.WRONG,
    *clock.WRONG,
    *twice.WRONG,
    *order.WRONG,
    *versions.WRONG,
    *seat.WRONG,
    *saved.WRONG,
    *woken.WRONG,
    *paid.WRONG,
    *hunted.WRONG,
    *own.WRONG,
)

__all__ = ["WRONG", "WrongAnswer"]
