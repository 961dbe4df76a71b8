"""A real clock that was put among other things is the world's as well while it lasts."""

import time
from collections import ChainMap, UserDict, UserList, defaultdict, deque, namedtuple
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import (
    cached_property,
    lru_cache,
    partial,
    partialmethod,
    singledispatch,
    singledispatchmethod,
)
from types import MappingProxyType, SimpleNamespace

from pytest import mark

from boxoffice.clock import ambient
from boxoffice.clock.randomness import Randomness

NOON_S = 1_893_499_200.0  # of the first day of 2030


class Slotted:
    __slots__ = ("empty", "now")

    def __init__(self):
        self.now = time.time


class Described:
    def __init__(self, now):
        self.now = now

    def __get__(self, instance, owner):
        return self.now()


class Kinds:
    pair = (1, time.time)
    described = Described(time.time)
    late = partialmethod(lambda self, now: now(), time.time)

    @cached_property
    def cached(self, now=time.time):
        return now()


@lru_cache
def cached(key, now=time.time):
    return now()


@singledispatch
def of_kind(key, now=time.time):
    return now()


@of_kind.register
def _(key: int, now=time.time):
    return now()


@of_kind.register
def _(key: str, now=time.time):
    return now()


@contextmanager
def managed(now=time.time):
    yield now()


def entered():
    with managed() as now:
        return now


class Methods:
    @singledispatchmethod
    def of_kind(self, key, now=time.time):
        return now()

    @of_kind.register
    def _(self, key: int, now=time.time):
        return now()

    @of_kind.register
    def _(self, key: str, now=time.time):
        return now()

    def _set(self, key, now=time.time):
        self.told = now()

    told_by = property(None, _set)

    def tell(self):
        self.told_by = 1
        return self.told

    del _set


def in_a_default(now=partial(datetime.now, UTC), by_name={"clocks": [time.time]}):  # noqa: B006, B008
    return (now().timestamp() + by_name["clocks"][0]()) / 2


def local():
    now = time.time

    class Local:
        def told(self):
            return now()

    return Local()


Pair = namedtuple("Pair", "name now")
a_pair = Pair("wall", time.time)
slotted, of_a_local_class = Slotted(), local()
whole, handed = partial(time.time), partial(lambda now, *, then: (now() + then()) / 2, time.time)
handed = partial(handed, then=time.time)
a_tuple, in_tuples = (time.time, time.time), ((1, time.time),)
nested = {"clocks": {"all": [time.time]}}
queue, made = deque([time.time]), defaultdict(time.time)
space = SimpleNamespace(now=time.time)
among, frozen = {time.time}, frozenset({time.time})
fixed = {"clocks": (frozen,)}
proxy, by_user = MappingProxyType({"now": time.time}), UserDict({"now": time.time})
chain, listed = ChainMap({}, {"now": time.time}), UserList([time.time])
KEPT = {
    "a partial function": lambda: whole(),
    "a partial function's arguments": lambda: handed(),
    "a partial function as a default": in_a_default,
    "a tuple": lambda: sum(now() for now in a_tuple) / 2,
    "a tuple in a tuple": lambda: in_tuples[0][1](),
    "a tuple with names": lambda: a_pair.now(),
    "a tuple of a class": lambda: Kinds.pair[1](),
    "containers in each other": lambda: nested["clocks"]["all"][0](),
    "a queue": lambda: queue[0](),
    "a default dictionary": lambda: made[object()],
    "a set": lambda: next(iter(among))(),
    "a frozen set": lambda: next(iter(frozen))(),
    "a frozen set in a tuple": lambda: next(iter(fixed["clocks"][0]))(),
    "a proxy of a dictionary": lambda: proxy["now"](),
    "somebody's dictionary": lambda: by_user["now"](),
    "somebody's list": lambda: listed[0](),
    "a chain of dictionaries": lambda: chain["now"](),
    "a namespace": lambda: space.now(),
    "a slot": lambda: slotted.now(),
    "a descriptor": lambda: Kinds().described,
    "a partial method": lambda: Kinds().late(),
    "a cached property": lambda: Kinds().cached,
    "a cached function": lambda: cached(object()),
    "a generic function": lambda: of_kind(None),
    "a generic function's first": lambda: of_kind(1),
    "a generic function's last": lambda: of_kind(""),
    "a generic method": lambda: Methods().of_kind(None),
    "a generic method's first": lambda: Methods().of_kind(1),
    "a generic method's last": lambda: Methods().of_kind(""),
    "a property that is set": lambda: Methods().tell(),
    "a context manager": entered,
    "a local class": lambda: of_a_local_class.told(),
}


@mark.parametrize("held", KEPT)
def test_it_is_the_worlds_while_the_world_lasts_and_the_real_one_again(held):
    with ambient.virtual(lambda: NOON_S, Randomness(0)):
        assert KEPT[held]() == NOON_S
    assert abs(KEPT[held]() - time.time()) < 86_400


def test_what_was_made_anew_is_again_what_it_was():
    before = (a_tuple, in_tuples, a_pair, Kinds.pair, whole.func, handed.args, handed.keywords)
    with ambient.virtual(lambda: NOON_S, Randomness(0)):
        assert a_tuple != before[0]
        assert type(a_pair) is Pair
    now = (a_tuple, in_tuples, a_pair, Kinds.pair, whole.func, handed.args, handed.keywords)
    assert all(one is other for one, other in zip(before, now, strict=True))


class Unequal:
    """What compares with nothing, as an array does."""

    __hash__ = None

    def __eq__(self, other):
        raise TypeError("the truth of this is not known")


hooks, by_name = [time.time, time.time], {"clock": time.time}
beside_others = (time.time, Unequal())


def test_what_was_taken_out_meanwhile_stays_out_and_the_world_ends():
    real = time.time
    with ambient.virtual(lambda: NOON_S, Randomness(0)):
        hooks.clear()
        del by_name["clock"]
        assert beside_others[0]() == NOON_S
    assert (hooks, by_name) == ([], {})
    assert time.time is real
    assert beside_others[0] is real


def clocked():
    clock = time.time

    def change(to):
        nonlocal clock
        clock = to

    return change, lambda: clock


change, chosen = clocked()


def test_what_somebody_has_put_there_between_two_worlds_stays():
    with ambient.virtual(lambda: NOON_S, Randomness(0)):
        assert chosen()() == NOON_S
    change(mine := lambda: 42.0)
    try:
        with ambient.virtual(lambda: NOON_S, Randomness(0)):
            assert chosen() is mine
        assert chosen() is mine
    finally:
        change(time.time)
