"""Several processes that play cases side by side; those of this machine, if no others are named.

They are copies of this one, made once all is loaded: what is played need not be written down to be
handed over, and a system that stands in a test or in a notebook is searched as well.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from itertools import count
from multiprocessing import get_context
from typing import Final, Protocol
from zlib import crc32

from boxoffice.clock.ambient import ready
from boxoffice.misuse import Misuse
from boxoffice.search.case import Case
from boxoffice.search.played import Played, play
from boxoffice.search.strategies.strategy import Turn

AHEAD: Final = 2  # cases of each process that are handed out before one is done

_make: Callable[[Turn], Case] | None = None
_lasting = ExitStack()  # what answers in worlds stays in place from one run to the next


def processors() -> int:
    """Return how many processes can run side by side here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Players(Protocol):
    """Who plays the cases that are handed out: `at_once` of them side by side."""

    at_once: int

    def play(self, turn: Turn, is_twice: bool) -> Future[Played]:
        """Have the case of a turn played, twice where that is asked for."""

    def end(self) -> None:
        """End what is still played."""


def played(
    make: Callable[[Turn], Case],
    turns: Iterable[Turn | None],
    jobs: int = 1,
    twice: int = 0,
    players: Players | None = None,
) -> Iterator[Played]:
    """Yield what came of each case, as `make` has it by its turn, in whichever order they end.

    Without `players` it is `jobs` processes of this machine that play.
    One of `twice` cases is played twice, and compared; none, if that is 0.  No turn means that the
    next depends on what is under way.  Whoever closes the iterator ends what is still played.
    Raises: Misuse, for a process that died.
    """
    nth = count()
    if players is None and jobs == 1:
        with ready():
            for turn in turns:
                assert turn is not None, "nothing is under way that it could wait for"
                yield play(make(turn), turn, _is_twice(next(nth), twice))
        return
    handed_to = players or _Copies(make, jobs)
    yield from _side_by_side(handed_to, iter(turns), lambda: _is_twice(next(nth), twice))


def _side_by_side(
    players: Players, turns: Iterator[Turn | None], is_twice: Callable[[], bool]
) -> Iterator[Played]:
    running: set[Future[Played]] = set()
    try:
        for turn in turns:
            if turn is not None:
                running.add(players.play(turn, is_twice()))
            elif running:
                yield from _done(running)
            while len(running) >= players.at_once * AHEAD:
                yield from _done(running)
        while running:
            yield from _done(running)
    except BrokenProcessPool as error:
        raise Misuse(f"a process that played runs has died: {error}") from None
    finally:
        players.end()


class _Copies:
    """Copies of this process."""

    def __init__(self, make: Callable[[Turn], Case], jobs: int) -> None:
        global _make
        _make = make
        self.at_once = jobs
        self._pool = ProcessPoolExecutor(jobs, mp_context=get_context("fork"), initializer=_begin)

    def play(self, turn: Turn, is_twice: bool) -> Future[Played]:
        return self._pool.submit(_play, turn, is_twice)

    def end(self) -> None:
        global _make
        for process in list((self._pool._processes or {}).values()):
            process.terminate()
        self._pool.shutdown(wait=True, cancel_futures=True)
        _make = None


def _done(running: set[Future[Played]]) -> Iterator[Played]:
    done, _ = wait(running, return_when=FIRST_COMPLETED)
    running -= done
    yield from (it.result() for it in done)


def _begin() -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is asked to stop ends them
    _lasting.enter_context(ready())


def _play(turn: Turn, is_twice: bool) -> Played:
    assert _make is not None, "it was set before this process was made"
    return play(_make(turn), turn, is_twice)


def _is_twice(nth: int, twice: int) -> bool:
    # One of each `twice` in a row, but in no rhythm: scenarios and strategies take turns, so that
    # each twentieth might be one's for ever.
    if not twice:
        return False
    row, place = divmod(nth, twice)
    return place == crc32(b"%d" % row) % twice
