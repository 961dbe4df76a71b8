"""Hosts that cannot hear each other, and garbage between messages: everybody comes through."""

from pytest import mark

from boxoffice.faults import busy_account, crashes, delays, partitions, poison, stored_twice
from boxoffice.trace import STORY
from boxoffice.trace.trace import Trace
from boxoffice.trace.verdict import Verdict
from boxoffice.world.run import run
from scenarios.catalogue import HEADLINES, fault_named, scenario_named
from services.assembly import NAMES
from tests.real.tiers import sampled

HELD = {Verdict.HOLDS, Verdict.VACUOUS}
INVOLVED = [service for service in NAMES if service != "auth"]  # in a sale, once people are in
RACES = "pay-against-expiry"  # is won by ten seconds, and a lost message comes again after thirty


def test_a_crashed_host_that_is_cut_off_comes_back_and_is_heard_once_healed():
    faults = [
        crashes("orders", on="write", of="orders.insert_one", nth=[1], down_s=1.0),
        partitions("orders", on="crash", lasts_s=8.0),
    ]
    found = run(scenario_named("purchase"), 0, faults=faults)
    assert found.verdict is Verdict.HOLDS
    assert [it.kind for it in found.trace.of_kind("partition", "heal")] == ["partition", "heal"]


def test_what_others_charge_on_the_same_account_is_none_of_ours():
    found = run(scenario_named("purchase"), 0, faults=[busy_account(of="charge", nth=[1])])
    assert found.verdict is Verdict.HOLDS
    assert [fault.times for fault in found.faults] == [1]


@mark.parametrize("name", sampled(HEADLINES, every=20))
def test_every_headline_comes_through_the_partitions_of_a_bad_day(name):
    begun = 0
    for seed in range(20):
        found = run(scenario_named(name), seed, faults=[fault_named("partitions")], size=8)
        verdicts = {
            one.invariant: one.verdict
            for one in found.judgements
            if name != RACES or one.invariant != STORY
        }
        wrong = {key: it for key, it in verdicts.items() if it not in HELD}
        assert not wrong, f"seed {seed}"
        begun += len(list(found.trace.of_kind("partition")))
        assert_healed(found.trace)
    assert begun > 10


@mark.parametrize("host", [*INVOLVED, "nats", "redis", "orders-db"])
def test_a_sale_comes_through_whoever_is_cut_off_while_it_is_made(host):
    fault = partitions(host, on="stored", of="order.created", nth=[1], lasts_s=12.0)
    found = run(scenario_named("purchase"), 0, faults=[fault])
    assert found.verdict is Verdict.HOLDS
    assert list(found.trace.of_kind("lost"))


def test_what_a_partition_has_swallowed_is_overtaken_by_what_came_later():
    found = run(scenario_named("cut-off"), 0)
    heard = [it for it in found.trace.of_kind("decided") if it.host == "tickets"]
    told = [(it["type"], it["attempt"], it["decision"]) for it in heard]
    assert told[1:] == [
        ("order.awaiting-payment", 1, "apply"),
        ("order.created", 1, "apply"),
        ("order.completed", 1, "apply"),
        ("order.cancelled", 2, "apply"),
    ]


def test_one_seed_is_one_run():
    def sha256(seed):
        faults = [fault_named("partitions"), partitions("nats", from_s=0.05, lasts_s=3.0)]
        return run(scenario_named("late-cancel"), seed, faults=faults).trace.sha256()

    assert sha256(3) == sha256(3) != sha256(4)


def test_a_story_with_garbage_ends_as_it_does_without():
    outcome = run(scenario_named("purchase"), faults=[poison()])
    assert outcome.verdict is Verdict.HOLDS
    letters = [it for it in outcome.trace.of_kind("log") if it["what"] == "parked"]
    assert letters


def assert_healed(trace: Trace) -> None:
    """Every partition is healed, once."""
    begun = [event.number for event in trace.of_kind("partition")]
    assert sorted(event.cause or 0 for event in trace.of_kind("heal")) == begun


def test_what_is_stored_twice_may_be_heard_from_its_second_place_first():
    faults = [
        stored_twice(after_s=0.1, of="order.created", nth=[1]),
        delays(9.0, of="order.created", at="tickets", nth=[1]),
    ]
    assert run(scenario_named("purchase"), 0, faults=faults).verdict is Verdict.HOLDS
