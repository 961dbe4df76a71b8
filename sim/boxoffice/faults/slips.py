"""Names that were mistyped: so near another one, word by word, that hardly both are meant."""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from typing import Final

from boxoffice.nearest import only_counted

NEAR: Final = 0.8  # from which on two words are taken for one that was mistyped
_BETWEEN: Final = (re.compile(r"\."), re.compile(r"[^\w*?>\[\]!]+|_"))
_ANYTHING: Final = ("*", ">")  # stand for any word


def meant(pattern: str, known: Iterable[str], near: float = NEAR) -> str:
    """Return what was meant by a pattern that nothing matches; "" if nothing comes so `near`.

    >>> meant("parcel.canceled", ["parcel.sent", "parcel.cancelled"])
    'parcel.cancelled'
    >>> meant("parcel.created", ["parcel.updated"])
    ''
    """
    names = list(known)
    if any(fnmatchcase(it, pattern) or only_counted(it, pattern) for it in names):
        return ""
    alike = {it: likeness(pattern, it) for it in names}
    best = max(alike, key=lambda it: alike[it], default="")
    return best if best and alike[best] >= near else ""


def likeness(one: str, other: str, between: Sequence[re.Pattern[str]] = _BETWEEN) -> float:
    """Return how much two names are alike, from 0 to 1: as much as their least alike words are.

    >>> likeness("parcel_created", "parcel_created_twice")
    0.0
    """
    # What two names share does not make the words alike in which they differ; and a word more
    # is no slip.
    if not between:
        return _word_likeness(one.lower(), other.lower())
    words, others = (between[0].split(it) for it in (one, other))
    if len(words) == len(others):
        return min(likeness(*pair, between[1:]) for pair in zip(words, others, strict=True))
    if set(words) <= set(others) or set(others) <= set(words):
        return 0.0
    return _word_likeness(one.lower(), other.lower())


def _word_likeness(one: str, other: str) -> float:
    if one in _ANYTHING or other in _ANYTHING or sorted(one) == sorted(other):
        return 1.0  # also where letters have changed places
    return SequenceMatcher(None, one, other).ratio()
