"""Clocks and entropy that are asked for on one's own, made virtual and seeded while a world runs.

Some code gets the time and its ids handed in.  Most does not: it asks `datetime.now`, `time.time`
and `uuid4`, under whatever name it has imported them.  While a world runs, and in its thread alone,
all these are answered by the world, which is in UTC.  What has no virtual counterpart is refused.

Names in modules are found, and so is what people's own code took hold of before the world began: as
a default argument, a field's factory, an attribute, or in what a function closes over.
"""

import platform
import random
import sys
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha512
from types import ModuleType
from typing import Any, Final

from boxoffice.clock.asserts import insist_on_asserts
from boxoffice.clock.clock import EPOCH
from boxoffice.clock.collector import collect_what_is_over, collecting_less_often
from boxoffice.clock.identity import NOBODY, Process
from boxoffice.clock.import_hooks import around_what_stays
from boxoffice.clock.late import Maker, Makers
from boxoffice.clock.loop import is_ours
from boxoffice.clock.patches import Patches
from boxoffice.clock.randomness import Randomness
from boxoffice.clock.substitutes import of_drivers, substitutes
from boxoffice.clock.threads import inline

_IDS: Final = "bson.objectid"
_SHARED: Final = ""  # Python's own generator, which has no name in a module
_ALWAYS: Final[list[tuple[Any, str]]] = [
    (tempfile, "_name_sequence"),
    (platform, "_uname_cache"),
    *((uuid, name) for name in vars(uuid) if name.startswith("_last_")),
]


class _Surroundings:
    """What one world answers, and while it is not asked, what libraries keep for it."""

    def __init__(
        self,
        now: Callable[[], float],
        wall: Callable[[], float],
        process: Callable[[], Process],
        entropy: random.Random,
    ) -> None:
        self.now = now
        self.wall = wall
        self.process = process
        self.entropy = entropy
        self.thread = threading.get_ident()
        shared = random.Random(entropy.getrandbits(64))
        self.machine = entropy.randbytes(5)
        self.kept = _begun(shared, entropy)


_worlds: list[_Surroundings] = []  # the one that is asked is the last
_outside: list[
    dict[str, Any]
] = []  # what libraries keep for the real world, while a world is asked


_late: dict[str, Maker] = of_drivers(lambda: _here())


@contextmanager
def virtual(
    now: Callable[[], float],
    randomness: Randomness,
    wall: Callable[[], float] | None = None,
    process: Callable[[], Process] = lambda: NOBODY,
) -> Iterator[None]:
    """Answer in the place of clocks and entropy; `now` is in seconds since the epoch.

    `wall` is the same, where it differs: what whoever asks takes for the time of day.  `process`
    tells who asks.
    Worlds may lie in each other, and may end in any order.  Raises: NoAsserts, under `python -O`.
    """
    insist_on_asserts()
    patches = _patches()
    patches.enter()
    try:
        world = _Surroundings(now, wall or now, process, randomness.stream("ambient"))
        _begin(world)
        try:
            with around_what_stays(_apart), collecting_less_often():
                yield
        finally:
            _end(world)
    finally:
        patches.leave()


def let_go_of_the_last() -> None:
    """Have what is left of a world that is over collected before the next is made.

    Within a world nothing is: what is let go of could ask for its time, or draw of its chance.
    """
    if not _worlds:
        collect_what_is_over()


@contextmanager
def ready() -> Iterator[None]:
    """Keep in place what answers within worlds, for one that is entered again and again.

    To whoever is in no world, everything is what it was.
    """
    every = (_patches(), inline(is_ours))
    for each in every:
        each.enter()
    try:
        with collecting_less_often():
            yield
    finally:
        for each in every:
            each.leave()


def answer_for(makers: Makers) -> None:
    """Have more modules answered for in worlds, where somebody loads them."""
    _late.update(makers)


@cache
def _patches() -> Patches:
    return Patches(list(substitutes(_here)), _late)


def is_real(function: Any) -> bool:
    """Tell, within a world, whether this is a clock or entropy that is not the world's."""
    return _patches().substitute_of(function) is not None


def _here() -> _Surroundings | None:
    thread = threading.get_ident()
    for world in reversed(_worlds):
        if world.thread == thread:
            return world
    return None


def _begin(world: _Surroundings) -> None:
    if _worlds:
        _worlds[-1].kept |= _kept()
    else:
        _outside.append(_kept())
    _keep(world.kept)
    _worlds.append(world)


def _end(world: _Surroundings) -> None:
    asked = _worlds[-1] is world
    _worlds.remove(world)
    if asked:
        _keep(_worlds[-1].kept if _worlds else _outside[-1])
    if not _worlds:
        _outside.clear()


@contextmanager
def _apart(module: ModuleType) -> Iterator[None]:
    """Let whatever a module draws while it is loaded come from a stream of its own.

    It is loaded once in a process, so what it does at its top happens in one run and no other.
    That is as if it were done before any world began, whenever and in whichever it is.
    """
    world = _here()
    if world is None:
        yield
        return
    before, kept = vars(world).copy(), world.kept | _kept()
    world.entropy = entropy = _named(module.__name__)
    world.machine = entropy.randbytes(5)
    world.now = world.wall = EPOCH.timestamp
    world.process = lambda: NOBODY
    world.kept = _begun(entropy, entropy)
    _keep(world.kept)
    try:
        yield
    finally:
        vars(world).update(before)
        _outside[-1] = _kept() | _outside[-1]  # what has come with the module, it begins with
        _keep(kept)


def _named(name: str) -> random.Random:
    # As `Random(name)`, which since Python 3.13 would load what it needs for it here and now.
    text = name.encode()
    return random.Random(int.from_bytes(text + sha512(text).digest()))


def _counters() -> Iterator[tuple[Any, str]]:
    """Yield where libraries count on from the last id that they have given, or keep a name."""
    yield from _ALWAYS
    objectid = getattr(sys.modules.get(_IDS), "ObjectId", None)
    if objectid is not None:
        yield objectid, "_inc"


def _begun(shared: random.Random, entropy: random.Random) -> dict[str, Any]:
    """Return what libraries keep when nobody has asked yet, also if they are loaded later."""
    begun = {"_last_counter_v7": 0, "_inc": entropy.getrandbits(24)}
    return {name: None for _, name in _ALWAYS} | begun | {_SHARED: shared.getstate()}


def _kept() -> dict[str, Any]:
    return {_SHARED: random.getstate()} | {name: getattr(it, name) for it, name in _counters()}


def _keep(kept: dict[str, Any]) -> None:
    random.setstate(kept[_SHARED])
    for place, name in _counters():
        if name in kept:
            setattr(place, name, kept[name])
