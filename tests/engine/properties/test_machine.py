"""A state machine of Hypothesis whose rules act on one world."""

import textwrap
from contextlib import asynccontextmanager, suppress

import httpx
from fastapi import FastAPI
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test
from pytest import fixture, mark, raises

from boxoffice import System, faults
from boxoffice.properties import Violated, WorldMachine, fault_plans
from tests.engine.toys import warehouse
from tests.real.tiers import unhurried

# What Hypothesis explains of a failing line costs more than finding and shrinking it.
SHORT = settings(
    max_examples=20,
    stateful_step_count=4,
    report_multiple_bugs=False,
    phases=[Phase.generate, Phase.shrink],
)


class Reservations(WorldMachine):
    """People who reserve books, one after another."""

    system = warehouse()

    def plans(self):
        return fault_plans(
            self.system,
            kinds=[faults.crashes],
            writes=["reservations.insert_one"],
            max_size=1,
        )

    def prepare(self):
        self.ann = self.world.client("Ann")

    @rule(count=st.integers(1, 5))
    def receives(self, count):
        with suppress(httpx.TransportError):
            self.world.do(self.ann.post("/stock", json={"sku": "book", "count": count}))

    @rule(number=st.integers(0, 3))
    def reserves(self, number):
        with suppress(httpx.TransportError):
            self.world.do(self.ann.post("/reservations", json={"id": f"r{number}"}))

    @rule(seconds=st.sampled_from([1.0, 60.0]))
    def waits(self, seconds):
        self.world.passes(seconds)


class Receiving(Reservations):
    """The same, but nobody reserves, and nothing goes wrong."""

    reserves = None

    def plans(self):
        return st.just([])


@fixture(name="worlds")
def _worlds(monkeypatch):
    opened, open_ = [], System.open

    def watched(self, *args):
        opened.append(open_(self, *args))
        return opened[-1]

    monkeypatch.setattr(System, "open", watched)
    return opened


def found(machine, how=SHORT):
    """Return what a machine fails with."""
    with raises(Exception) as failure:
        run_state_machine_as_test(machine, settings=how)
    return failure.value


def example(failure):
    """Return the lines of the example that was shrunk, as they would be pasted."""
    said = "\n".join(failure.__notes__)
    end = "state.teardown()"
    return textwrap.dedent(said[said.index("state = ") : said.index(end)] + end)


@unhurried
def test_a_planted_bug_is_found_shrunk_and_can_be_pasted(worlds):
    failure = found(Reservations, settings(SHORT, max_examples=100))
    assert isinstance(failure, Violated)
    assert str(failure).startswith("shipped: never shipped: ['r")
    pasted = example(failure)
    calls = [it for it in pasted.splitlines() if it.startswith("state.")]
    assert len(calls) == 4  # begin, receives, reserves, teardown
    assert "plan=[faults.crashes('inventory', on='write'" in calls[0]
    hashes = []
    for _ in range(2):
        with raises(Violated, match="never shipped"):
            exec(pasted, {"Reservations": Reservations, "faults": faults})
        hashes.append(worlds[-1].trace.sha256())
    assert hashes[0] == hashes[1]
    assert all(world.loop.is_closed() for world in worlds)


def test_a_sound_system_passes(worlds):
    run_state_machine_as_test(Receiving, settings=SHORT)
    assert worlds
    assert all(world.loop.is_closed() for world in worlds)


def test_a_rule_that_fails_is_what_is_reported_and_the_world_is_closed(worlds):
    class Failing(Receiving):
        system = warehouse()

        @rule()
        def asks(self):
            assert self.world.do(self.ann.get("/nowhere")).status_code == 200, "it is nowhere"

    @Failing.system.finally_("it holds in no world")
    def never(end):
        assert not end.events

    failure = found(Failing)
    assert type(failure) is AssertionError
    assert str(failure).startswith("it is nowhere")
    assert all(world.loop.is_closed() for world in worlds)


def test_what_fails_before_the_first_rule_closes_the_world(worlds):
    class Unprepared(Receiving):
        def prepare(self):
            raise LookupError("not prepared")

    assert isinstance(found(Unprepared), LookupError)
    assert all(world.loop.is_closed() for world in worlds)


def test_a_service_that_does_not_start_closes_the_world(worlds):
    @asynccontextmanager
    async def lifespan(app):
        raise LookupError("no licence")
        yield

    class Unstarted(Receiving):
        system = System("pages")

    Unstarted.system.service("front", lambda drivers: FastAPI(lifespan=lifespan), route="/")
    assert "no licence" in str(found(Unstarted))
    assert all(world.loop.is_closed() for world in worlds)


def test_an_example_is_judged_while_another_error_is_handled():
    crash = faults.crashes("inventory", of="reservations.insert_one")
    judged = []
    try:
        raise LookupError
    except LookupError:
        state = Reservations()
        state.begin(plan=[crash], seed=0)
        state.receives(count=1)
        state.reserves(number=0)
        with raises(Violated) as violated:
            state.teardown()
        judged.append(str(violated.value))
    assert judged == ["shipped: never shipped: ['r0']"]


def test_an_error_that_nobody_took_care_of_is_a_violation():
    class Careless(Receiving):
        system = System("pages")

        @rule()
        def forgets(self):
            self.world.world.loop.call_soon(lambda: 1 / 0)
            self.world.passes(1)

    Careless.system.service("front", lambda drivers: FastAPI(), route="/")
    assert "story: nobody took care of ZeroDivisionError" in str(found(Careless))


def test_a_worker_that_dies_is_a_violation():
    async def dies(drivers):
        raise LookupError("no licence")

    class Short(Receiving):
        system = System("pages")

    Short.system.service("worker", dies)
    Short.system.service("front", lambda drivers: FastAPI(), route="/")
    assert "nobody took care of LookupError('no licence')" in str(found(Short))


@mark.parametrize("system", [None, "warehouse", warehouse])
def test_a_machine_without_a_system_says_how_to_give_it(system):
    machine = type("Bare", (Receiving,), {"system": system})
    with raises(TypeError, match=r"Bare needs a class attribute: system = System\(…\)"):
        machine()


def test_an_initialize_of_ones_own_is_refused_since_it_might_come_before_the_world():
    class Early(Receiving):
        @initialize()
        def stock(self):
            pass

    with raises(TypeError, match="write stock as a rule, or in prepare"):
        Early()
