"""Wall time, for saying how long a run took.  Nothing inside a world looks at it."""

from time import perf_counter


class Stopwatch:
    """Runs from the moment it is made."""

    def __init__(self) -> None:
        self._start = perf_counter()

    def elapsed_s(self) -> float:
        """Return the wall seconds since then."""
        return perf_counter() - self._start
