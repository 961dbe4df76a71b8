"""Names that were mistyped: so near another one, word by word, that hardly both are meant."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from typing import Final

from boxoffice.nearest import only_counted

NEAR: Final = 0.8  # from which on two words are taken for one that was mistyped
_BETWEEN: Final = re.compile(r"[^\w*?>\[\]!]+|_")
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
    likeness = {it: _likeness(pattern, it) for it in names}
    best = max(likeness, key=lambda it: likeness[it], default="")
    return best if best and likeness[best] >= near else ""


def _likeness(one: str, other: str) -> float:
    # What two names share does not make the words alike in which they differ; and a word more
    # is no slip.
    words, others = (_BETWEEN.split(it.lower()) for it in (one, other))
    if len(words) == len(others):
        return min(map(_word_likeness, words, others))
    if set(words) <= set(others) or set(others) <= set(words):
        return 0.0
    return _word_likeness(one.lower(), other.lower())


def _word_likeness(one: str, other: str) -> float:
    if one in _ANYTHING or other in _ANYTHING or sorted(one) == sorted(other):
        return 1.0  # also where letters have changed places
    return SequenceMatcher(None, one, other).ratio()
