"""One seed, and from it as many independent streams as there are names.

A stream depends on the seed and its name alone, so a new one changes no other, and nobody's draws
depend on who drew before.
"""

import hashlib
from random import Random

__all__ = ["Random", "Randomness"]


class Randomness:
    """All chance in a world.

    >>> Randomness(7).stream("ana").random() == Randomness(7).stream("ana").random()
    True
    >>> Randomness(7).stream("ana").random() == Randomness(7).stream("ben").random()
    False
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._streams: dict[str, Random] = {}

    def stream(self, name: str) -> Random:
        """Return the stream of that name, from where it was left."""
        if name not in self._streams:
            digest = hashlib.sha256(f"{self.seed}/{name}".encode()).digest()
            self._streams[name] = Random(int.from_bytes(digest[:16], "big"))
        return self._streams[name]
