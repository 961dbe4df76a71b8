"""Which parts of a service's own work are refused now, so that it had better not be asked.

One refusal may be an accident of the moment; a second in a row, with nothing done between, is a
state.  It ends when that work has been done again, or when nothing was heard of it for a minute
and a half: another process may have done what this one could not.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from services.common.outages import said

IN_A_ROW: Final = 2
# Longer than the longest pause between two attempts (messaging.LONGEST_DELAY_S, outbox.SWEEP_S).
FORGOTTEN_S: Final = 90.0


@dataclass(frozen=True, slots=True)
class _Refused:
    times: int
    at_s: float
    why: str


class Health:
    """What was refused of each part of the work, by its name, since it was last done."""

    def __init__(self) -> None:
        self._refused: dict[str, _Refused] = {}

    def refused(self, work: str, error: BaseException) -> None:
        """Some work failed, and will be tried again."""
        before = self._lately(work)
        times = 1 if before is None else before.times + 1
        self._refused[work] = _Refused(times, _now_s(), said(error))

    def done(self, work: str) -> None:
        """The work went well."""
        self._refused.pop(work, None)

    def ailing(self) -> list[str]:
        """Return what is refused again and again, and what was said of it the last time."""
        lately = {work: self._lately(work) for work in self._refused}
        return [
            f"{work} ({last.why})"
            for work, last in lately.items()
            if last is not None and last.times >= IN_A_ROW
        ]

    def _lately(self, work: str) -> _Refused | None:
        last = self._refused.get(work)
        return last if last is not None and _now_s() - last.at_s < FORGOTTEN_S else None


def _now_s() -> float:
    return asyncio.get_running_loop().time()
