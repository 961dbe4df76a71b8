"""A run that is not the same run twice says so, and names what the first has left behind."""

from collections import UserDict
from contextvars import ContextVar
from functools import cache, partial, singledispatch
from itertools import count
from random import Random
from types import MappingProxyType

from fastapi import FastAPI
from pytest import fixture, mark, param

from boxoffice import System, Verdict
from tests.engine.toys import warehouse
from tests.real.tiers import sampled

SEEN: list[str] = []
NUMBERS = count()
client = None


class Kept:
    hits = 0
    by_name: dict[str, int] = {}  # noqa: RUF012 (what people do)


def counted(drivers, tell):
    """An app that answers with what `tell` says."""
    app = FastAPI()

    @app.get("/")
    async def answer():
        return {"said": str(tell())}

    return app


def global_list():
    SEEN.append("hit")
    return len(SEEN)


def global_name():
    global client
    first = client is None
    client = client or object()
    return first


def attribute():
    Kept.hits += 1
    return Kept.hits


def in_a_class():
    Kept.by_name["a"] = Kept.by_name.get("a", 0) + 1
    return Kept.by_name


def default(seen=[]):  # noqa: B006 (what people do)
    seen.append(1)
    return len(seen)


def on_itself():
    on_itself.calls = getattr(on_itself, "calls", 0) + 1
    return on_itself.calls


@cache
def made():
    ASKED.append(1)
    return object()


ASKED = []


def cached():
    before = len(ASKED)
    made()
    return len(ASKED) - before


def drawn():
    return next(NUMBERS)


COUNTED = ContextVar("counted", default=[])  # noqa: B039 (what people do)
DICE = Random(5)
BY_NAME = {"hits": 0}
SHOWN, OWN = MappingProxyType(BY_NAME), UserDict()


def in_a_context_variable():
    COUNTED.get().append(1)
    return len(COUNTED.get())


def numbers():
    number = 0
    while True:
        number += 1
        yield number


TICKS = numbers()


def ticked():
    return next(TICKS)


def thrown():
    return DICE.random()


def behind_a_proxy():
    BY_NAME["hits"] += 1
    return SHOWN["hits"]


def somebodys_dictionary():
    OWN["hits"] = OWN.get("hits", 0) + 1
    return OWN["hits"]


@singledispatch
def by_kind(key):
    return "any"


def registered():
    first = by_kind(0)
    by_kind.register(int, lambda key: "a number")
    return first


def closed_over():
    found = []

    def make(drivers):
        found.append(1)
        return counted(drivers, lambda: len(found))

    return make


class Factory:
    def __init__(self):
        self.lives = 0

    def __call__(self, drivers):
        self.lives += 1
        return counted(drivers, lambda: self.lives)

    def make(self, drivers):
        return self(drivers)


async def reads(world):
    await world.client("Ann").get("/")


def played(make, **options):
    system = System("pages")
    system.service("pages", make, route="/")
    return system.run(system.story()(reads), twice=True, **options)


@fixture(autouse=True)
def as_it_was():
    """Put back what these tests leave behind."""
    global client
    client, Kept.hits = None, 0
    for it in (SEEN, ASKED, Kept.by_name):
        it.clear()
    made.cache_clear()
    vars(on_itself).clear()


def test_a_run_that_is_the_same_twice_holds():
    system = warehouse()

    async def arrives(world):
        await world.client("Ann").post("/stock", json={"sku": "book", "count": 5})

    about = [system.invariants[0].check_of]
    outcome = system.run(system.story(checks=about)(arrives), twice=True)
    assert outcome.verdict is Verdict.HOLDS
    assert [it.invariant for it in outcome.judgements] == ["not-negative", "shipped", "story"]


@mark.parametrize(
    ("make", "named"),
    sampled(
        [
            param(partial(counted, tell=global_list), "SEEN"),
            param(partial(counted, tell=global_name), "client"),
            param(partial(counted, tell=attribute), "Kept.hits"),
            param(partial(counted, tell=in_a_class), "Kept.by_name"),
            param(partial(counted, tell=default), "default(seen)"),
            param(partial(counted, tell=on_itself), "on_itself.calls"),
            param(partial(counted, tell=cached), "the cache of made()"),
            param(partial(counted, tell=drawn), "NUMBERS"),
            param(partial(counted, tell=in_a_context_variable), "COUNTED"),
            param(partial(counted, tell=ticked), "TICKS"),
            param(partial(counted, tell=thrown), "DICE"),
            param(partial(counted, tell=behind_a_proxy), "SHOWN"),
            param(partial(counted, tell=somebodys_dictionary), "OWN"),
            param(partial(counted, tell=registered), "by_kind.registry"),
            param(closed_over(), "found"),
            param(Factory(), "lives"),
            param(Factory().make, "lives"),
        ],
        every=6,
    ),
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_what_a_factory_leaves_behind_is_named(make, named):
    outcome = played(make)
    assert outcome.verdict is Verdict.VIOLATED
    [found] = [it for it in outcome.violations if it.invariant == "one-seed-one-run"]
    first, *rest = found.message.splitlines()
    assert first.startswith("the second run is another from event")
    left = rest[rest.index("what the first run has left behind:") + 1 :]
    assert any(named in it for it in left), left
    event = outcome.trace.events[found.events[0]]
    assert event.kind == "response"


def test_the_first_event_that_differs_is_told_from_both_runs():
    [found] = played(partial(counted, tell=global_list)).violations
    _, first, second, *_ = found.message.splitlines()
    assert '"said":"1"' in first
    assert '"said":"2"' in second


def test_what_is_left_behind_and_changes_nothing_is_nobodys_mistake():
    outcome = played(partial(counted, tell=lambda: SEEN.append("hit")))
    assert outcome.verdict is Verdict.HOLDS


def test_a_run_that_is_longer_the_second_time_is_another():
    def make(drivers):
        if SEEN:
            drivers.log.warning("here again")
        SEEN.append("life")
        return FastAPI()

    [found] = played(make).violations
    assert found.message.startswith("the second run is another from event")
    assert "here again" in found.message


def test_a_second_run_that_raises_is_another():
    async def story(world):
        SEEN.append("told")
        if len(SEEN) == 2:
            raise LookupError("not again")

    system = System("pages")
    system.service("pages", lambda drivers: FastAPI(), route="/")
    [found] = system.run(system.story()(story), twice=True).violations
    assert "LookupError: not again" in found.message
    assert "SEEN" in found.message


def test_a_verdict_that_differs_without_an_event_is_another_run():
    system = System("pages")
    system.service("pages", lambda drivers: FastAPI(), route="/")

    async def story(world):
        SEEN.append("told")
        assert len(SEEN) == 1, "told before"

    outcome = system.run(system.story()(story), twice=True)
    [found] = outcome.violations
    assert "told before" in found.message
