"""What one run was made of, as far as a schedule chose it."""

from collections.abc import Sequence
from dataclasses import dataclass

from boxoffice.search.strategies.partial.touches import Touch


@dataclass(frozen=True, slots=True)
class Step:
    """The arrival of one leg of a message, and all that follows from it until others wait again.

    Legs are numbered as they begin.  `parent` is the step in which this one's began, `before` the
    last that came on the same ordered connection, and `phase` counts how often time has passed.
    `pool` are the legs that might have arrived instead, this one among them, and `to` is a host.
    """

    leg: int
    parent: int | None
    before: int | None
    phase: int
    pool: Sequence[int]
    to: str
    touches: Sequence[Touch]


@dataclass(frozen=True, slots=True)
class Walk:
    """All steps of one run; from the step `blocked` on it was one that had been seen.

    `times` counts how often the story did things together.
    """

    steps: Sequence[Step]
    blocked: int | None = None
    times: int = 0

    @property
    def fresh(self) -> Sequence[Step]:
        """The steps up to where the run was blocked."""
        return self.steps[: self.blocked]
