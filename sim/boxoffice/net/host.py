"""A host: something that runs, can crash, and can come back.

A crash ends a life.  What the old life still tries is refused, and a new life remembers nothing
but what the servers have stored.
"""

import asyncio
import weakref
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from contextvars import ContextVar, copy_context
from typing import TYPE_CHECKING, Any, TypeVar

from boxoffice.clock.handles import Handle
from boxoffice.clock.holding_back import hold_back
from boxoffice.clock.unawaited import still_to_be_awaited
from boxoffice.clock.waiting import task_of

if TYPE_CHECKING:  # whoever declares a system has no loop yet
    from boxoffice.clock.loop import SimLoop

T = TypeVar("T")
current_life: ContextVar["Life | None"] = ContextVar("here", default=None)  # the life that runs now


class Life:
    """One life of a host: its tasks, and the calls that others wait for it to answer."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self.alive = True
        self.tasks: dict[asyncio.Task[Any], None] = {}
        # A task that nobody holds tells of its death itself, and is not to be held here.
        self._failed: list[weakref.ref[asyncio.Task[Any]]] = []
        # Whom an answer is owed, and how they find their connection broken.
        self.owed: dict[asyncio.Future[Any], Callable[[], object]] = {}
        self.pid = 0  # once it has asked
        self.memory: object = None  # its modules, if they are its own
        self.signals: dict[int, Callable[[], object]] = {}  # its handlers
        self.held: list[Handle] | None = None  # what is to be done once it wakes, if it is paused
        self.metrics: dict[str, Any] | None = None  # what it has registered, once it has

    def check(self) -> None:
        """Let nothing out of a life that has ended.  Raises: asyncio.CancelledError."""
        if not self.alive:
            raise asyncio.CancelledError(f"{self.host.name} has crashed")

    def adopt(self, task: asyncio.Task[Any]) -> None:
        """Let a task end with this life."""
        self.tasks[task] = None
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self.tasks.pop(task, None)
        if getattr(task, "_log_traceback", False):
            self._failed.append(weakref.ref(task))

    def unheard(self) -> Iterator[BaseException]:
        """Return what tasks have raised that nobody has asked for so far, in their order."""
        return unheard(self._failed)

    def hold(self, callback: Callable[..., object], *args: Any) -> bool:
        """Keep a call until this life wakes; return whether it is paused."""
        if self.held is None:
            return False
        self.held.append(Handle(callback, args, copy_context()))
        return True

    def wake(self) -> None:
        """Go on with what has come to be done meanwhile, in its order."""
        held, self.held = self.held or [], None
        self.host.loop.call_again(held)

    async def while_it_lasts(self, work: Awaitable[None]) -> None:
        """Await what belongs to this life, to its end or to that of the life."""
        try:
            await work
        except asyncio.CancelledError:
            if self.alive:
                raise

    def end(self) -> None:
        """Cancel everything, in the order in which it was begun."""
        if self.held is not None:
            self.wake()
        self.alive = False
        for task in list(self.tasks):
            self.host.cut_short.extend(still_to_be_awaited(task))
            task.cancel()


class Host:
    """A place in the network with a name.

    `kind` is that of the server there, and `service` the name of what has a host for each replica.
    """

    def __init__(self, name: str, loop: "SimLoop", kind: str = "") -> None:
        self.name = name
        self.kind = kind
        self.service = name
        self.loop = loop
        self.life = Life(self)
        self.cut_short: list[Coroutine[Any, Any, Any]] = []  # nobody has forgotten to await them

    @property
    def up(self) -> bool:
        """Whether it would answer."""
        return self.life.alive

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run a coroutine as part of this life."""
        return self.inside(self.loop.create_task, work)

    def inside(self, act: Callable[..., T], *arguments: Any) -> T:
        """Call a function as part of this life."""
        context = copy_context()
        context.run(current_life.set, self.life)
        return context.run(act, *arguments)

    def pause(self) -> None:
        """Let this life do nothing until it wakes; what reaches it meanwhile waits."""
        if self.life.held is None:
            self.life.held = []
            hold_back(self.loop, _is_held)

    def crash(self) -> None:
        """End this life; whoever waits for an answer finds the connection broken."""
        owed = list(self.life.owed.values())
        self.life.end()
        for break_off in owed:
            break_off()

    def revive(self) -> None:
        """Begin a new life."""
        assert not self.life.alive, f"{self.name} is up"
        self.life = Life(self)


def _is_held(handle: Handle) -> bool:
    """Keep a step of a task whose life is paused.

    All that happens there is one: timers and answers only wake a task, and come in their time, as
    they do to a process that is stopped.
    """
    life = handle.context.get(current_life)
    if life is None or life.held is None or task_of(handle.callback) is None:
        return False
    life.held.append(handle)
    return True


def unheard(tasks: Iterable["weakref.ref[asyncio.Task[Any]]"]) -> Iterator[BaseException]:
    """Yield what tasks have raised that nobody has asked for, and that they have not told of."""
    for dead in tasks:
        task = dead()
        if task is not None and getattr(task, "_log_traceback", False):
            error = task.exception()
            assert error is not None
            yield error


def adopt_by_host(task: asyncio.Task[Any]) -> None:
    """Let a new task belong to the host on which it was made; for `SimLoop.on_task`."""
    life = current_life.get()
    if life is not None:
        life.adopt(task)
