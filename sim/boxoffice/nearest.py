"""What somebody may have meant by a name that is nowhere."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

_SHOWN = 8  # names, where none is near


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the end of a sentence: the nearest of the known names, or the first of them.

    >>> nearest("curier", ["stock", "courier"])
    "; did you mean 'courier'?"
    >>> nearest("x", ["stock", "courier"])
    '; there are courier, stock'
    """
    names = sorted(set(known))
    close = get_close_matches(name, names, n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    more = ", …" if len(names) > _SHOWN else ""
    return f"; there are {', '.join(names[:_SHOWN])}{more}" if names else ""


def only_counted(one: str, other: str) -> bool:
    """Tell whether two names differ in nothing but their numbers: no slip of anybody's.

    >>> only_counted("queue1", "queue12"), only_counted("queue1", "quue1")
    (True, False)
    """
    numbers = r"[0-9]+"
    return one != other and re.sub(numbers, "0", one) == re.sub(numbers, "0", other)
