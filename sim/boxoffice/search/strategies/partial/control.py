"""Messages in a pool, from which a schedule takes one at a time, while no time passes.

Timers go off when the pool is empty, so that nothing is ever late; that is part of the scope.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from boxoffice.clock.randomness import Random, Steady
from boxoffice.net.host import Host
from boxoffice.net.pushes import Lane
from boxoffice.search.strategies.partial.arrivals import Arrivals
from boxoffice.search.strategies.partial.noticing import notice
from boxoffice.search.strategies.partial.steps import Step, Walk
from boxoffice.search.strategies.partial.touches import Place, Touch, conflict

if TYPE_CHECKING:
    from boxoffice.world.world import World

_asked: ContextVar[bool] = ContextVar("asked", default=False)  # by those who act together


@dataclass(slots=True)
class _Leg:
    number: int
    to: Host
    delay_s: float
    callback: Callable[..., object]
    args: tuple[Any, ...]
    context: Context
    parent: int | None
    lane: Lane | None
    at_once: bool


class Control:
    """The course of one run."""

    def __init__(self, arrivals: Arrivals, world: "World") -> None:
        self._arrivals = arrivals
        self._loop = world.loop
        self._servers = frozenset(world.backends.hosts)
        self._choices = dict(arrivals.choices)
        self._asleep: Mapping[int, tuple[Touch, ...]] = arrivals.asleep
        self._pool: dict[int, _Leg] = {}
        self._steps: list[Step] = []
        self._touches: list[Touch] = []
        self._last_on: dict[Lane, int] = {}
        self._empty = asyncio.Event()
        self._legs = self._times = self._phase = 0
        self._at_s = 0.0
        self._open = self._ringing = False
        self._blocked: int | None = None
        world.network.travel_to = lambda host: partial(self._carry, host)
        notice(world, self._noticed)

    # --- as a course --------------------------------------------------------------------------

    def link(self, name: str) -> Random:
        """Return chance without whims, for when nothing is scheduled."""
        return Steady()

    def together(self) -> AbstractAsyncContextManager[object]:
        """Return what is entered while several things are done in the same instant."""
        self._times += 1
        return self._scheduled() if self._times == self._arrivals.nth else nullcontext()

    def again(self) -> Arrivals:
        """Return the schedule that plays this run again."""
        places = [(nth, it.pool.index(it.leg)) for nth, it in enumerate(self._steps)]
        return Arrivals(
            self._arrivals.nth, tuple(it for it in places if it[1]), self._arrivals.whole
        )

    def went(self) -> Walk:
        """Return the steps that there were."""
        return Walk(self._steps, self._blocked, self._times)

    # --- the pool -----------------------------------------------------------------------------

    @asynccontextmanager
    async def _scheduled(self) -> AsyncIterator[None]:
        self._open, self._at_s = True, self._loop.time()
        token = _asked.set(True)
        try:
            yield
            await self._nothing_moves()
        finally:
            _asked.reset(token)
            self._end_step()
            self._open = False

    async def _nothing_moves(self) -> None:
        self._empty.clear()
        self._ring()
        await self._empty.wait()

    def _carry(self, to: Host, delay_s: float, callback: Callable[..., object], *args: Any) -> None:
        if not self._open:
            self._loop.call_later(delay_s, callback, *args)
            return
        lane = getattr(callback, "__self__", None)
        passed = self._loop.time() > self._at_s  # and a timer went off, or none of this would be
        self._pool[self._legs] = _Leg(
            self._legs,
            to,
            delay_s,
            callback,
            args,
            copy_context(),
            len(self._steps) - 1 if self._steps and not passed else None,
            lane if isinstance(lane, Lane) else None,
            at_once=not (self._arrivals.whole or _asked.get()),
        )
        self._legs += 1
        self._ring()

    def _ring(self) -> None:
        if not self._ringing:
            self._ringing = True
            self._loop.call_later(0.0, self._rang)

    def _rang(self) -> None:
        self._ringing = False
        if self._loop.env.peek() <= self._loop.time():  # something else is due at this moment
            return self._ring()
        if not self._pool:
            return self._empty.set()
        ready = self._ready()
        at_once = next((it for it in ready if it.at_once), None)
        if at_once is None:
            self._begin_step(ready)
        else:
            self._arrive(at_once)
        self._ring()

    def _ready(self) -> list[_Leg]:
        """The legs that can arrive: of those on one ordered connection, the first."""
        found, seen = list[_Leg](), set[int]()
        for leg in self._pool.values():
            if leg.lane is None or id(leg.lane) not in seen:
                found.append(leg)
            if leg.lane is not None:
                seen.add(id(leg.lane))
        return found

    def _arrive(self, leg: _Leg) -> None:
        del self._pool[leg.number]
        if leg.to.name in self._servers:
            before = len(self._touches)
            self._call(leg)
            if len(self._touches) == before:  # nobody knows what it does there
                self._touches.append(Place((leg.to.name,)))
        else:
            self._call(leg)

    def _call(self, leg: _Leg) -> None:
        try:
            leg.context.run(leg.callback, *leg.args)
        except Exception as error:  # as a loop does with what it calls
            told = {"message": f"{leg.callback!r} failed", "exception": error}
            self._loop.call_exception_handler(told)

    # --- steps --------------------------------------------------------------------------------

    def _begin_step(self, ready: list[_Leg]) -> None:
        self._end_step()
        nth, now_s = len(self._steps), self._loop.time()
        if now_s > self._at_s:
            self._at_s, self._phase = now_s, self._phase + 1
        leg = self._chosen(nth, ready)
        before = None if leg.lane is None else self._last_on.get(leg.lane)
        pool = tuple(it.number for it in ready)
        self._steps.append(Step(leg.number, leg.parent, before, self._phase, pool, leg.to.name, ()))
        if leg.lane is not None:
            self._last_on[leg.lane] = nth
        self._arrive(leg)

    def _chosen(self, nth: int, ready: list[_Leg]) -> _Leg:
        if nth in self._choices:
            return ready[min(self._choices[nth], len(ready) - 1)]
        if nth < self._arrivals.until:
            return ready[0]
        awake = [it for it in ready if it.number not in self._asleep]
        if not awake and self._blocked is None:
            self._blocked = nth
        return (awake or ready)[0]

    def _end_step(self) -> None:
        touches, self._touches = tuple(self._touches), []
        if not self._steps:
            return
        nth = len(self._steps) - 1
        if not self._steps[nth].touches:
            self._steps[nth] = replace(self._steps[nth], touches=touches)
        if nth >= self._arrivals.until and self._asleep:
            self._asleep = {
                number: theirs
                for number, theirs in self._asleep.items()
                if number != self._steps[nth].leg and not conflict(theirs, touches)
            }

    def _noticed(self, touch: Touch) -> None:
        if self._open:
            self._touches.append(touch)
