"""Services that die or are told to leave, and come back after a while remembering nothing."""

from typing import Any

from boxoffice.clock.randomness import Random
from boxoffice.faults.amounts import seconds
from boxoffice.faults.by_pattern import ByPattern
from boxoffice.faults.disturbance import Disturbance
from boxoffice.faults.moments import moment
from boxoffice.faults.schedule import Fault, Occasion, When
from boxoffice.faults.spelled import reproducible_repr
from boxoffice.net.calls import Call
from boxoffice.trace.trace import TraceEvent

Crash = tuple[str, float] | tuple[str, float, float]


class _Crashes(ByPattern):
    name = "crashes"

    def __init__(self, when: When, host: str, on: str, moment: str, down_s: float) -> None:
        super().__init__(when)
        self._host = host
        self.on = on
        self.moment = moment
        if moment:
            self.occasion = Occasion.CALL
        self.target_hosts = (host,)
        self._down_s = down_s

    def begin(self, random: Random) -> None:
        super().begin(random)
        self._others = dict[str, None]()  # who makes such calls, where the host has no part

    def why_not(self) -> str:
        if self.matched or not self._others:
            return super().why_not()
        return f"{self._host} neither makes nor answers such calls: {', '.join(self._others)} does"

    def is_concerned(self, call: Call) -> bool:
        if self.when.by or self._host in (call.source, call.target):
            return super().is_concerned(call)
        if self.takes_call(call):
            self._others[call.source] = None
        return False

    def crash_after(self, event: TraceEvent, now_s: float) -> Crash | None:
        if event.kind != self.on:
            return None
        return self._crash if self.injects_at(event, now_s) else None

    def crash_by(self, call: Call, now_s: float) -> Crash | None:
        return self._crash if self.strikes_call(call, now_s) else None

    def disturbance(self) -> Disturbance:
        notice_s = self._crash[2] if len(self._crash) == 3 else 0.0
        return Disturbance("kill", (self._host,), notice_s=notice_s)

    @property
    def _crash(self) -> Crash:
        return self._host, self._down_s


class _Departures(_Crashes):
    name = "departures"

    def __init__(
        self, when: When, host: str, on: str, moment: str, down_s: float, notice_s: float
    ) -> None:
        super().__init__(when, host, on, moment, down_s)
        self._notice_s = notice_s

    @property
    def _crash(self) -> Crash:
        return self._host, self._down_s, self._notice_s


def _moment(
    host: str, on: str, after: str, before: str, when: dict[str, Any]
) -> tuple[When, str, str]:
    if on in ("crash", "start"):
        raise ValueError(f"a host that crashes on {on!r} never comes back: say when it does")
    return moment(host, on, after, before, when)


@reproducible_repr
def crashes(
    host: str,
    on: str = "",
    down_s: float = 2.0,
    *,
    after: str = "",
    before: str = "",
    **when: Any,
) -> Fault:
    """Crash `host` right after an event of kind `on` in the trace, for `down_s` seconds.

    `of` is what the event is about (`parcels.insert_one` for a write, a subject for a message) and
    `at` the host it happened on, or the consumer that it concerns.  The default moment, a write,
    lies between save and publish.
    With `after` or `before` it is a call of a driver's instead, `mongo.update_one`, `redis.set` or
    `nats.publish`, which `host` makes or answers, unless `by` says who makes it.  After a call its
    effect is there, and the caller has no answer; a message that nobody answers is on its way.
    Before a call nothing of it leaves the caller.
    Raises: ValueError, for more than one of `on`, `after` and `before`, and for no such time.
    """
    seconds(down_s=down_s)
    meant, event, moment = _moment(host, on, after, before, when)
    return _Crashes(meant, host, event, moment, down_s)


@reproducible_repr
def departures(
    host: str,
    on: str = "",
    notice_s: float = 2.0,
    down_s: float = 2.0,
    *,
    after: str = "",
    before: str = "",
    **when: Any,
) -> Fault:
    """Have `host` told to end right after an event, as before a restart; it is back `down_s` later.

    What it has in hand after `notice_s` seconds is ended, and what it has begun is left to others.
    The rest is as with `crashes`.
    """
    seconds(notice_s=notice_s, down_s=down_s)
    meant, event, moment = _moment(host, on, after, before, when)
    return _Departures(meant, host, event, moment, down_s, notice_s)
