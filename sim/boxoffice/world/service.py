"""A service of a system, and one life of it.

What is given as a service may be an ASGI app, a worker (`async def main(drivers)`), or an object
with a life cycle of its own; each becomes a `Running` that a host can start and end.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from inspect import CO_VARARGS
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, cast

from starlette.types import ASGIApp, Receive, Scope, Send

from boxoffice.clock.strays import is_stray, refusing_strays
from boxoffice.misuse import Misuse
from boxoffice.net.host import Host

if TYPE_CHECKING:
    from boxoffice.clock.loop import SimLoop

Factory: TypeAlias = Callable[..., Any] | str


class Running(Protocol):
    """One life of a service.  `app` answers requests, and `door` stands before it."""

    app: ASGIApp | None
    door: ASGIApp | None

    async def start(self) -> None:
        """Come up; return when ready."""

    def drain(self) -> None:
        """Begin to end in good order: finish what is under way, begin nothing new."""

    async def finish(self) -> None:
        """End; nobody is let in any more."""


_PARTS: Final = ("app", "door", "start", "drain", "finish")


@dataclass(frozen=True, slots=True)
class Service:
    """What a service is made by, and what it is given.

    `make` is called with the drivers of each life if it takes them, or names what to load for
    it.  The servers are named by their hosts, and `links` are further hosts that it has a link
    to.  `routes` are the beginnings of the paths that lead to it.
    """

    name: str
    make: Factory
    mongo: str | None = None
    nats: str | None = None
    redis: str | None = None
    stripe: str | None = None
    links: Sequence[str] = ()
    routes: Sequence[str] = ()
    replicas: int = 1

    def __post_init__(self) -> None:
        servers = (self.mongo, self.nats, self.redis, self.stripe)
        for name in (self.name, *(it for it in servers if it is not None)):
            if not isinstance(name, str) or not name:
                raise ValueError(f"a host has a name, not {name!r}")
        for route in self.routes:
            if not isinstance(route, str) or not route.startswith("/"):
                raise ValueError(f"a route begins with /, and {route!r} of {self.name} does not")
        if type(self.replicas) is not int or self.replicas < 1:
            raise ValueError(f"{self.name} has one replica or more, not {self.replicas!r}")

    @property
    def reaches(self) -> list[str]:
        """The hosts of servers that it has a link to."""
        own = [self.mongo, self.nats, self.redis, self.stripe]
        return [*(each for each in own if each is not None), *self.links]


class ServiceHost(Host):
    """A host that runs a service; `app`, and the `door` before it, while it serves."""

    def __init__(self, name: str, service: str, loop: "SimLoop") -> None:
        super().__init__(name, loop)
        self.service = service
        self.app: ASGIApp | None = None
        self.door: ASGIApp | None = None
        self.running: Running | None = None  # until it is told to end

    def revive(self) -> None:
        """Begin a new life."""
        # What the old one kept goes with it, or it would be the new one that lets it go.
        self.inside(setattr, self, "running", None)
        super().revive()


def built_from(found: Any, drivers: Any) -> Any:
    """Return what a name stands for: an app that is ready, or what a function makes of drivers.

    A function that needs no argument, `main()` or `create_app()`, is called with none.
    """
    needed = _needed(found)
    if isinstance(found, type) or needed is None or needed > 1:
        return found
    if needed:
        return found(drivers)
    return found() if inspect.isroutine(found) else found


def call_factory(make: Callable[..., Any], drivers: Any) -> Any:
    """Return what a function makes of drivers, or of nothing if it takes none."""
    return make(drivers) if _needed(make) != 0 or inspect.signature(make).parameters else make()


def _needed(called: Any) -> int | None:
    if type(called) is FunctionType and not vars(called):  # nor does it wrap another
        code, defaults = called.__code__, called.__defaults__ or ()
        named = code.co_kwonlyargcount - len(called.__kwdefaults__ or {})
        return code.co_argcount - len(defaults) + named + bool(code.co_flags & CO_VARARGS)
    try:
        parameters = inspect.signature(called).parameters.values()
    except (TypeError, ValueError):
        return None
    return sum(it.default is it.empty and it.kind is not it.VAR_KEYWORD for it in parameters)


def _is_app(made: Any) -> bool:
    try:
        inspect.signature(made).bind("scope", "receive", "send")
    except TypeError:
        return False
    except ValueError:  # it has no signature
        return True
    return True


@contextmanager
def starting(name: str, make: Factory) -> Iterator[None]:
    """Have what goes wrong as a service comes up say which one it is."""
    try:
        with refusing_strays(name):
            yield
    except Exception as error:
        called = f" from {make!r}" if isinstance(make, str) else ""
        error.add_note(f"while the service {name} was started{called}")
        raise


class NoService(Misuse, TypeError):
    """What was made for a service can be none; the message says what can."""


def running(made: Any, name: str) -> Running:
    """Return the life that was made for a service.  Raises: NoService, if it is none."""
    if inspect.iscoroutine(made):  # as most are; to ask what it has takes ten times as long
        return Worker(made, name)
    if _is_running(made):
        return cast(Running, made)
    if inspect.isawaitable(made):
        return Worker(made, name)
    if callable(made) and _is_app(made):
        return Lifespan(made)
    raise NoService(f"{name}: {_what_it_is(made)}")


def _is_running(made: Any) -> bool:
    """Tell what `isinstance` tells of the protocol, and looks up anew for each life."""
    return all(hasattr(made, it) for it in _PARTS)


def _what_it_is(made: Any) -> str:
    if made is None:
        return (
            "its function has returned nothing; a worker is `async def main(drivers)`, "
            "and a synchronous one would stop the clock of all the others"
        )
    if inspect.isasyncgen(made) or inspect.isgenerator(made):
        return "its function yields; a worker awaits, and yields nothing"
    if inspect.iscoroutinefunction(made):
        called = f"{made.__name__}{inspect.signature(made)}"
        return f"{called} was not called; a worker takes the drivers, or nothing"
    return f"a service is an ASGI app, a coroutine or has a life cycle, and not {made!r}"


@dataclass
class Worker:
    """A service that answers nobody: a coroutine that runs until it ends or dies."""

    work: Awaitable[None]
    name: str
    app: ASGIApp | None = None
    door: ASGIApp | None = None
    _task: "asyncio.Future[None] | None" = None

    async def start(self) -> None:
        """Begin to work; what it raises is a failure of the run."""
        self.app = self.door = _answers_nobody
        self._task = asyncio.ensure_future(self.work)
        self._task.add_done_callback(partial(_tell_of_its_end, self.name))

    def drain(self) -> None:
        """A worker is not told; it has until it is killed."""

    async def finish(self) -> None:
        """Stop the work."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])


