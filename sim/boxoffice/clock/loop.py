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
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any, Final, TypeVar

import simpy

from boxoffice.clock.limits import Limits, Progress
from boxoffice.clock.nesting import nested
from boxoffice.clock.refused import REFUSED
from boxoffice.clock.sandbox import forbidden
from boxoffice.clock.stuck import Endless, Stuck
from boxoffice.clock.threads import inline
from boxoffice.clock.waiting import Whose, coroutine_of, still, task_of

T = TypeVar("T")

if TYPE_CHECKING:
    _Loop = Any  # typeshed calls every method abstract, also those that a loop may do without
else:
    _Loop = asyncio.AbstractEventLoop


class _Handle:
    """What is to be called: as much of an `asyncio.Handle` as anybody asks for, there are so many.

    `on_error` is told of what a call raises.
    """

    __slots__ = ("_args", "_callback", "_context", "_on_error")

    def __init__(
        self,
        callback: Callable[..., object],
        args: tuple[Any, ...],
        on_error: Callable[[dict[str, Any]], None],
        context: Context | None,
    ) -> None:
        self._callback: Callable[..., object] | None = callback
        self._args = args
        self._on_error = on_error
        self._context = copy_context() if context is None else context

    def cancel(self) -> None:
        self._callback = None
        self._args = ()

    def cancelled(self) -> bool:
        return self._callback is None

    def run(self) -> None:
        callback = self._callback
        if callback is None:
            return
        try:
            self._context.run(callback, *self._args)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:
            self._on_error({"message": f"{callback!r} failed", "exception": error})


class _Alarm(_Handle):
    """A handle that is a SimPy event as well, as far as an environment's `step` looks at it."""

    __slots__ = ("callbacks",)
    _ok = True

    def __init__(self, *called: Any) -> None:
        super().__init__(*called)
        self.callbacks: Any = _RING


_RING: Final = (_Handle.run,)


class SimLoop(_Loop):  # type: ignore[misc]
    """Runs coroutines in the virtual time of `env`, in seconds.

    It may run while another loop is running in the same thread, as in a Jupyter cell.
    `on_task` is called with every task that is made, and `whose` tells in words whose a task is.
    `limits` are how much may happen before a run is taken for endless.
    """

    def __init__(self, env: simpy.Environment) -> None:
        self.env = env
        self.on_task: Callable[[asyncio.Task[Any]], None] = lambda task: None
        self.whose: Whose = lambda task: (coroutine_of(task), ())
        self.limits = Limits()
        self.unhandled_errors: list[dict[str, Any]] = []  # what no task or callback took care of
        self._ready: deque[_Handle] = deque()
        self._running = False
        self._closed = False

    # --- time -------------------------------------------------------------------------------

    def time(self) -> float:
        return float(self.env.now)

    def call_soon(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> _Handle:
        handle = _Handle(callback, args, self.call_exception_handler, context)
        self._ready.append(handle)
        return handle

    call_soon_threadsafe = call_soon  # there are no other threads

    def call_later(
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> _Handle:
        return self.call_at(self.env.now + delay, callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> _Handle:
        alarm: Any = _Alarm(callback, args, self.call_exception_handler, context)
        self.env.schedule(alarm, delay=max(0.0, when - self.env.now))
        return alarm  # type: ignore[no-any-return]

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
            with nested(self):
                self._play(done, awaited)
        finally:
            self._running = False
            patches.leave()

    def _play(self, done: Callable[[], bool], awaited: Any) -> None:
        ready, step, progress = self._ready, self.env.step, Progress(self.env, self.limits)
        calls = look = 0
        while not done():
            while ready:
                calls += len(ready)
                for _ in range(len(ready)):
                    ready.popleft().run()
                if calls >= look:
                    look = self._look(progress, calls, awaited)
            if done():
                return
            calls += 1
            if calls >= look:
                look = self._look(progress, calls, awaited)
            try:
                step()
            except simpy.core.EmptySchedule:
                raise Stuck(self._why_stuck()) from None

    def _look(self, progress: Progress, calls: int, awaited: Any) -> int:
        why = progress.endless(calls)
        if why:
            # Where time stands still, who is ready keeps it there; else somebody is waited for.
            at_once = [task_of(it._callback) for it in self._ready] if progress.stands_still else []
            raise Endless(why + still(next(filter(None, at_once), awaited), self.whose))
        return calls + progress.between

    def _why_stuck(self) -> str:
        errors = [f"{it.get('exception') or it['message']!r}" for it in self.unhandled_errors]
        before = f", and nobody took care of {', '.join(errors)}" if errors else ""
        return f"nothing is left to happen{before}"

    def is_running(self) -> bool:
        return self._running

    def is_closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        self._closed = True
        self._ready.clear()

    async def shutdown_asyncgens(self) -> None:
        """There are none to shut down: no hook has been told of any."""

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """There is no executor: threads run inline."""

    # --- futures, tasks, threads --------------------------------------------------------------

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(
        self,
        coro: Coroutine[Any, Any, T],
        *,
        name: str | None = None,
        context: Context | None = None,
        **options: Any,
    ) -> asyncio.Task[T]:
        task = asyncio.Task(coro, loop=self, name=name, context=context, **options)
        self.on_task(task)
        return task

    def get_task_factory(self) -> None:
        return None

    def run_in_executor(
        self, executor: Any, function: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        """Run `function` at once: a thread would bring back real time and chance."""
        future = self.create_future()
        try:
            future.set_result(function(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    # --- unhandled errors ---------------------------------------------------------------------

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        self.unhandled_errors.append(context)

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


async def wait_for_event(event: simpy.Event) -> Any:
    """Wait in a coroutine for a SimPy event, and return its value.  Raises: what it failed with."""
    future = asyncio.get_running_loop().create_future()

    def settle(done: simpy.Event) -> None:
        if future.cancelled():
            return
        if done.ok:
            future.set_result(done.value)
        else:
            done.defused = True
            future.set_exception(done.value or RuntimeError("the SimPy event failed"))

    if event.callbacks is None:  # it has happened before
        settle(event)
    else:
        event.callbacks.append(settle)
    return await future


for _name in REFUSED:
    setattr(SimLoop, _name, forbidden(_name))
