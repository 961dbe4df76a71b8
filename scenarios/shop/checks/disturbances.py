"""When something was amiss that a service cannot help: it may be late, or leave work undone."""

from typing import Final

from boxoffice.trace import TraceEvent

# Of a call that comes this late, somebody may have given up what was in hand.
AT_ONCE_S: Final = 1.0
# After which a call that failed, or that nobody answered, was made again.
SETTLED_S: Final = 20.0
KINDS: Final = (
    *("crash", "failover", "lost", "late", "answered", "partition", "heal", "pause", "wake"),
    *("forgets", "limit", "raised", "log"),
)
OUTAGES: Final = ("outage", "failed", "conflict")  # what a service says of a call in vain


class Disturbances:
    """Those of a run, as far as it has been followed.

    A call that is a little late is none by itself; many are, one after another.  What somebody has
    waited for, and got, is over `settled_s` seconds after that.
    """

    def __init__(self, settled_s: float = SETTLED_S) -> None:
        self._settled_s = settled_s
        self._until_us = -1
        self._partitions: set[int] = set()
        self._late: list[tuple[int, float]] = []

    def follow(self, event: TraceEvent) -> None:
        """Take note of what has happened next."""
        match event.kind:
            case "partition":
                self._partitions.add(event.number)
            case "heal":
                self._partitions.clear()
                self._lasts(event, SETTLED_S)
            case "late" if event["s"] <= AT_ONCE_S and not event.get("unheard"):
                self._late.append((event.at_us, event["s"]))
            case "late" if not event.get("unheard"):
                self._lasts(event, event["s"] + self._settled_s)
            case "late" | "pause":
                self._lasts(event, event["s"] + SETTLED_S)
            case "log" if event.get("what") not in OUTAGES:
                pass
            case _:
                self._lasts(event, SETTLED_S)

    def were(self, since_us: int, until_us: int) -> bool:
        """Tell whether anything was amiss in that time."""
        if self._partitions or self._until_us >= since_us:
            return True
        return self.late_s(since_us, until_us) > AT_ONCE_S

    def late_s(self, since_us: int, until_us: int) -> float:
        """Return by how much calls of that time were late, taken together, each by a little."""
        begin_us = since_us - max(self._settled_s, AT_ONCE_S) * 1e6
        return sum(s for at_us, s in self._late if begin_us <= at_us <= until_us)

    def _lasts(self, event: TraceEvent, seconds: float) -> None:
        self._until_us = max(self._until_us, event.at_us + round(seconds * 1e6))
