"""Machines so busy that what a service gives to a thread is done late."""

from typing import Any

from boxoffice.clock.randomness import Random
from boxoffice.faults.amounts import seconds
from boxoffice.faults.schedule import Fault, When
from boxoffice.faults.spelled import reproducible_repr


class _SlowThreads(Fault):
    name = "slow-threads"
    lasts = True
    _random: Random

    def __init__(self, when: When, by_s: float) -> None:
        super().__init__(when)
        self._by_s = by_s

    def thread_s(self, function: str, host: str, service: str, now_s: float) -> float:
        if not self.injects(function, host, now_s, by=(host, service)):
            return 0.0
        return self._random.uniform(0.0, self._by_s)


@reproducible_repr
def slow_threads(by_s: float = 1.0, **when: Any) -> Fault:
    """Let what a service gives to a thread take up to `by_s` seconds; else it takes no time.

    `of` is the function's name, as of `asyncio.to_thread(resized, picture)`, and `by` the service
    or its host.  Whoever awaits it does something else meanwhile, and so does everybody else.
    """
    seconds(by_s=by_s)
    return _SlowThreads(When(**when), by_s)
