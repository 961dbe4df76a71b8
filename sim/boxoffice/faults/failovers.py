"""Servers that go on as a copy, which lacks what they did last."""

from fnmatch import fnmatchcase
from typing import Any, Final

from boxoffice.faults.amounts import seconds
from boxoffice.faults.by_pattern import ByPattern
from boxoffice.faults.schedule import Fault, Occasion, When
from boxoffice.faults.spelled import reproducible_repr
from boxoffice.net.calls import Call

AFTER_S: Final = 0.1
LOSES_S: Final = 0.2


class _Failovers(ByPattern):
    occasion = Occasion.CALL

    def __init__(
        self, when: When, name: str, loses_s: float, after_s: float, kind: str = ""
    ) -> None:
        seconds(loses_s=loses_s, after_s=after_s)
        if not 0.0 < after_s < loses_s:
            raise ValueError(f"after_s must be from 0 to loses_s, {loses_s}, not {after_s}")
        super().__init__(when)
        self.name = name
        self.kind = kind
        self._loses_s = loses_s
        self._after_s = after_s

    def lag_s(self, server: str, kind: str = "") -> float:
        struck = self.kind in ("", kind) and fnmatchcase(server, self.when.at)
        return self._loses_s if struck else 0.0

    def fail_over(self, call: Call, now_s: float) -> tuple[float, float] | None:
        if not self.strikes_call(call, now_s):
            return None
        return self._after_s, self._loses_s


@reproducible_repr
def failovers(loses_s: float = LOSES_S, after_s: float = AFTER_S, **when: Any) -> Fault:
    """Let a server fail over to a copy that lags `loses_s` seconds behind it.

    It happens `after_s` seconds after a call that is struck (`of` is a pattern for the driver's
    method, `at` one for the server).  What the server did in the last `loses_s` seconds has then
    never been, whatever it has answered.  A server that can wait for its copies before it answers,
    if asked to, takes `loses_s` seconds for that in the whole run.  Much time lost is an old
    backup put back.
    Raises: ValueError, unless `after_s` is more than 0 and less than `loses_s`.
    """
    return _Failovers(When(**when), "failovers", loses_s, after_s)


@reproducible_repr
def lost_writes(loses_s: float = LOSES_S, after_s: float = AFTER_S, **when: Any) -> Fault:
    """Let a Redis fail over, which waits for no copy: what it has answered has then never been.

    It happens to a MongoDB in the same way if nobody has asked it to wait; see `failovers`.
    Raises: ValueError.
    """
    return _Failovers(When(**when), "lost-writes", loses_s, after_s, kind="redis")
