"""Idempotency keys: what was answered first is answered again, for a day.

Source: https://docs.stripe.com/api/idempotent_requests
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from boxoffice.servers.stripe.answers import Answer

REMEMBERED_S: Final = 24 * 3600.0  # Stripe may keep a key for longer, and promises no more


@dataclass(frozen=True, slots=True)
class Kept:
    """What a key was first used for and when, and what was answered."""

    path: str
    form: Mapping[str, str]
    answer: Answer
    at_s: float


class Keys:
    """What is kept under each key, until it is forgotten.  `now_s` tells the seconds."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._kept: dict[str, Kept] = {}
        self._now_s = now_s

    def find(self, key: str | None) -> Kept | None:
        """Return what is kept under a key, if it is not forgotten."""
        self._forget()
        return self._kept.get(key) if key else None

    def keep(self, key: str, path: str, form: Mapping[str, str], answer: Answer) -> None:
        """Keep what is answered to the first request with this key."""
        status, body = answer
        before = self._kept.get(key)
        at_s = before.at_s if before else self._now_s()
        self._kept[key] = Kept(path, dict(form), (status, dict(body)), at_s)

    def forget(self, older_s: float) -> int:
        """Forget keys that are older, and return how many."""
        before = len(self._kept)
        self._forget(older_s)
        return before - len(self._kept)

    def _forget(self, older_s: float = REMEMBERED_S) -> None:
        until_s = self._now_s() - older_s
        while self._kept and (oldest := next(iter(self._kept.items())))[1].at_s <= until_s:
            del self._kept[oldest[0]]
