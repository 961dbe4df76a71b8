"""When a fault strikes: by rule (this message, this moment), by seeded share, or both."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from boxoffice.faults.patterns import ANY, is_like, matches


@dataclass(frozen=True, slots=True)
class When:
    """Which occasions a fault takes.

    `of` and `at` are patterns (`parcel.*`) for what the occasion is about and where it goes to;
    `by` is one for the host or the service that causes it, as far as one does.
    `share` is the part of the matching occasions that is struck, drawn from the seed; `nth` strikes
    only these of them, counted from 1; `from_s` and `until_s` bound the virtual time, in seconds.
    Raises: ValueError, for a share that is not from 0 to 1, and for what no occasion can be.

    >>> When(of="work.*").takes("work.ship", at="courier")
    True
    """

    of: str = ANY
    at: str = ANY
    share: float = 1.0
    nth: Sequence[int] = ()
    from_s: float = 0.0
    until_s: float = float("inf")
    by: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.share, int | float) or not 0.0 <= self.share <= 1.0:
            raise ValueError(f"share must be from 0 to 1, not {self.share!r}")
        for name in ("of", "at", "by"):
            if not isinstance(getattr(self, name), str):
                raise ValueError(f"{name} is one pattern, not {getattr(self, name)!r}")
        if isinstance(self.nth, int) or not all(isinstance(it, int) and it > 0 for it in self.nth):
            raise ValueError(f"nth is a list of numbers from 1 on, not {self.nth!r}")
        for name in ("from_s", "until_s"):
            if not isinstance(getattr(self, name), int | float):
                raise ValueError(f"{name} is a number of seconds, not {getattr(self, name)!r}")
        if not self.from_s < self.until_s or self.until_s <= 0.0:
            raise ValueError(f"no time lies from {self.from_s} to {self.until_s}")

    def takes(self, of: str, at: str, also: Sequence[str] = (), by: Sequence[str] = ()) -> bool:
        """Tell whether an occasion is of this kind, whenever it is.

        `also` are further names of what it is about, and `by` those of whoever causes it.
        """
        if not is_like(at, self.at) or not (is_like(of, self.of) or matches(self.of, also)):
            return False
        return not self.by or any(is_like(it, self.by) for it in by)


class Occasion(Enum):
    """What a fault may strike, which tells what its patterns are held against: of, at and by."""

    CALL = "call"  # the driver's method, see `patterns`; the host called; the caller
    MESSAGE = "message"  # the subject; the consumer; the publisher
    EVENT = "event"  # what an event of the trace is about; its consumer, or its host; whose doing