async def _with_state(
    app: ASGIApp, state: dict[str, Any], scope: Scope, receive: Receive, send: Send
) -> None:
    """Give each request a copy of what the lifespan has left for it."""
    scope["state"] = state.copy()
    await app(scope, receive, send)


@dataclass
class Lifespan:
    """An ASGI app, with its lifespan if it has one.

    Source: https://asgi.readthedocs.io/en/latest/specs/lifespan.html
    """

    app: ASGIApp | None
    door: ASGIApp | None = None
    _said: "asyncio.Queue[dict[str, Any]]" = field(default_factory=asyncio.Queue)
    _told: "asyncio.Queue[Any]" = field(default_factory=asyncio.Queue)
    _state: dict[str, Any] = field(default_factory=dict)
    _task: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        """Run what the app does at start.  Raises: RuntimeError, if it fails."""
        self._task = asyncio.ensure_future(self._lives())
        await self._step("startup")
        if self.app is not None and self._state:
            self.door = partial(_with_state, self.door or self.app, self._state)

    def drain(self) -> None:
        """An app is not told before its end."""

    async def finish(self) -> None:
        """Run what the app does at its end."""
        await self._step("shutdown")

    async def _lives(self) -> None:
        assert self.app is not None
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": self._state}
        try:
            await self.app(scope, self._said.get, self._told.put)
        except BaseException as error:  # an app without a lifespan may say so in any way
            if isinstance(error, Exception) or is_stray(error):
                await self._told.put(error)
            else:
                raise
        else:
            await self._told.put(None)

    async def _step(self, name: str) -> None:
        if self._task is None or (self._task.done() and self._told.empty()):
            return
        await self._said.put({"type": f"lifespan.{name}"})
        answer = await self._told.get()
        if isinstance(answer, BaseException) and is_stray(answer):
            raise answer
        if isinstance(answer, dict) and answer["type"] == f"lifespan.{name}.failed":
            raise RuntimeError(f"the app failed at {name}: {answer.get('message', '')}")


def _tell_of_its_end(name: str, task: "asyncio.Future[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        told = {"message": f"the worker {name} has died", "exception": error, "worker": name}
        task.get_loop().call_exception_handler(told)


async def _answers_nobody(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})
