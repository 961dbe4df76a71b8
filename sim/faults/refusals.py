"""Servers that are there and will not: read-only, full, failing over, locked out."""

from math import inf
from typing import Any

from sim.faults.schedule import Fault, When
from sim.network import Call, Fate
from sim.randomness import Random


class _Refusals(Fault):
    def __init__(self, when: When, name: str, says: str, lasts_s: float, done: bool) -> None:
        super().__init__(when)
        self.name = name
        self._says = says
        self._lasts_s = lasts_s
        self._done = done

    def begin(self, random: Random) -> None:
        super().begin(random)
        self._until_s = -inf

    def fate(self, call: Call, now_s: float, fate: Fate) -> bool:
        if not self._refuses(call, now_s):
            return False
        fate.says, fate.done = self._says, self._done
        return True

    def _refuses(self, call: Call, now_s: float) -> bool:
        if now_s < self._until_s:
            return self.when.takes(call.verb, call.target)
        if not self.strikes(call.verb, call.target, now_s):
            return False
        self._until_s = now_s + self._lasts_s
        return True


def refusals(
    says: str, lasts_s: float = 0.0, done: bool = False, name: str = "refusals", **when: Any
) -> Fault:
    """Let a server answer with the error `says`, as it stands on the wire: `READONLY`, `18`, `503`.

    `of` is a pattern for the driver's method (`zadd`, `update_one`), `at` one for the server.  A
    call that is struck begins `lasts_s` seconds in which all that match are refused.  With `done`
    the server does the work, and then answers so all the same.
    """
    return _Refusals(When(**when), name, says, lasts_s, done)
