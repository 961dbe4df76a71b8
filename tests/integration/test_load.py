"""Fifty people buy for a minute on real servers while each service, NATS and Redis are killed."""

import asyncio

from pytest import fixture, mark, param

from benchmarks import load
from boxoffice.real.process import running
from boxoffice.trace.verdict import Verdict, overall
from scenarios.shop.checks import INVARIANTS
from scenarios.shop.outside.unseen import UNSEEN
from scenarios.shop.targets.local import Machine
from tests.real.servers import mongo_process, redis_process
from tests.real.tiers import NIGHTLY

pytestmark = mark.real

BUYERS, SECONDS = 50, 60
# Nobody edits a ticket, and of the others nothing can be seen from outside.
UNTOUCHED = {"no-lost-update", "conditions-hold"} | (UNSEEN & {it.name for it in INVARIANTS})
BY_CHANCE = {"answered-alike"}  # only who got no answer asks twice


@fixture
def given(tmp_path):
    """A real MongoDB-wire server; NATS and Redis are the shop's own, since they are killed."""
    redis_process(tmp_path)  # or the test is skipped by name
    with running(mongo_process(tmp_path)) as mongo:
        yield {"MONGO_URL": f"mongodb://{mongo.address}"}


@mark.parametrize("replicas", [param(1, marks=NIGHTLY), 2])
def test_whoever_is_killed_every_invariant_holds_and_nothing_is_lost(
    replicas, given, record_property, capsys
):
    machine = Machine(given, replicas=replicas, window_s=45, linked=False)
    figures, judgements = asyncio.run(load.measured(machine, BUYERS, SECONDS))
    with capsys.disabled():
        print("\n" + "\n".join(figures.lines()))
    found = {one.invariant: one.verdict for one in judgements}
    assert overall(judgements) is Verdict.HOLDS, [it for one in judgements for it in one.violations]
    untested = {name for name, verdict in found.items() if verdict is Verdict.VACUOUS}
    assert untested - BY_CHANCE == UNTOUCHED
    assert figures.surprises == []
    assert set(figures.errors) <= {503}
    services = {"auth", "tickets", "orders", "payments", "expiration"}
    seconds = {f"{name}-2" for name in services} if replicas == 2 else set()
    assert figures.back_s.keys() == services | seconds | {"nats", "redis"}
    assert figures.purchases > 0
    record_property(f"purchases while {len(figures.back_s)} were killed", figures.purchases)
