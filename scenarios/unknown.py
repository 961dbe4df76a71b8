"""What a user names and there is not."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TypeVar

from boxoffice.errors import Misuse

T = TypeVar("T")


class Unknown(Misuse):
    """There is nothing of that name; the message says what comes close."""


def pick(kind: str, name: str, among: Mapping[str, T]) -> T:
    """Return what has a name.  Raises: Unknown."""
    if name in among:
        return among[name]
    close = get_close_matches(name, among, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(among)}"
    raise Unknown(f"there is no {kind} {name!r}; {hint}")
