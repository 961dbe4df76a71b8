"""One seed, and from it as many independent streams as there are names.

A stream depends on the seed and its name alone, so a new one changes no other, and nobody's draws
depend on who drew before.
"""

import hashlib
from collections.abc import Container
from random import Random

__all__ = ["Random", "Randomness", "Steady"]


class Randomness:
    """All chance in a world.

    >>> Randomness(7).stream("ana").random() == Randomness(7).stream("ana").random()
    True
    >>> Randomness(7).stream("ana").random() == Randomness(7).stream("ben").random()
    False
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.steady: Container[str] | bool = False  # links, "from->to", that have no whims
        self._salt = ""
        self._streams: dict[str, Random] = {}

    def stream(self, name: str) -> Random:
        """Return the stream of that name, from where it was left."""
        if name not in self._streams:
            made = Steady() if self._is_steady(name) else Random(self._begin(name))
            self._streams[name] = made
        return self._streams[name]

    def fork(self, salt: int) -> None:
        """Draw all chance anew from here on; what was drawn before stays as it was."""
        self._salt += f"/{salt}"
        for name, stream in self._streams.items():
            stream.seed(self._begin(name))

    def _is_steady(self, name: str) -> bool:
        every = self.steady
        return "->" in name and (every if isinstance(every, bool) else name in every)

    def _begin(self, name: str) -> int:
        digest = hashlib.sha256(f"{self.seed}/{name}{self._salt}".encode()).digest()
        return int.from_bytes(digest[:16], "big")


class Steady(Random):
    """Chance without any: each draw is the one whose exponential variate is the mean.

    >>> round(Steady().expovariate(1.0), 6)
    1.0
    """

    def random(self) -> float:
        """Return the same as ever."""
        return 0.6321205588285577  # 1 - 1/e
