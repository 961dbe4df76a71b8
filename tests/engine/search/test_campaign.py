"""Many runs, in one process or in several, until something falls."""

import re
from itertools import count

from pytest import mark, raises

from boxoffice import System
from boxoffice.misuse import Misuse
from boxoffice.search import Case, Plan, explore
from boxoffice.search.shapes import shapes_of
from boxoffice.search.strategies.spelling import strategy_of
from tests.engine.search.shelves import looks_first, rummage


def plan(bug=None, seed=0):
    return Plan([Case(rummage, seed, bug)])


def known(campaign):
    return campaign.runs, campaign.shapes, campaign.struck, campaign.tested


def test_a_campaign_ends_with_the_first_that_falls():
    campaign = explore(plan(looks_first), runs=100)
    ((fell, run),) = campaign.fell.items()
    assert fell == ("stays-theirs",)
    assert run.seed == campaign.runs - 1 > 0
    assert "took" in run.said


def test_one_that_keeps_going_counts_all_that_fall():
    campaign = explore(plan(looks_first), runs=40, keep_going=True)
    assert campaign.runs == 40
    assert campaign.falls > 2


def test_a_sound_system_holds_and_says_what_it_has_seen():
    campaign = explore(plan(), runs=20)
    assert (campaign.runs, campaign.falls) == (20, 0)
    assert campaign.struck["slow-calls"] > 0
    assert campaign.tested["stays-theirs"] > 0
    assert campaign.never_tested == []
    assert 0 < campaign.last_new <= 20


def test_two_processes_find_what_one_finds():
    one = explore(plan(looks_first), runs=24, keep_going=True)
    two = explore(plan(looks_first), runs=24, keep_going=True, jobs=2)
    assert known(one) == known(two)
    assert one.falls == two.falls


def test_a_run_that_goes_two_ways_is_found_where_one_of_so_many_is_played_twice():
    system, runs_before = System("forgetful"), count()

    async def counts(drivers):
        await drivers.mongo["store"]["runs"].insert_one({"_id": next(runs_before)})

    system.service("counter", counts, mongo="mongo")

    @system.story()
    async def remembers(world):
        await world.passes(seconds=1)

    alike = explore(Plan([Case(remembers, 0)]), runs=3)
    assert (alike.falls, alike.twice) == (0, 0)
    apart = explore(Plan([Case(remembers, 0)]), runs=3, twice=1, keep_going=True)
    assert (apart.runs, apart.falls, apart.twice) == (3, 3, 3)
    ((fell, run),) = apart.fell.items()
    assert fell == ("the same again",)
    assert "when it was played again" in run.said


def test_where_only_the_words_differ_it_is_they_that_are_told():
    system, words = System("words"), count()

    @system.story
    async def mutters(world):
        raise AssertionError(f"word {next(words)}")

    (run,) = explore(Plan([Case(mutters, 0)]), runs=1, twice=1).fell.values()
    assert run.said == "it said 'word 0', and 'word 1' when it was played again"


def test_a_run_that_goes_one_way_is_the_same_twice():
    campaign = explore(plan(), runs=6, twice=2, jobs=2)
    assert (campaign.runs, campaign.twice, campaign.falls) == (6, 3, 0)


def test_of_so_many_runs_one_is_compared_whatever_a_strategy_calls_its_turns():
    strategy = strategy_of("auto", 1)
    campaign = explore(plan(), runs=20, twice=20, strategy=strategy, keep_going=True)
    assert (campaign.runs, campaign.twice) == (20, 1)


def test_where_two_take_turns_both_are_played_twice():
    system, compared = System("idle"), set()

    @system.story
    async def sits(world):
        await world.passes(seconds=1)

    @system.story
    async def lies(world):
        await world.passes(seconds=1)

    def tell(campaign, run):
        if run.is_twice:
            compared.add(run.scenario)

    plan = Plan([Case(sits, 0), Case(lies, 0)])
    explore(plan, runs=12, twice=2, tell=tell)
    assert compared == {"sits", "lies"}


def test_no_time_is_no_run():
    assert explore(plan(), within_s=0.0).runs == 0


def test_the_time_ends_it():
    watched = []
    explore(plan(), within_s=0.5, tell=lambda campaign, run: watched.append(run.seed))
    assert watched == list(range(len(watched)))


def test_an_error_that_ends_a_run_is_found():
    stumbles = System("stumbles")

    @stumbles.story
    async def trips(world):
        """It trips."""
        raise LookupError("over its own feet")

    campaign = explore(Plan([Case(trips, 0)]), runs=5)
    assert campaign.runs == 1
    (run,) = campaign.fell.values()
    assert run.verdict == "error"
    assert re.fullmatch(r"LookupError: over its own feet \(test_campaign.py:\d+\)", run.said)


@mark.parametrize("jobs", [1, 2])
def test_what_is_asked_for_wrongly_is_no_finding(jobs):
    from boxoffice import faults

    mistyped = Case(rummage, 0, faults=[faults.crashes("libary")])
    with raises(Misuse, match="library"):
        explore(Plan([mistyped]), runs=3, jobs=jobs)


def test_scenarios_take_turns():
    cases = Plan([Case(rummage, 5), Case(rummage, 7, looks_first)])
    got = [cases.case(number) for number in range(4)]
    assert [(it.seed, it.bug) for it in got] == [
        (5, None),
        (7, looks_first),
        (6, None),
        (8, looks_first),
    ]


def test_shapes_tell_behaviour_from_chance():
    runs = [Case(rummage, seed, size=1).play() for seed in range(12)]
    shapes = {shapes_of(it.trace.events) for it in runs}
    assert 1 < len(shapes) < 12
    assert len({it.trace.sha256() for it in runs}) == 12
    assert next(count()) == 0
