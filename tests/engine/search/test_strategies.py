"""Where a campaign looks: chance, priorities, a few delays, or all of these in turns."""

from itertools import combinations, islice

from pytest import mark, raises

from boxoffice import Tape
from boxoffice.misuse import Misuse
from boxoffice.search import Case, Plan, explore
from boxoffice.search.strategies.delays import DelayBounded, Delays
from boxoffice.search.strategies.priorities import DEPTHS, ByPriority, Priorities
from boxoffice.search.strategies.spelling import schedule_of, strategy_of
from boxoffice.search.strategies.strategy import Turn
from tests.engine.search.shelves import looks_first, rummage


def plan(bug=None):
    return Plan([Case(rummage, 0, bug)])


@mark.parametrize("name", ["random", "pct", "delays", "auto"])
def test_each_strategy_finds_who_looks_and_then_takes(name):
    campaign = explore(plan(looks_first), runs=60, strategy=strategy_of(name))
    assert list(campaign.fell) == [("stays-theirs",)]


@mark.parametrize("name", ["pct", "delays"])
def test_no_schedule_accuses_a_sound_system(name):
    campaign = explore(plan(), runs=20, strategy=strategy_of(name))
    assert (campaign.runs, campaign.falls) == (20, 0)


@mark.parametrize("schedule", [Priorities(3, 7), Delays((4, 9))])
def test_a_schedule_is_the_same_run_twice(schedule):
    case = Case(rummage, 5, tape=Tape(schedule=schedule))
    assert case.play().trace.sha256() == case.play().trace.sha256()
    assert case.play().trace.sha256() != Case(rummage, 5).play().trace.sha256()


def test_priorities_differ_by_salt_and_by_depth():
    def digest(depth, salt):
        return Case(rummage, 5, tape=Tape(schedule=Priorities(depth, salt))).play().trace.sha256()

    assert len({digest(2, 1), digest(2, 2), digest(4, 1)}) == 3
    turns = islice(ByPriority().turns(0), 6)
    assert [it.schedule.depth for it in turns] == [*DEPTHS, *DEPTHS]


def test_all_sets_of_delays_are_played_and_the_smaller_ones_first():
    strategy, played = DelayBounded(most=2), []
    for turn in strategy.turns(0):
        played.append(turn.schedule.at)
        strategy.learn(turn, 4, "holds")  # legs, in each run
    assert played == [at for size in (0, 1, 2) for at in combinations(range(4), size)]
    assert strategy.ending().startswith("exhausted: all 11 sets of up to 2 delays")


def test_a_search_that_was_broken_off_says_so():
    campaign = explore(plan(), runs=3, strategy=strategy_of("delays"))
    assert campaign.ending.startswith("not exhausted: 3 sets of up to 2 delays")


def test_what_is_still_under_way_is_waited_for():
    strategy = DelayBounded(most=1)
    turns = strategy.turns(0)
    first = next(turns)
    assert next(turns) is None
    strategy.learn(first, 2, "holds")
    assert [it.schedule.at for it in islice(turns, 2)] == [(0,), (1,)]


def test_two_processes_exhaust_what_one_does():
    small = Plan([Case(rummage, 0, tape=Tape(deeds=frozenset({0}), strikes={}))])
    one = explore(small, strategy=DelayBounded(most=1))
    two = explore(small, strategy=DelayBounded(most=1), jobs=2)
    assert one.ending == two.ending
    assert "not" not in one.ending
    assert one.shapes == two.shapes


@mark.parametrize("text", ["pct:3:17", "delays:", "delays:4,9"])
def test_a_schedule_is_a_text(text):
    assert str(schedule_of(text)) == text


@mark.parametrize("text", ["", "pct", "pct:3", "delays:x", "chaos:1"])
def test_what_is_no_schedule_is_refused(text):
    with raises((Misuse, ValueError)):
        schedule_of(text)


def test_a_strategy_that_is_mistyped_is_told():
    with raises(Misuse, match="did you mean 'delays'"):
        strategy_of("delay")


def test_a_turn_is_a_case_with_a_schedule():
    case = plan(looks_first).of(Turn(3, Priorities(2, 3)))
    assert (case.seed, case.bug, case.tape) == (3, looks_first, Tape(schedule=Priorities(2, 3)))


def test_chance_that_is_drawn_anew_ends_a_schedule():
    def digest(salt):
        tape = Tape(schedule=Priorities(3, 7), forks=((0.05, salt),))
        return Case(rummage, 5, tape=tape).play().trace.sha256()

    assert len({digest(1), digest(2), digest(3)}) == 3
