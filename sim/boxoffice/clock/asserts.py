"""Stories and invariants judge by `assert`, which Python may have been told to leave out."""

import sys

from boxoffice.misuse import Misuse


class NoAsserts(Misuse):
    """Every assert is left out, and a run would hold whatever happened."""


def insist_on_asserts() -> None:
    """Refuse to judge by what is not there.  Raises: NoAsserts."""
    if sys.flags.optimize:
        raise NoAsserts("python -O leaves out every assert, so nothing would be judged")
