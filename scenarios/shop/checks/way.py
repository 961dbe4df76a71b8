"""The way: when something was in it, so that what a service does may be late."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final

from boxoffice.trace import TraceEvent
from scenarios.shop.checks.evidence import Evidence

TROUBLE: Final = (
    *("crash", "leave", "failover", "partition", "heal", "lost", "late", "answered"),
    *("pause", "wake", "forgets", "limit", "skew"),
)
A_LITTLE_S: Final = 1.0  # so late a call may be, and nobody gives it up
# Who is woken does it now; a sweep of once a minute finds what another life has left.
AT_ONCE_S: Final = 0.5  # where no call is late at all
SOON_S: Final = 5.0
AFTERMATH_S: Final = 61.0
MOST_LATE_S: Final = 3_600  # so long a call may be late that is still waited for


class Way:
    """When something was in the way, in µs; what is amiss `but` at one server is not counted."""

    def __init__(self, evidence: Evidence, but: str = "") -> None:
        troubles = [it for it in evidence.of_kind(*TROUBLE) if not but or it.get("to") != but]
        self._any = moments(troubles)
        self._much = moments(it for it in troubles if is_trouble(it))
        self.ends_us = evidence.events[-1].at_us if evidence.events else 0

    def was_missed(
        self, since_us: int, done_us: int | None, look_s: float = 0.0, begun_us: int | None = None
    ) -> bool:
        """Tell whether what was to be done from then on came late, and nothing was in the way.

        `look_s` is how long it may lie there until somebody looks for it, and it was begun at
        `begun_us`, if not at the moment.
        """
        done_us = self.ends_us if done_us is None else done_us
        begun_us = since_us if begun_us is None else begun_us
        return any(
            done_us > since_us + within_s * 1e6
            and not _within(troubles, begun_us - AFTERMATH_S * 1e6, since_us + within_s * 1e6)
            for within_s, troubles in (
                (look_s + AT_ONCE_S, self._any),
                (look_s + SOON_S, self._much),
            )
        )

    def was_clear(self, since_us: int, for_s: float) -> bool:
        """Tell whether nothing at all was in the way for so long."""
        return not _within(self._any, since_us, since_us + for_s * 1e6)


def moments(troubles: Iterable[TraceEvent]) -> list[int]:
    """Return moments that are in trouble, of a call that is late for minutes many."""
    late_s = ((it.at_us, it["s"] if it.kind in ("late", "pause") else 0.0) for it in troubles)
    return sorted(
        at_us + round(passed_s * 1e6)
        for at_us, lasts_s in late_s
        for passed_s in (lasts_s, *range(0, min(round(lasts_s), MOST_LATE_S), round(SOON_S)), 0)
    )


def _within(moments_us: Sequence[int], first_us: float, last_us: float) -> bool:
    at = bisect_left(moments_us, first_us)
    return at < len(moments_us) and moments_us[at] <= last_us


def is_trouble(event: TraceEvent) -> bool:
    """Tell whether something is in the way, and not only a little late."""
    return event.kind != "late" or event["s"] > A_LITTLE_S or bool(event.get("unheard"))
