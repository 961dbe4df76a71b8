"""Services that die or are told to leave, and come back after a while remembering nothing."""

from typing import Any

from boxoffice.faults.schedule import Fault, When, spelled
from boxoffice.trace.trace import TraceEvent


class _Crashes(Fault):
    name = "crashes"

    def __init__(self, when: When, host: str, on: str, down_s: float) -> None:
        super().__init__(when)
        self._host = host
        self.on = on
        self.strikes_hosts = (host,)
        self._down_s = down_s

    def crash_after(self, event: TraceEvent, now_s: float) -> tuple[str, float] | None:
        if event.kind != self.on or event.kind in ("crash", "start"):
            return None
        if not self.strikes_at(event, now_s):
            return None
        return self._host, self._down_s


class _Departures(_Crashes):
    name = "departures"

    def __init__(self, when: When, host: str, on: str, down_s: float, notice_s: float) -> None:
        super().__init__(when, host, on, down_s)
        self._notice_s = notice_s

    def crash_after(self, event: TraceEvent, now_s: float) -> tuple[str, float, float] | None:  # type: ignore[override]
        crash = super().crash_after(event, now_s)
        return None if crash is None else (*crash, self._notice_s)


@spelled
def crashes(host: str, on: str = "write", down_s: float = 2.0, **when: Any) -> Fault:
    """Crash `host` right after an event of kind `on` in the trace, for `down_s` seconds.

    `of` is what the event is about (`parcels.insert_one` for a write, a subject for a message) and
    `at` the host it happened on, or the consumer that it concerns.  The default moment, a write,
    lies between save and publish.
    """
    return _Crashes(When(**when), host, on, down_s)


@spelled
def departures(
    host: str, on: str = "write", notice_s: float = 2.0, down_s: float = 2.0, **when: Any
) -> Fault:
    """Have `host` told to end right after an event, as before a restart; it is back `down_s` later.

    What it has in hand after `notice_s` seconds is ended, and what it has begun is left to others.
    The rest is as with `crashes`.
    """
    return _Departures(When(**when), host, on, down_s, notice_s)
