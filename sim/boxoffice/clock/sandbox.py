"""What a world has no real one of is refused, by the name and the place of whoever asked for it."""

import os
import sys
from asyncio import events
from collections.abc import Callable
from itertools import chain
from typing import Any, Final

from boxoffice.clock.own import is_claimed

_PYTHON: Final = os.path.dirname(os.__file__)
_OURS: Final = frozenset({"boxoffice", "simpy"})
_INSTEAD: Final = {"time.sleep": "await asyncio.sleep instead"}
_WAITS: Final = "use {} instead, nobody else can go on while this one waits"
_MONGO, _HTTP = "pymongo.AsyncMongoClient", "httpx.AsyncClient"
# Clients that wait in their thread: the modules that they are in, what people call them, and what
# there is in their place.
_SYNCHRONOUS: Final = {
    "pymongo.synchronous": ("pymongo.MongoClient", _MONGO),
    "pymongo.mongo_client": ("pymongo.MongoClient", _MONGO),
    "redis.client": ("redis.Redis", "redis.asyncio.Redis"),
    "redis.connection": ("redis.Redis", "redis.asyncio.Redis"),
    "requests": ("requests", _HTTP),
    "urllib3": ("urllib3", _HTTP),
    "urllib.request": ("urllib.request", _HTTP),
    "http.client": ("http.client", _HTTP),
    "httpcore._sync": ("httpx.Client", _HTTP),
}


class SandboxViolation(RuntimeError):
    """Something in a world reached for the real one."""


def forbidden(what: str) -> Callable[..., Any]:
    """Return a function that refuses to be called, whatever with.

    The world's loop is told as well: whoever catches everything must not hide it.  It is not told
    of a finalizer: which one is called in a world, and when, is the garbage collector's to say, and
    it may be that of something that was lost before.
    """

    def refused(*args: Any, **named: Any) -> Any:
        called, otherwise = _synchronous_client()
        if not called:
            keywords = (f"{key}={value!r}" for key, value in named.items())
            called = f"{what}({', '.join(chain(map(repr, filter(_is_plain, args)), keywords))})"
        said = f"{called} was attempted inside a simulated world{_place()}"
        otherwise = otherwise or _INSTEAD.get(what, "")
        said += f": {otherwise}" if otherwise else ""
        unhandled = getattr(events._get_running_loop(), "unhandled_errors", None)
        if unhandled is not None and not _is_finalizing():
            unhandled.append({"message": said})
        raise SandboxViolation(said)

    return refused


def is_internal(module: str, file: str) -> bool:
    """Tell whether a module is Python's own, or the engine's.

    `file` decides where somebody has called a package of theirs `test`, as Python has.
    """
    root = module.partition(".")[0]
    if root in _OURS:
        return True
    pythons_own = not file or file.startswith(("<", _PYTHON))
    return root in sys.stdlib_module_names and pythons_own and root != "__main__"


def _is_finalizing() -> bool:
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_name == "__del__":
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


def _is_plain(arg: object) -> bool:
    # A socket or a loop would say where it lies in memory, and no two runs would say the same.
    return isinstance(arg, str | bytes | int | float | tuple | list)


def _place() -> str:
    """Return where the call came from: the innermost line of somebody's own, else of a library."""
    frame, library = sys._getframe(2), ""
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if not is_internal(module, frame.f_code.co_filename):
            where = f", in {module}.{frame.f_code.co_qualname}, line {frame.f_lineno}"
            if not is_library(frame.f_code.co_filename):
                return where
            library = library or where
        frame = frame.f_back  # type: ignore[assignment]
    return library


def _synchronous_client() -> tuple[str, str]:
    """Return which synchronous client has called, and what there is in its place, or nothing."""
    found = "", ""
    frame = sys._getframe(2)
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if is_own(module, frame.f_code.co_filename):
            break
        for prefix, (called, instead) in _SYNCHRONOUS.items():
            if f"{module}.".startswith(f"{prefix}."):
                found = called, _WAITS.format(instead)  # the outermost is what people call
        frame = frame.f_back  # type: ignore[assignment]
    return found


def is_library(path: str) -> bool:
    """Tell whether a file was installed, and of no package that people declare a system in."""
    return ("site-packages" in path or "dist-packages" in path) and not is_claimed(path)


def is_own(module: str, file: str) -> bool:
    """Tell whether a module is people's own: neither Python's nor the engine's nor a library."""
    return not is_internal(module, file) and not is_library(file)
