"""Clocks and entropy that libraries read on their own, made virtual and seeded while a world runs.

Services get the time and their ids handed in.  Libraries do not: fakeredis and cookie jars ask
`time.time`, bcrypt, uuid and ObjectId ask the system for randomness.  While a world runs, and in
its thread alone, they are answered by the world.  Real sockets, processes and sleeps are refused.
"""

import os
import random
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import bcrypt
from bson import ObjectId

from boxoffice.clock.loop import RealWorld
from boxoffice.clock.randomness import Randomness

_BCRYPT_ALPHABET = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

_INHERITED = object()  # in the place of what a class has from another


@contextmanager
def virtual(now: Callable[[], float], randomness: Randomness) -> Iterator[None]:
    """Answer the libraries' questions from the world; `now` is in seconds since the epoch."""
    entropy = randomness.stream("ambient")
    state = random.getstate()
    random.seed(entropy.getrandbits(64))
    with ExitStack() as patches:
        for place, name, substitute in _substitutes(now, entropy):
            patches.callback(_restore, place, name, vars(place).get(name, _INHERITED))
            setattr(place, name, substitute)
        try:
            yield
        finally:
            random.setstate(state)


def _restore(place: Any, name: str, before: Any) -> None:
    if before is _INHERITED:
        delattr(place, name)
    else:
        setattr(place, name, before)


def _substitutes(
    now: Callable[[], float], entropy: random.Random
) -> Iterator[tuple[Any, str, Any]]:
    def salt(rounds: int = 12, prefix: bytes = b"2b") -> bytes:
        letters = "".join(entropy.choice(_BCRYPT_ALPHABET) for _ in range(21))
        return b"$%s$%02d$%s" % (prefix, rounds, (letters + entropy.choice(".Oeu")).encode())

    machine = entropy.randbytes(5)
    here = _InThisThread()
    yield time, "time", here.instead(time.time, now)
    yield time, "time_ns", here.instead(time.time_ns, lambda: round(now() * 1e9))
    yield time, "monotonic", here.instead(time.monotonic, now)
    yield time, "monotonic_ns", here.instead(time.monotonic_ns, lambda: round(now() * 1e9))
    yield time, "sleep", here.refuse(time.sleep, "time.sleep")
    yield os, "urandom", here.instead(os.urandom, entropy.randbytes)
    yield random, "_urandom", here.instead(os.urandom, entropy.randbytes)
    yield bcrypt, "gensalt", here.instead(bcrypt.gensalt, salt)
    # The rest of an ObjectId is the time, which is virtual already.
    yield ObjectId, "_random", here.instead(ObjectId._random, lambda: machine)
    yield ObjectId, "_inc", entropy.getrandbits(24)
    yield socket, "getaddrinfo", here.refuse(socket.getaddrinfo, "socket.getaddrinfo")
    yield socket.socket, "connect", here.refuse(socket.socket.connect, "a socket's connect")
    yield (
        socket.socket,
        "connect_ex",
        here.refuse(socket.socket.connect_ex, "a socket's connect_ex"),
    )
    yield socket.socket, "sendto", here.refuse(socket.socket.sendto, "a socket's sendto")
    yield socket.socket, "bind", here.refuse(socket.socket.bind, "a socket's bind")
    yield os, "system", here.refuse(os.system, "os.system")
    yield subprocess.Popen, "__init__", here.refuse(subprocess.Popen.__init__, "a process's start")


class _InThisThread:
    """Tells the world's thread from others: a notebook's own threads must go on as they are."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()

    def instead(self, real: Callable[..., Any], answer: Callable[..., Any]) -> Callable[..., Any]:
        def either(*args: Any, **named: Any) -> Any:
            ours = threading.get_ident() == self._thread
            return answer(*args, **named) if ours else real(*args, **named)

        return either

    def refuse(self, real: Callable[..., Any], what: str) -> Callable[..., Any]:
        def refused(*args: Any, **named: Any) -> Any:
            wanted = ", ".join(repr(arg) for arg in args if isinstance(arg, str | tuple | list))
            raise RealWorld(f"{what}({wanted}) was attempted inside a simulated world")

        return self.instead(real, refused)
