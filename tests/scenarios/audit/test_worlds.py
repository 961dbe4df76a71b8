"""An audit of worlds that run: it accuses nobody who is sound, and finds who is not."""

from dataclasses import replace

from pytest import mark

from boxoffice.views.explorer.model import text_of
from scenarios.audit.command import _lines
from scenarios.audit.judging import Audit
from scenarios.catalogue import scenario_named, scenarios_by_name, storms
from scenarios.shop.outside.snapshot import Books, Snapshot
from scenarios.shop.outside.unseen import OF_ANSWERS
from scenarios.zoo import TWINS
from tests.real.tiers import sampled
from tests.scenarios.audit.looked import broken, shelved, watched

SEEDS = range(24)


@mark.parametrize("seed", sampled(SEEDS, every=8))
def test_a_storm_is_accused_at_no_moment(seed):
    for storm in storms():
        audits = watched(storm, seed).audits()
        assert {at_s: broken(it) for at_s, it in audits.items()} == {it: {} for it in audits}


def test_what_is_under_way_is_told_apart_and_keeps_nobody_from_judging_the_rest():
    seen = [watched(scenario_named("scramble"), seed).audits().values() for seed in range(8)]
    every = [it for audits in seen for it in audits]
    assert any(0 < it.under_way < it.parts for it in every)
    assert any(it.verdict == "holds" for it in every)


# Each in the story that has it, and what its invariant leaves behind.
FALLS = {
    "ack-first": "replicas-converge",
    "no-version-check": "replicas-converge",
    "blind-write": "versions-step-by-one",
    "no-unique-hold": "no-double-sale",
    "no-refund": "money-conserved",
    "no-outbox": "every-version-announced",
    "no-holder-check": "holder-releases",
    "no-fencing": "holder-releases",
    "no-look-up": "charged-once",
    "no-second-line": "orders-settle",
}
STORIES = {twin.name: one for one in scenarios_by_name().values() for twin in one.twins}


@mark.parametrize("name", FALLS)
def test_a_broken_shop_is_found_and_drawn_by_what_it_left_behind(name):
    end = watched(STORIES[name], STORIES[name].seed, TWINS[name]).look()
    audit = Audit(end)
    assert audit.needs_another
    found = audit.found(end)
    assert found.verdict == "violated"
    assert FALLS[name] in broken(found)
    assert found.guilty.keys() & {*end.snapshot.tickets, *end.snapshot.orders}
    _, told, *_ = (it for it in _lines(found)[::-1] if not it.startswith(("○", "violated: ")))
    assert f"{found.began:%Y-%m-%d}" in told, "breaches say when it was, from there on"
    assert "order" in text_of([*found.guilty.values()])


def test_what_is_found_once_and_healed_since_is_no_breach():
    seen = watched(STORIES["no-holder-check"], 0, TWINS["no-holder-check"])
    sound = watched(STORIES["no-holder-check"], 0)
    assert broken(Audit(seen.look()).found(sound.look())) == {}


def test_what_nothing_is_known_of_is_unknown_and_does_not_hold():
    end = watched(scenario_named("purchase"), 0).look()
    unread = replace(end, snapshot=replace(end.snapshot, books=Books(are_read=False)))
    verdicts = {it.invariant: it.verdict for it in Audit(unread).found().judgements}
    unknown = {name for name, it in verdicts.items() if it == "vacuous"}
    assert {"money-conserved", "charged-once", *OF_ANSWERS} <= unknown
    assert verdicts["no-double-sale"] == "holds"
    nothing = shelved(Snapshot(at_us=0))
    assert Audit(nothing).found().verdict == "vacuous"


def test_a_consumer_that_stands_still_is_told_and_one_that_moves_is_not():
    end = watched(scenario_named("purchase"), 0).look()
    stands, moves = replace(end, floors={"orders": 3}), replace(end, floors={"orders": 4})
    told = [it for it in Audit(stands).found(stands).judgements if it.violations]
    assert [it.invariant for it in told] == ["nothing-stuck"]
    assert "after message 3" in told[0].violations[0].message
    assert Audit(stands).found(moves).verdict != "violated"


def test_what_was_touched_before_is_left_out():
    end = watched(scenario_named("purchase"), 0).look()
    last_us = end.stream[-1].at_us
    assert Audit(end, last_us).found().parts == 1
    assert Audit(end, last_us + 1).found().verdict == "vacuous"
