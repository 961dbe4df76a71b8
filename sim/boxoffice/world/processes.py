"""The processes of a world: each life of a host is one, with a number as its machine would give."""

from itertools import count

from boxoffice.clock.identity import NOBODY, Process
from boxoffice.net.host import current_life


class Processes:
    """Tells which process runs now; numbers are given in the order in which they are asked for."""

    def __init__(self) -> None:
        self._numbers = count(NOBODY.pid + 1)

    def __call__(self) -> Process:
        life = current_life.get()
        if life is None:
            return NOBODY
        life.pid = life.pid or next(self._numbers)
        return Process(life.pid, life.host.name)
