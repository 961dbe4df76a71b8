"""How much may happen before a run is taken for one that never ends."""

from typing import Final

import simpy

BETWEEN: Final = 10_000  # calls between two looks: looking costs next to nothing then
# The longest story known makes 40,000 calls in a day of virtual time, each of a crowd 300, and a
# call takes from 1 to 30 µs: who never ends is told so within seconds, or a minute.
MOST_CALLS: Final = 2_000_000
EACH: Final = 1_000  # more for each head of a crowd
MOST_AT_ONCE: Final = 1_000_000  # calls at one moment, which crowds of thousands do not reach
# A storm is small, and thousands are played: the longest of some hundreds made 8,000 calls.  Who
# searches for a minute must not wait for a minute until one that never ends is told so.
STORM_CALLS: Final = 100_000
STORM_EACH: Final = 2_000  # more for each deed
MOST_S: Final = 10 * 365 * 86_400.0  # certificates and archives are waited for, for years


class Limits:
    """What one loop may do without coming to an end.  A story that needs more may raise them."""

    def __init__(self) -> None:
        self.calls = MOST_CALLS
        self.at_once = MOST_AT_ONCE
        self.seconds = MOST_S

    def allow_for(self, crowd: int) -> None:
        """Allow for so many people."""
        self.calls += EACH * crowd
        self.at_once += EACH * crowd

    def allow_for_storm(self, deeds: int) -> None:
        """Allow for a storm of so many deeds, which is small."""
        self.calls = STORM_CALLS + STORM_EACH * deeds
        self.at_once = self.calls // 2


class Progress:
    """What a loop has done since it was told to run."""

    def __init__(self, env: simpy.Environment, limits: Limits) -> None:
        self._env = env
        self._limits = limits
        self._began_s = self._moment_s = float(env.now)
        self.stands_still = False
        self.between = min(BETWEEN, limits.at_once, limits.calls)  # calls, until the next look
        self._at_moment = 0  # how many calls there had been when the moment was first seen

    def endless(self, calls: int) -> str:
        """Return in words why this will never end, after so many calls; "" if it still may."""
        now_s = float(self._env.now)
        if now_s != self._moment_s:
            self._moment_s, self._at_moment = now_s, calls
        elif calls - self._at_moment >= self._limits.at_once:
            self.stands_still = True
            return f"time stands still at {now_s:g} s, after {self._limits.at_once:,} calls"
        passed_s = now_s - self._began_s
        if calls >= self._limits.calls or passed_s > self._limits.seconds:
            return f"there is no end after {passed_s / 86_400:,.1f} days, and {calls:,} calls"
        return ""
