"""A campaign on a Dask cluster that exists: its workers play what this process hands out.

What is sent there is how stories, twins and faults are called, so the workers need the packages
that this process has, and what is named by a file at the same path.  Digests of the code go along:
a worker loads it anew where it has changed, and plays nothing where it is another.
"""

from concurrent.futures import Future
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from traceback import clear_frames
from typing import Any, Final

from boxoffice.commands.asked import Asked
from boxoffice.commands.same_code import Code, OtherCode, code_of_what_is_loaded, take_over
from boxoffice.misuse import Misuse
from boxoffice.search import Plan
from boxoffice.search.played import Played, play
from boxoffice.search.strategies.strategy import Turn

CONNECT_S: Final = 10.0
_one_at_a_time = Lock()  # a process has one world, however many threads a worker has


class OnDask:
    """The workers of the scheduler at an address.

    Raises: Misuse, where there is no Dask, no scheduler or no worker.
    """

    def __init__(self, address: str, asked: Asked) -> None:
        try:
            import distributed
            from distributed.comm.addressing import parse_address
            from distributed.comm.registry import get_backend
        except ImportError:
            raise Misuse("there is no Dask here; say: pip install distributed") from None
        connect: Any = distributed.Client
        known: Any = get_backend
        try:
            # A client would try what is no protocol until its time is over.
            known(parse_address(address)[0])
            self._client = connect(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            # Or a client that is half made would be found by the collector, and wait, anywhere.
            clear_frames(error.__traceback__)
            raise Misuse(f"no Dask scheduler answers at {address}: {error}") from None
        self.at_once = len(self._client.scheduler_info()["workers"])
        if not self.at_once:
            self._client.close()
            raise Misuse(f"the Dask scheduler at {address} has no workers")
        self._pool = self._client.get_executor(pure=False)
        self._asked = replace(asked, scenarios=tuple(map(_absolute, asked.scenarios)))
        self._code = code_of_what_is_loaded()

    def play(self, turn: Turn, is_twice: bool) -> Future[Played]:
        """Have a worker play a turn."""
        played: Future[Played] = self._pool.submit(_play, self._asked, self._code, turn, is_twice)
        return played

    def end(self) -> None:
        """Call off what is still played, and leave the cluster as it was."""
        self._pool.shutdown(wait=False)
        self._client.close()


def _absolute(place: str) -> str:
    file, colons, story = place.partition(".py:")
    return f"{Path(f'{file}.py').resolve()}:{story}" if colons else place


def _play(asked: Asked, code: Code, turn: Turn, is_twice: bool) -> Played:
    from boxoffice.terminal.silence import muted

    with _one_at_a_time, muted():
        return play(_plan(asked, code).of(turn), turn, is_twice)


@lru_cache(maxsize=1)  # of what has been loaded since nothing is to be played
def _plan(asked: Asked, code: Code) -> Plan:
    from boxoffice.commands.naming import names

    try:
        take_over(code)
        return asked.plan(names())
    except (Misuse, OtherCode) as error:
        raise Misuse(f"on the worker: {error}") from None
