"""Several processes that play cases side by side; those of this machine, if no others are named.

They are copies of this one, made once all is loaded: what is played need not be written down to be
handed over, and a system that stands in a test or in a notebook is searched as well.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from itertools import count
from typing import Final, Protocol
from zlib import crc32

from boxoffice.clock.ambient import ready
from boxoffice.misuse import Misuse
from boxoffice.search.case import Case
from boxoffice.search.copies import copies, end
from boxoffice.search.mishap import in_a_line
from boxoffice.search.played import Played, play
from boxoffice.search.strategies.strategy import Turn

AHEAD: Final = 2  # cases of each process that are handed out before one is done
NAMED: Final = 8  # cases that were handed out when a process died

_make: Callable[[Turn], Case] | None = None


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
    Raises: Misuse, for a process that died: the message names what it may have played.
    """
    nth = count()
    if players is None and jobs == 1:
        with ready():
            for turn in turns:
                assert turn is not None, "nothing is under way that it could wait for"
                yield play(make(turn), turn, _is_twice(next(nth), twice))
        return
    handed_to = players or _Copies(make, jobs)
    side_by_side = _SideBySide(handed_to, make)
    try:
        yield from side_by_side.played(iter(turns), lambda: _is_twice(next(nth), twice))
    finally:
        handed_to.end()


class _SideBySide:
    def __init__(self, players: Players, make: Callable[[Turn], Case]) -> None:
        self._players, self._make = players, make
        self._running: dict[Future[Played], Turn] = {}

    def played(
        self, turns: Iterator[Turn | None], is_twice: Callable[[], bool]
    ) -> Iterator[Played]:
        for turn in turns:
            if turn is not None:
                with self._naming_what_died():
                    self._running[self._players.play(turn, is_twice())] = turn
            elif self._running:
                yield from self._done()
            while len(self._running) >= self._players.at_once * AHEAD:
                yield from self._done()
        while self._running:
            yield from self._done()

    def _done(self) -> Iterator[Played]:
        done, _ = wait(self._running, return_when=FIRST_COMPLETED)
        for it in [it for it in self._running if it in done]:
            with self._naming_what_died():
                run = it.result()
            del self._running[it]
            yield run

    @contextmanager
    def _naming_what_died(self) -> Iterator[None]:
        try:
            yield
        except Misuse:
            raise
        except Exception as error:  # a run's own is no error here, but a finding
            # They are taken up in the order in which they were handed out.
            cases = [*map(self._make, self._running.values())]
            named = [f"{case.scenario.name} on seed {case.seed}" for case in cases[:NAMED]]
            more = f", and {len(cases) - NAMED} more" if len(cases) > NAMED else ""
            said = f"what played runs has died: {in_a_line(error).rstrip('.')}"
            raise Misuse(f"{said}; one of these was played: {', '.join(named)}{more}") from error


class _Copies:
    """Copies of this process."""

    def __init__(self, make: Callable[[Turn], Case], jobs: int) -> None:
        global _make
        _make = make
        self.at_once = jobs
        self._pool = copies(jobs)

    def play(self, turn: Turn, is_twice: bool) -> Future[Played]:
        return self._pool.submit(_play, turn, is_twice)

    def end(self) -> None:
        global _make
        end(self._pool)
        _make = None


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
