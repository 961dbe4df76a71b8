"""A world held open: each thing awaited in it lets just as much of its time pass as it takes."""

from collections.abc import Awaitable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import Context
from typing import TYPE_CHECKING, Any, TypeVar

from boxoffice.clock.ambient import ready
from boxoffice.trace.keeping import Keeping, kept
from boxoffice.trace.outcome import Outcome
from boxoffice.trace.verdict import Judgement, merged
from boxoffice.world.calm import calm
from boxoffice.world.complaints import with_complaints
from boxoffice.world.judging import judged
from boxoffice.world.playing import judge_story
from boxoffice.world.run import outcome_of, unhandled_errors
from boxoffice.world.scenario import Scenario
from boxoffice.world.twin import Twin
from boxoffice.world.world import World

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")


class Held:
    """An open world, for a REPL, a notebook's cell or a state machine of Hypothesis.

    >>> from fastapi import FastAPI
    >>> from boxoffice import System
    >>> system = System("pages")
    >>> system.service("front", lambda drivers: FastAPI(), route="/")
    >>> with system.world(seed=7) as world:
    ...     world.do(world.client("Ann").get("/")).status_code
    404
    """

    def __init__(self, world: World, bug: Twin | None = None) -> None:
        self.world = world
        self._bug = bug
        self._context = Context()

    def do(self, deed: Awaitable[T]) -> T:
        """Let time pass until a deed is done; return what came of it.

        Raises: what the deed raises; boxoffice.clock.stuck.Stuck, if nothing is left to happen.
        """

        async def done() -> T:
            return await deed

        return self._play(done())

    def client(self, person: str) -> "httpx.AsyncClient":
        """Return somebody's HTTP client; what it does is awaited by `do`."""
        return self.world.client(person)

    def passes(self, seconds: float) -> None:
        """Let so many seconds of virtual time pass."""
        self._play(self.world.passes(seconds))

    def quiet(self) -> bool:
        """Let time pass until nothing is in motion; return whether it came to that."""
        return self._play(self.world.quiet())

    def judge(self) -> list[Judgement]:
        """Heal everything, let the world come to rest, and return what it shows of each invariant.

        The last judgement, `story`, is violated by errors that nobody took care of.
        Raises: Misuse, if nothing else is wrong and a fault, unless it was drawn, or a webhook is
        for what is nowhere.
        """

        async def played() -> list[list[Judgement]]:
            rounds = [judged(self.world.system, (), it) async for it in calm(self.world)]
            self.world.listen_for_dead_tasks()
            return rounds

        found = [*merged(self._play(played())), judge_story(unhandled_errors(self.world))]
        meant = [it for it in self.world.faults.each if it.give_up is None]
        return with_complaints(found, self.world, meant)

    def outcome(self, name: str, says: str = "", judged: Sequence[Judgement] = ()) -> Outcome:
        """Return all that is known so far, as of a run of that name: for pictures and reports."""
        told = Scenario(name, says or name, _told, (), (), (), self.world.system, self.world.seed)
        return outcome_of(told, self.world, judged, self._bug)

    def _play(self, script: Coroutine[Any, Any, T]) -> T:
        return self._context.run(self._played, script)

    def _played(self, script: Coroutine[Any, Any, T]) -> T:
        # No longer than time passes here: whatever else is played meanwhile has its defence.
        with self._bug.in_place() if self._bug else nullcontext(), self.world.inside():
            return self.world.loop.run_until_complete(script)

    def _end(self) -> None:
        with self.world.inside():
            self.world.end()


async def _told(world: Any, size: int) -> None:
    """What is awaited in a world that is held open stands in no story."""


@contextmanager
def held(world: World, trace: Keeping = True, bug: Twin | None = None) -> Iterator[Held]:
    """Start a world, and end it afterwards, also where it does not start."""
    world.trace.events = kept(trace)
    open_ = Held(world, bug)
    with ready():
        try:
            open_._play(world.start())
            yield open_
        finally:
            open_._context.run(open_._end)
