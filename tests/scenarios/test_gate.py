"""A thousand storms over the sound code, of all kinds, by all strategies: none of them falls."""

from pytest import mark

from boxoffice.search import Case, Plan, explore
from boxoffice.search.strategies.spelling import strategy_of
from scenarios.catalogue import storms

SLICES, RUNS = 20, 50  # slices, so that all processors have some
APART = 10_000  # seeds from one slice to the next: no two play the same run


@mark.parametrize("nth", range(SLICES))
def test_no_storm_makes_the_shop_fall(nth):
    plan = Plan([Case(storm, nth * APART) for storm in storms()])
    strategy = strategy_of("auto", len(plan.cases))
    campaign = explore(plan, runs=RUNS, keep_going=True, strategy=strategy, twice=RUNS)
    fell = [f"{run.scenario} seed {run.seed}: {run.said}" for run in campaign.fell.values()]
    assert (campaign.runs, fell) == (RUNS, [])
    assert campaign.twice == 1
    assert campaign.undecided < RUNS / 10
    assert len(campaign.struck) > 10, "what nothing strikes shows nothing"
