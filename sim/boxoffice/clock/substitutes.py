"""What stands in for the functions that ask a clock or for entropy, or that reach outside."""

import _thread
import asyncio
import calendar
import os
import random
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from multiprocessing.process import BaseProcess
from typing import Any, Final, Protocol

from boxoffice.clock import dates, identity
from boxoffice.clock.identity import Process
from boxoffice.clock.late import Maker, Patch
from boxoffice.clock.sandbox import forbidden

_BCRYPT_ALPHABET: Final = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_STEADY: Final = ("monotonic", "perf_counter", "process_time", "thread_time")
_REFUSED: Final = (
    (time, "sleep", "time.sleep"),
    (socket, "getaddrinfo", "socket.getaddrinfo"),
    (socket, "gethostbyname", "socket.gethostbyname"),
    (socket.socket, "connect", "a socket's connect"),
    (socket.socket, "connect_ex", "a socket's connect_ex"),
    (socket.socket, "sendto", "a socket's sendto"),
    (socket.socket, "bind", "a socket's bind"),
    (threading.Thread, "start", "a thread's start"),
    (_thread, "start_new_thread", "a thread's start"),
    (subprocess.Popen, "__init__", "a process's start"),
    (BaseProcess, "start", "a process's start"),
    (os, "system", "os.system"),
    (os, "fork", "os.fork"),
    (os, "posix_spawn", "os.posix_spawn"),
    (os, "posix_spawnp", "os.posix_spawnp"),
    *identity.REFUSED,
)


class Answers(Protocol):
    """What a world has to say, in seconds since the epoch: `wall` may be set wrongly."""

    now: Callable[[], float]
    wall: Callable[[], float]
    process: Callable[[], Process]
    entropy: random.Random
    machine: bytes


Here = Callable[[], Answers | None]  # the world that the calling thread is in


def substitutes(here: Here) -> Iterator[Patch]:
    """Yield what is replaced in any case, in the order in which it is."""

    instead = partial(_instead, here)
    yield from _of_time(instead)
    wall, inside = lambda: _asked(here).wall(), lambda: here() is not None
    for kind, name, method in dates.methods(wall, inside):
        yield Patch(kind, name, method)
    yield from _of_entropy(instead, here)
    yield from _of_tasks(instead)
    yield from identity.substitutes(instead, _refused)
    for place, name, what in _REFUSED:
        if hasattr(place, name):  # not everywhere are there processes
            yield instead(place, name, _refused(what))


def _instead(here: Here, place: Any, name: str, answer: Callable[..., Any]) -> Patch:
    real = getattr(place, name)

    def either(*args: Any, **named: Any) -> Any:
        world = here()
        return real(*args, **named) if world is None else answer(world, *args, **named)

    return Patch(place, name, either)


def _asked(here: Here) -> Answers:
    world = here()
    assert world is not None, "only a world is asked"
    return world


def _refused(what: str) -> Callable[..., Any]:
    refuse = forbidden(what)
    return lambda world, *args, **named: refuse(*args, **named)


def _of_time(instead: Callable[..., Patch]) -> Iterator[Patch]:
    gmtime, asctime, strftime = time.gmtime, time.asctime, time.strftime

    def utc(world: Answers, seconds: float | None = None) -> time.struct_time:
        told = gmtime(world.wall() if seconds is None else seconds)
        return time.struct_time(told, {"tm_zone": "UTC", "tm_gmtoff": 0})  # "GMT", say others

    def when(world: Answers, at: Any = None) -> str:
        return asctime(utc(world) if at is None else at)

    yield instead(time, "time", lambda world: world.wall())
    yield instead(time, "time_ns", lambda world: round(world.wall() * 1e9))
    for name in _STEADY:
        if hasattr(time, name):
            yield instead(time, name, lambda world: world.now())
            yield instead(time, f"{name}_ns", lambda world: round(world.now() * 1e9))
    if hasattr(time, "clock_gettime"):
        yield instead(time, "clock_gettime", _of_clock)
        yield instead(
            time, "clock_gettime_ns", lambda world, clock: round(_of_clock(world, clock) * 1e9)
        )
    yield instead(time, "gmtime", utc)
    yield instead(time, "localtime", utc)
    yield instead(time, "mktime", lambda world, at: float(calendar.timegm(at)))
    yield instead(time, "asctime", when)
    yield instead(time, "ctime", lambda world, seconds=None: asctime(utc(world, seconds)))
    yield instead(time, "strftime", lambda world, form, at=None: strftime(form, at or utc(world)))


def _of_clock(world: Answers, clock: int) -> float:
    return world.wall() if clock == time.CLOCK_REALTIME else world.now()


def _of_entropy(instead: Callable[..., Patch], here: Here) -> Iterator[Patch]:
    seed, uuid1 = random.Random.seed, uuid.uuid1

    def seeded(self: random.Random, a: Any = None, version: int = 2) -> None:
        world = here()
        if a is None and world is not None and not isinstance(self, random.SystemRandom):
            a = world.entropy.getrandbits(64)
        seed(self, a, version)

    def node(world: Answers) -> int:
        return int.from_bytes(world.machine) << 8 | 1 << 40  # no network card has this bit

    def of_node(world: Answers, given: int | None = None, clock_seq: int | None = None) -> Any:
        return uuid1(node(world) if given is None else given, clock_seq)

    def drawn(world: Answers, size: int, flags: int = 0) -> bytes:
        return world.entropy.randbytes(size)

    for place, name in ((os, "urandom"), (random, "_urandom"), (os, "getrandom")):
        if hasattr(place, name):
            yield instead(place, name, drawn)
    with suppress(ImportError):  # not every Python has one
        import ssl

        yield instead(ssl, "RAND_bytes", drawn)
    yield Patch(random.Random, "seed", seeded)
    yield instead(uuid, "getnode", node)
    yield instead(uuid, "uuid1", of_node)


def _of_tasks(instead: Callable[..., Patch]) -> Iterator[Patch]:
    as_completed = asyncio.as_completed

    def in_their_order(world: Answers, awaited: Any, **named: Any) -> Any:
        # It makes a set of what it is given, and begins what is no task in the order of that set.
        return as_completed([asyncio.ensure_future(it) for it in awaited], **named)

    for place in (asyncio, asyncio.tasks):
        yield instead(place, "as_completed", in_their_order)


def of_drivers(here: Here) -> dict[str, Maker]:
    """Return what is replaced of drivers, for those that somebody loads."""
    instead = partial(_instead, here)

    def of_bcrypt(bcrypt: Any) -> Iterator[Patch]:
        yield instead(bcrypt, "gensalt", _salt)

    def of_ids(objectid: Any) -> Iterator[Patch]:
        # The rest of an ObjectId is the time, which is virtual already.
        place, name, either, _ = instead(objectid.ObjectId, "_random", lambda it: it.machine)
        yield Patch(place, name, staticmethod(either))

    def of_topology(topology: Any) -> Iterator[Patch]:
        # A client that was made outside has threads there, and would wait for them for ever.
        yield instead(topology.Topology, "select_servers", _refused("pymongo.MongoClient"))

    return {
        "bcrypt": of_bcrypt,
        "bson.objectid": of_ids,
        "pymongo.synchronous.topology": of_topology,
    }


def _salt(world: Answers, rounds: int = 12, prefix: bytes = b"2b") -> bytes:
    letters = "".join(world.entropy.choice(_BCRYPT_ALPHABET) for _ in range(21))
    last = world.entropy.choice(".Oeu")
    return b"$%s$%02d$%s" % (prefix, rounds, (letters + last).encode())
