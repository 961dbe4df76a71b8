"""Wall time, for saying how long a run took.  Nothing inside a world looks at it."""

from time import perf_counter, process_time


class Stopwatch:
    """Runs from the moment it is made."""

    def __init__(self) -> None:
        self._start = perf_counter()

    def elapsed_s(self) -> float:
        """Return the wall seconds since then."""
        return perf_counter() - self._start


def processor_s() -> float:
    """Return the seconds that this process has had of a processor."""
    return process_time()
