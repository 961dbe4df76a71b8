"""An asyncio event loop whose only clock is a SimPy environment.

A coroutine's `asyncio.sleep(900)` and a SimPy process's `env.timeout(900)` wait in one queue, so
models in plain SimPy live beside real services.  Nothing waits in real time, and what is ready at
one moment runs in the order in which it became ready: one seed, one run.

    >>> import asyncio, simpy
    >>> loop = SimLoop(simpy.Environment())
    >>> loop.run_until_complete(asyncio.sleep(900, "a quarter of an hour later"))
    'a quarter of an hour later'
    >>> loop.time()
    900.0
"""

import asyncio
from asyncio import events
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterable
from contextvars import Context, copy_context
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

import simpy
from simpy.events import NORMAL

from boxoffice.clock.executor import done_inline
from boxoffice.clock.handles import FEW, Alarm, Handle, PacedAlarm, forget_cancelled
from boxoffice.clock.limits import Limits, Progress
from boxoffice.clock.nesting import nested
from boxoffice.clock.refused import REFUSED
from boxoffice.clock.sandbox import forbidden
from boxoffice.clock.stuck import Endless, Stuck
from boxoffice.clock.tasks import SimFuture, SimTask
from boxoffice.clock.threads import inline
from boxoffice.clock.unawaited import listening
from boxoffice.clock.waiting import Whose, also_at, coroutine_of, still, task_of

T = TypeVar("T")

if TYPE_CHECKING:
    _Loop = Any  # typeshed calls every method abstract, also those that a loop may do without
else:
    _Loop = asyncio.AbstractEventLoop


