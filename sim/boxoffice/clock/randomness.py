"""One seed, and from it as many independent streams as there are names.

A stream depends on the seed and its name alone, so a new one changes no other, and nobody's draws
depend on who drew before.
"""

import hashlib
from collections.abc import Container
from contextlib import AbstractAsyncContextManager, nullcontext
from random import Random
from typing import Any, Protocol

__all__ = ["Course", "Random", "Randomness", "Steady"]


class Course(Protocol):
    """Decides over all links of one run, in place of chance."""

    def link(self, name: str) -> Random:
        """Return what a link, `from->to`, asks how long a message travels."""

    def together(self) -> AbstractAsyncContextManager[object]:
        """Return what is entered while several things are done in the same instant."""

    def again(self) -> Any:
        """Return the schedule that plays the run again."""

    def went(self) -> Any:
        """Return what is to be learnt from the run; it is sent from one process to another."""


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
        self.course: Course | None = None  # where a schedule decides over links
        self._salt = ""
        self._streams: dict[str, Random] = {}

    def stream(self, name: str) -> Random:
        """Return the stream of that name, from where it was left."""
        if name not in self._streams:
            self._streams[name] = self._made(name)
        return self._streams[name]

    def together(self) -> AbstractAsyncContextManager[object]:
        """Return what is entered while several things are done in the same instant."""
        return nullcontext() if self.course is None else self.course.together()

    def fork(self, salt: int, freely: bool = False) -> None:
        """Draw all chance anew from here on; what was drawn before stays as it was.

        Where it is done `freely`, links that were steady have whims from here on.
        """
        self._salt += f"/{salt}"
        self.steady = self.steady and not freely
        for name, stream in self._streams.items():
            stream.seed(self._begin(name))
            if freely and isinstance(stream, Steady):
                stream.is_freed = True

    def _made(self, name: str) -> Random:
        if "->" in name:
            if self.course is not None and not self._salt:  # which is for what is drawn anew
                return self.course.link(name)
            every = self.steady
            if every if isinstance(every, bool) else name in every:
                return Steady()
        return Random(self._begin(name))

    def _begin(self, name: str) -> int:
        digest = hashlib.sha256(f"{self.seed}/{name}{self._salt}".encode()).digest()
        return int.from_bytes(digest[:16], "big")


class Steady(Random):
    """Chance without any: each draw is the one whose exponential variate is the mean.

    Once it is freed it is chance.

    >>> round(Steady().expovariate(1.0), 6)
    1.0
    """

    is_freed = False

    def random(self) -> float:
        """Return the same as ever."""
        return super().random() if self.is_freed else 0.6321205588285577  # 1 - 1/e
