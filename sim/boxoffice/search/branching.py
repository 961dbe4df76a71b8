"""Futures of one run: it is played once, and at each of some moments the process is copied.

Each copy draws all chance anew from there on, and plays to the end; the run itself goes on.  What
was before the moment is shared, and costs nothing again.  Where no process can be copied, each
future is played from its beginning.
"""

import asyncio
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from boxoffice.misuse import Misuse
from boxoffice.search.case import Case, fallen
from boxoffice.world.run import run
from boxoffice.world.world import World

# The real one, where there is one: inside a world os has another.
fork: Callable[[], int] | None = getattr(os, "fork", None)
Future = tuple[float, int]  # a moment, in virtual seconds, and the salt of its chance


class Fate(NamedTuple):
    """What came of a future: what fell, and of which trace it was; "" for one without."""

    fell: tuple[str, ...]
    trace: str


@dataclass
class _Branches:
    """The copies of a process.  `mine` is the future that this copy plays; None in the first."""

    futures: Mapping[float, Sequence[int]]
    jobs: int
    freely: bool
    mine: Future | None = None
    fates: dict[Future, Fate] = field(default_factory=dict)
    _running: dict[int, tuple[Future, int]] = field(default_factory=dict)  # by pipe: whose, process
    _pipe: int = -1

    def begin(self, world: World) -> None:
        for moment_s in sorted(self.futures):
            world.loop.call_at(moment_s, self._branch, world, moment_s)

    def _branch(self, world: World, moment_s: float) -> None:
        if self.mine is not None:
            return
        for salt in self.futures[moment_s]:
            while len(self._running) >= self.jobs:
                self._collect_one()
            reads, writes = os.pipe()
            assert fork is not None, "without it nobody asks for copies"
            process = fork()
            if process == 0:
                os.close(reads)
                self.mine, self._pipe, self._running = (moment_s, salt), writes, {}
                # asyncio takes a copied process for one in which no loop runs.
                asyncio._set_running_loop(world.loop)
                world.randomness.fork(salt, self.freely)
                return
            os.close(writes)
            self._running[reads] = (moment_s, salt), process

    def _collect_one(self) -> None:
        pipe, (future, process) = next(iter(self._running.items()))
        del self._running[pipe]
        with os.fdopen(pipe, "rb") as file:
            said = file.read()
        os.waitpid(process, 0)
        if not said:
            raise Misuse(f"a process that played the future of {future[0]:.3f} s has died")
        fell, trace = json.loads(said)
        self.fates[future] = Fate(tuple(fell), trace)

    def collect(self) -> None:
        while self._running:
            self._collect_one()

    def tell(self, fate: Fate) -> None:
        """Tell what came of this copy's future, and end the copy."""
        os.write(self._pipe, json.dumps(fate).encode())
        os._exit(0)


def futures(
    case: Case,
    wanted: Mapping[float, Sequence[int]],
    jobs: int = 1,
    freely: bool = False,
    copied: bool = fork is not None,
) -> dict[Future, Fate]:
    """Return what comes of each future: of each moment, in virtual seconds, for each of its salts.

    It is what `Case.play` with a tape of that fork finds, save that links which the tape keeps
    steady have whims from the moment on, if it is done `freely`.  A moment after the end of the
    run has no futures.  Those that are not `copied` are played in this process, one by one.
    Raises: Misuse, if a process dies; and what the run raises.
    """
    if not copied:
        return _anew(case, wanted, freely)
    branches = _Branches(wanted, jobs, freely)
    try:
        outcome = _played(case, branches)
        fate = Fate(fallen(outcome), outcome.trace.sha256() if branches.mine else "")
    except Exception as error:
        if branches.mine is None:
            raise
        fate = Fate((type(error).__name__,), "")
    if branches.mine is not None:
        branches.tell(fate)
    branches.collect()
    return branches.fates


def _played(case: Case, branches: _Branches) -> Any:
    return run(
        case.scenario,
        case.seed,
        case.bug,
        case.faults,
        case.size,
        begun=branches.begin,
        tape=case.tape,
    )


def _anew(case: Case, wanted: Mapping[float, Sequence[int]], freely: bool) -> dict[Future, Fate]:
    each = ((moment_s, salt) for moment_s in sorted(wanted) for salt in wanted[moment_s])
    fates = {future: _fate(case, future, freely) for future in each}
    return {future: fate for future, fate in fates.items() if fate is not None}


def _fate(case: Case, future: Future, freely: bool) -> Fate | None:
    """Play a future from its beginning; None, if the run ends before its moment."""
    moment_s, salt = future
    begun = list[World]()

    def begin(world: World) -> None:
        begun.append(world)
        world.loop.call_at(moment_s, world.randomness.fork, salt, freely)

    try:
        outcome = case.play(begun=begin)
    except Exception as error:
        if not begun:
            raise
        return Fate((type(error).__name__,), "")
    ended = outcome.virtual_s < moment_s
    return None if ended else Fate(fallen(outcome), outcome.trace.sha256())