class SimLoop(_Loop):  # type: ignore[misc]
    """Runs coroutines in the virtual time of `env`, in seconds.

    It may run while another loop is running in the same thread, as in a Jupyter cell.
    `on_task` is called with every task that is made, and `on_unawaited` is told in words of what
    was dropped and never awaited.  `whose` tells in words whose a task is, and `thread_s` for how
    many seconds a thread is at the function of a name.
    `limits` are how much may happen before a run is taken for endless.
    """

    def __init__(self, env: simpy.Environment) -> None:
        self.env = env
        self.on_task: Callable[[asyncio.Task[Any]], None] = lambda task: None
        self.whose: Whose = lambda task: (coroutine_of(task), ())
        self.on_unawaited: Callable[[str], None] = lambda said: None
        self.thread_s: Callable[[str], float] = lambda function: 0.0
        self.limits = Limits()
        self.unhandled_errors: list[dict[str, Any]] = []  # what no task or callback took care of
        self.task_numbers, self.future_numbers = count(1), count(1)  # to lie in sets by
        self._names = count(1)
        self._ready: deque[Handle] = deque()
        self._queue: Any = env._queue  # of SimPy's: (moment, priority, number, event)
        self._crowd = FEW
        self._running = False
        self._closed = False
        plain = type(env).step is simpy.Environment.step
        self._alarm: Callable[..., Alarm] = Alarm if plain else partial(PacedAlarm, self._call)
        self.create_future: Callable[[], asyncio.Future[Any]] = partial(SimFuture, loop=self)

    # --- time -------------------------------------------------------------------------------

    def time(self) -> float:
        return float(self.env._now)

    def call_soon(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Handle:
        handle = Handle(callback, args, copy_context() if context is None else context)
        self._ready.append(handle)
        return handle

    call_soon_threadsafe = call_soon  # there are no other threads

    def call_again(self, handles: Iterable[Handle]) -> None:
        """Call soon what was held back."""
        self._ready.extend(handles)

    def call_later(
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> Handle:
        env = self.env
        alarm = self._alarm(callback, args, copy_context() if context is None else context)
        # As `env.schedule` does, of which there is one for each call that is not at once.
        alarm.at = at = env._now + delay if delay > 0 else env._now
        queue = self._queue
        heappush(queue, (at, NORMAL, next(env._eid), alarm))
        if len(queue) > self._crowd:
            self._crowd = forget_cancelled(queue)
        return alarm

    def call_at(
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> Handle:
        return self.call_later(when - self.env._now, callback, *args, context=context)

    # --- running ----------------------------------------------------------------------------

    def run_until_complete(self, future: Awaitable[T]) -> T:
        """Run until `future` is done.  Raises: Stuck, Endless, and whatever the future raises."""
        task = asyncio.ensure_future(future, loop=self)
        try:
            self._run(task.done, task)
        except Endless:
            task.cancel()  # else it goes on when the loop runs again, to end what else there is
            raise
        return task.result()

    def run_until(self, moment: float) -> None:
        """Run everything that happens up to `moment`."""
        alarm = self.create_future()
        self.call_at(moment, alarm.set_result, None)
        self._run(alarm.done)

    def _run(self, done: Callable[[], bool], awaited: Any = None) -> None:
        if self._running:
            raise RuntimeError("this loop is running already")
        patches = inline(is_ours)
        patches.enter()
        self._running = True
        try:
            with nested(self, self._close), listening(self, self.on_unawaited):
                self._play(done, awaited)
        finally:
            self._running = False
            patches.leave()

    def _close(self, left: AsyncGenerator[Any, Any]) -> None:
        # As asyncio does: its `finally` may await, so that it takes a task to end it.
        self.call_soon(lambda: self.create_task(left.aclose()))

    def _play(self, done: Callable[[], bool], awaited: Any) -> None:
        # What is ready is called here and not by `_call`: it is what a loop does all day.
        env, ready, progress = self.env, self._ready, Progress(self.env, self.limits)
        queue, popleft = self._queue, ready.popleft
        calls = look = 0
        while not done():
            while ready:
                calls += len(ready)
                for _ in range(len(ready)):
                    handle = popleft()
                    if (callback := handle.callback) is not None:
                        try:
                            handle.context.run(callback, *handle.args)
                        except BaseException as error:
                            self._failed(callback, error)
                if calls >= look:
                    look = self._look(progress, calls, awaited)
            if done():
                return
            calls += 1
            if calls >= look:
                look = self._look(progress, calls, awaited)
            if queue and type(queue[0][3]) is Alarm:  # as `env.step` does, with less ado
                env._now, _, _, handle = heappop(queue)
                self._call(handle)
            else:
                self._step(awaited)

    def _step(self, awaited: Any) -> None:
        try:
            self.env.step()
        except simpy.core.EmptySchedule:
            raise Stuck(self._why_stuck(awaited)) from None

    def _call(self, handle: Handle) -> None:
        if (callback := handle.callback) is not None:
            try:
                handle.context.run(callback, *handle.args)
            except BaseException as error:
                self._failed(callback, error)

    def _failed(self, callback: Callable[..., object], error: BaseException) -> None:
        if isinstance(error, SystemExit | KeyboardInterrupt):
            raise error
        self.call_exception_handler({"message": f"{callback!r} failed", "exception": error})

    def _look(self, progress: Progress, calls: int, awaited: Any) -> int:
        why = progress.endless(calls)
        if why:
            # Where time stands still, who is ready keeps it there; else somebody is waited for.
            at_once = [task_of(it.callback) for it in self._ready] if progress.stands_still else []
            raise Endless(why + still(next(filter(None, at_once), awaited), self.whose))
        return calls + progress.between

    def _why_stuck(self, awaited: Any) -> str:
        errors = [f"{it.get('exception') or it['message']!r}" for it in self.unhandled_errors]
        before = f", and nobody took care of {', '.join(errors)}" if errors else ""
        others = asyncio.all_tasks(self) - {awaited}
        waits = f"{still(awaited, self.whose)}{also_at(others, self.whose)}"
        return f"nothing is left to happen{before}{waits}"

    def is_running(self) -> bool:
        return self._running

    def is_closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        self._closed = True
        self._ready.clear()

    async def shutdown_asyncgens(self) -> None:
        """There are none to shut down: each is closed when it is let go."""

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """There is no executor: threads run inline."""

    # --- futures, tasks, threads --------------------------------------------------------------

    def create_task(
        self,
        coro: Coroutine[Any, Any, T],
        *,
        name: str | None = None,
        context: Context | None = None,
        **options: Any,
    ) -> asyncio.Task[T]:
        name = name or f"Task-{next(self._names)}"  # asyncio's own count outlives a run
        task = SimTask(coro, loop=self, name=name, context=context, **options)
        hash(task)  # which gives it its number
        self.on_task(task)
        return task

    def get_task_factory(self) -> None:
        return None

    def set_task_factory(self, factory: object) -> None:
        """Take none.  Raises: NotImplementedError, since whose a task is hangs on this loop's."""
        if factory is not None:
            raise NotImplementedError("a world makes its tasks itself: set_task_factory(None) only")

    def set_default_executor(self, executor: object) -> None:
        """Do nothing: whatever an executor is given runs inline."""

    def run_in_executor(
        self, executor: Any, function: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        return done_inline(self, function, args)

    # --- unhandled errors ---------------------------------------------------------------------

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        self.unhandled_errors.append(context)

    default_exception_handler = call_exception_handler

    def get_exception_handler(self) -> None:
        return None

    def set_exception_handler(self, handler: Any) -> None:
        """Do nothing: what nobody took care of is for the world to judge."""

    def get_debug(self) -> bool:
        return False

    def set_debug(self, enabled: bool) -> None:
        """Debug mode measures real time, of which there is none here."""


def is_ours() -> bool:
    return isinstance(events._get_running_loop(), SimLoop)


for _name in REFUSED:
    setattr(SimLoop, _name, forbidden(_name))
