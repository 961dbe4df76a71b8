"""What tells one process and one machine from another, and what one process does to another.

Two processes have two pids, and two machines two names: whoever writes them down, in a lock or in
an id, would write something else in each run.  So each life of a host has a number of its own, and
the name of its host.  A pid that is not real must not be killed, so nothing is.
"""

import logging
import os
import platform
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from boxoffice.clock.late import Patch

# What is refused by its place and name; see `sandbox.forbidden`.
REFUSED: Final = (
    (os, "kill", "os.kill"),
    (os, "killpg", "os.killpg"),
    (os, "abort", "os.abort"),
    (os, "_exit", "os._exit"),
    (signal, "pause", "signal.pause"),
    (signal, "raise_signal", "signal.raise_signal"),
    (time, "tzset", "time.tzset"),
    (socket, "gethostbyaddr", "socket.gethostbyaddr"),
    (socket, "gethostbyname_ex", "socket.gethostbyname_ex"),
)
# Likewise, but for no time at all; and which argument has the seconds.
_TIMED: Final = (
    (threading.Condition, "wait", "a wait for another thread", 1),
    (signal, "alarm", "signal.alarm", 0),
    (signal, "setitimer", "signal.setitimer", 1),
)
_UTC: Final = {"tzname": ("UTC", "UTC"), "timezone": 0, "altzone": 0, "daylight": 0}


class Process(NamedTuple):
    """Who asks: its number, and the name of its machine."""

    pid: int
    host: str


NOBODY: Final = Process(1, "localhost")  # the story, and whoever is on no host


def substitutes(
    instead: Callable[..., Patch], refused: Callable[[str], Callable[..., Any]]
) -> Iterator[Patch]:
    """Yield what is replaced of processes, machines and their time zone."""
    yield instead(os, "getpid", lambda world: world.process().pid)
    if hasattr(os, "getppid"):
        yield instead(os, "getppid", lambda world: 0)  # as in a container of its own
    yield from _of_machine(instead)
    yield from (Patch(time, name, value) for name, value in _UTC.items() if hasattr(time, name))
    converter = instead(logging.Formatter, "converter", lambda world, at=None: time.gmtime(at))
    yield converter._replace(substitute=staticmethod(converter.substitute))
    yield instead(os, "times", lambda world: os.times_result((0.0, 0.0, 0.0, 0.0, world.now())))
    for place, name, what, at in _TIMED:
        if hasattr(place, name):
            yield instead(place, name, _unless_at_once(getattr(place, name), refused(what), at))


def _of_machine(instead: Callable[..., Patch]) -> Iterator[Patch]:
    uname, known = platform.uname, getattr(os, "uname", None)

    def system(world: Any) -> Any:
        assert known is not None, "there is something to replace"
        told = list(known())
        return os.uname_result([told[0], world.process().host, *told[2:]])

    def named(world: Any) -> Any:
        told = uname()
        made = type(told)(
            told.system, world.process().host, told.release, told.version, told.machine
        )
        vars(made)["processor"] = ""  # else a process is started to find out
        return made

    def qualified(world: Any, name: str = "") -> str:
        return name or str(world.process().host)

    yield instead(socket, "gethostname", lambda world: world.process().host)
    yield instead(socket, "getfqdn", qualified)
    yield instead(platform, "uname", named)
    if known is not None:
        yield instead(os, "uname", system)


def _unless_at_once(real: Any, refuse: Callable[..., Any], at: int) -> Callable[..., Any]:
    def timed(world: Any, *args: Any, **named: Any) -> Any:
        seconds = args[at] if len(args) > at else named.get("timeout")
        # A debugger that stops in a world calls off the time limit of the test.
        if seconds == 0:
            return real(*args, **named)
        return refuse(world, *args, **named)

    return timed
