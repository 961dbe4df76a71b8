"""Two buyers and one seat: every sequence of what their orders do is played, or says why not."""

from boxoffice.search import Case, Plan, explore
from boxoffice.search.strategies.spelling import strategy_of
from scenarios.stories.last_seat import last_seat
from scenarios.zoo.holds import no_unique_hold


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
