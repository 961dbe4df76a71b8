"""The time limits of many calls are kept by one timer."""

from types import SimpleNamespace

from boxoffice.servers.jetstream.deadlines import Deadlines
from boxoffice.servers.jetstream.hooks import Hooks


class Limit:
    def __init__(self):
        self.told = []

    def reschedule(self, when):
        self.told.append(when)


def test_who_stands_still_is_told_only_once_that_its_time_is_over():
    """A second word, while the first has not been taken in, is refused by asyncio."""
    clock, rings = SimpleNamespace(now_s=0.0), []

    def later(_, ring):
        rings.append(ring)
        return SimpleNamespace(cancel=lambda: None)

    deadlines = Deadlines(Hooks(lambda: clock.now_s, later))
    first, second = Limit(), Limit()
    deadlines.begin(first, 1.0)
    deadlines.begin(second, 2.0)
    for clock.now_s in (1.0, 2.0):
        rings.pop()()
    assert (first.told, second.told, rings) == ([0.0], [0.0], [])
