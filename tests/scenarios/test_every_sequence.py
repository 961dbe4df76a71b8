"""Two buyers and one seat: every sequence of what their orders do is played, or says why not."""

from random import Random

from boxoffice.search import Case, Plan, explore
from boxoffice.search.strategies.partial.arrivals import Arrivals
from boxoffice.search.strategies.partial.search import PartialOrder
from boxoffice.search.strategies.spelling import strategy_of
from boxoffice.search.strategies.strategy import Turn
from scenarios.stories.last_seat import last_seat
from scenarios.zoo.holds import no_unique_hold
from tests.real.tiers import unhurried

STEPS = 18  # of two orders, in each of which any of two messages may come first


def for_two(bug=None):
    return Plan([Case(last_seat, 0, bug, size=2)])


def test_without_the_index_a_sequence_sells_the_seat_twice():
    campaign = explore(for_two(no_unique_hold), strategy=strategy_of("por"))
    (fell,) = campaign.fell
    assert "no-double-sale" in fell
    assert campaign.ending.startswith("not exhausted")


def test_with_the_index_none_does():
    campaign = explore(for_two(), strategy=strategy_of("por"))
    assert campaign.falls == 0
    assert campaign.ending.startswith("exhausted: every distinguishable sequence was played")
    assert f"(holds in {campaign.runs - 1})" in campaign.ending
    assert campaign.runs - 1 > 2


@unhurried
def test_no_sequence_that_chance_picks_comes_to_another_end():
    plan, search = for_two(), PartialOrder()
    ends = set()
    for turn in search.turns(0):
        outcome, course = played(plan.of(turn))
        ends |= {end_of(outcome, course)} if search.begun else set()
        search.learn(turn, course.went(), str(outcome.verdict))
    chance = Random(3)
    for _ in range(60):
        picked = tuple((step, chance.randint(0, 1)) for step in range(STEPS))
        assert end_of(*played(plan.of(Turn(0, Arrivals(search.nth, picked), calm=True)))) in ends


def played(case):
    worlds = []
    return case.play(begun=worlds.append), worlds[0].randomness.course


def end_of(outcome, course):
    """Who got the seat, what each was told, and how often the index was asked for it."""
    answers = sorted(
        (it.host, it["status"], repr(it["body"] and it["body"].get("errors")))
        for it in outcome.trace.events
        if it.kind == "response" and it["status"] in (201, 400)
    )
    touches = [touch for step in course.went().steps for touch in step.touches]
    asked = sum("held_ticket" in (getattr(it, "search", None) or {}) for it in touches)
    return repr((outcome.verdict, answers, asked))
