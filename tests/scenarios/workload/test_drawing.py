"""What storms draw: every verb, every route, and deeds that make sense without those before."""

from itertools import chain

from pytest import mark

from boxoffice import Tape, run
from boxoffice.views.smallest import _deed
from scenarios.aimed import UNHEARD_S
from scenarios.catalogue import scenario_named
from scenarios.shop.vocabulary import VOCABULARY
from scenarios.workload.drawing import SEATS
from scenarios.workload.outline import MOST
from scenarios.workload.playing import VERBS
from scenarios.workload.plots import NO_REFUNDS, REFUSED_S
from scenarios.workload.till_plots import GIVEN_UP_S
from services.auth import api as auth
from services.common.messaging import LONGEST_DELAY_S, PARK_AFTER_S
from services.orders import api as orders
from services.payments import api as payments
from services.tickets import api as tickets

STORMS = [scenario_named(name) for name in ("scramble", "long-haul", "bystanders")]
ROUTES = [
    (method, route)
    for api in (auth, tickets, orders, payments)
    for route in api.router.routes
    for method in route.methods
]
SEEDS = range(100)


DEEDS = {(storm.name, seed): storm.drawn(seed).deeds for storm in STORMS for seed in SEEDS}


def verbs(storm, seed):
    return {deed.does for deed in DEEDS[storm.name, seed]}


def few_that_have_all():
    """Return few storms, by their seeds, in which every verb is."""
    missing, found = set(VERBS), []
    drawn = [(storm, seed) for storm in STORMS for seed in SEEDS]
    while missing:
        best = max(drawn, key=lambda it: len(missing & verbs(*it)))
        assert missing & verbs(*best), f"nobody ever {missing}"
        found.append(best)
        missing -= verbs(*best)
    return found


def test_every_verb_is_drawn_by_some_seed():
    drawn = {verb for storm in STORMS for seed in SEEDS for verb in verbs(storm, seed)}
    assert drawn == set(VERBS)


def test_every_storm_is_small():
    sizes = [len(deeds) for deeds in DEEDS.values()]
    assert min(sizes) >= 3
    assert max(sizes) <= MOST + 2  # which a plot at an account may add


def test_every_deed_is_told_in_the_shops_words():
    drawn = list(chain.from_iterable(DEEDS.values()))
    assert [deed for deed in drawn if _deed(deed, VOCABULARY) == str(deed)] == []


def asked_in(storm, seed):
    return {
        (event["method"], event["path"].split("?")[0])
        for event in run(storm, seed).trace.of_kind("request")
    }


def test_every_route_of_the_shop_is_asked():
    missed, heads = list(ROUTES), False
    others = [(storm, seed) for seed in range(20) for storm in STORMS]
    for case in [*few_that_have_all(), *others]:
        asked = asked_in(*case)
        heads = heads or "HEAD" in {method for method, _ in asked}
        missed = [
            (method, route)
            for method, route in missed
            if not any(it == method and route.path_regex.match(path) for it, path in asked)
        ]
        if heads and not missed:
            return
    raise AssertionError(f"nobody asks for {missed}")


def test_some_try_another_card_and_some_runs_last_until_a_charge_is_given_up():
    drawn = [*chain.from_iterable(DEEDS.values())]
    assert any("other_card" in deed.what for deed in drawn)
    lasting = [deed for deed in drawn if deed.does == "stays" and deed.after_s > GIVEN_UP_S]
    assert 0 < len(lasting) < len(DEEDS) / 5


def test_whoever_collects_finds_three_seats_that_nobody_else_needs_to_list():
    collecting = [deeds for deeds in DEEDS.values() if "collects" in {deed.does for deed in deeds}]
    assert len(collecting) > len(DEEDS) / 50
    for deeds in collecting:
        assert {deed.what["seat"] for deed in deeds if deed.does == "lists"} >= {*SEATS}


def test_some_runs_last_until_a_refund_was_refused_again_and_again_or_a_message_came_at_last():
    lasting = {
        (storm, seed)
        for (storm, seed), deeds in DEEDS.items()
        if any(deed.does == "stays" and deed.after_s > REFUSED_S for deed in deeds)
    }
    assert 0 < len(lasting) < len(DEEDS) / 10
    for storm, seed in lasting:
        drawn = scenario_named(storm).drawn(seed)
        names = {it.name for it in drawn.faults}
        assert {*NO_REFUNDS, "gaps", "stripe-timeouts", "restarts-empty"} & names
    assert any(stays_for(UNHEARD_S, *it) for it in lasting)
    assert any(stays_for(900 + GIVEN_UP_S, *it) for it in lasting)


def replaying(fault):
    """Return the storms with this fault in which somebody replays dead letters."""
    drawn = (scenario_named(name).drawn(seed) for name, seed in DEEDS)
    return [
        storm
        for storm in drawn
        if any(it.name == fault for it in storm.faults)
        and any(it.does == "replays" for it in storm.deeds)
    ]


def test_in_a_few_storms_a_store_refuses_messages_and_an_operator_replays_them_when_it_is_over():
    found = replaying("validator")
    assert 0 < len(found) < len(DEEDS) / 20
    for storm in found:
        first, second = [it for it in storm.deeds if it.does == "replays"]
        [until_s] = [it.when.until_s for it in storm.faults if it.name == "validator"]
        assert until_s > PARK_AFTER_S + LONGEST_DELAY_S
        assert until_s + LONGEST_DELAY_S < first.after_s
        assert second.after_s > 0.0


def test_where_there_is_garbage_an_operator_may_replay_it_in_vain():
    assert replaying("poison")


def stays_for(seconds, storm, seed):
    return any(deed.does == "stays" and deed.after_s == seconds for deed in DEEDS[storm, seed])


def test_people_do_two_things_in_the_same_instant():
    assert any("tab" in deed.what for deed in chain.from_iterable(DEEDS.values()))


@mark.parametrize("storm", STORMS, ids=[it.name for it in STORMS])
def test_deeds_make_sense_whichever_of_them_are_left_out(storm):
    for seed, keep in ((1, {0, 3, 5}), (2, {2, 4}), (3, {1, 3, 4})):
        outcome = run(storm, seed, tape=Tape(deeds=frozenset(keep)))
        assert outcome.verdict != "violated", outcome.violations
