"""Marks of a trace: enough to see whether a later run is the same, and about where it is not."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from boxoffice.trace.trace import Trace

COUNT: Final = 6  # marks of a trace, at equal distances; the last is at its end
DIGITS: Final = 3  # of each mark, in hex: one change in 4,096 is seen only by the next of them


@dataclass(frozen=True, slots=True)
class Marks:
    """Digests of the first sixth of the events, of two sixths, and so on, and how many there are.

    >>> Marks.parse("12:aaabbbcccdddeeefff").ends
    [2, 4, 6, 8, 10, 12]
    """

    events: int
    digests: Sequence[str]

    def __str__(self) -> str:
        return f"{self.events}:{''.join(self.digests)}"

    @classmethod
    def parse(cls, text: str) -> "Marks":
        """Return the marks that a text says.  Raises: ValueError."""
        events, _, digests = text.partition(":")
        if len(digests) != COUNT * DIGITS or not events.isdecimal():
            raise ValueError(f"these are no marks: {text!r}")
        return cls(
            int(events), [digests[at : at + DIGITS] for at in range(0, len(digests), DIGITS)]
        )

    @property
    def ends(self) -> list[int]:
        """Up to which event each mark reaches; that one is not of it."""
        return _ends(self.events, len(self.digests))


def marks_of(trace: Trace) -> Marks:
    """Return the marks of a trace."""
    events = len(trace.events)
    return Marks(events, _digests(trace, _ends(events, COUNT)))


def differs(marks: Marks, trace: Trace) -> str:
    """Say between which events a trace leaves the one that was marked; "" if it never does."""
    now = _digests(trace, marks.ends)
    for nth, (was, is_) in enumerate(zip(marks.digests, now, strict=True)):
        if was != is_:
            first = marks.ends[nth - 1] if nth else 0
            return f"between event {first} and event {marks.ends[nth]}"
    more = len(trace.events) - marks.events
    return f"from event {marks.events} on" if more else ""


def _ends(events: int, count: int) -> list[int]:
    return [events * (nth + 1) // count for nth in range(count)]


def _digests(trace: Trace, ends: Sequence[int]) -> list[str]:
    digest, found, done = hashlib.sha256(), list[str](), 0
    lines = [event.as_json().encode(errors="surrogatepass") for event in trace.events]
    for end in ends:
        for line in lines[done:end]:
            digest.update(line + b"\n")
        done = max(done, end)
        found.append(digest.copy().hexdigest()[:DIGITS] if len(lines) >= end else "")
    return found
