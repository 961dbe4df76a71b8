"""The same run, judged from inside a world and from outside: whoever sees less never says more."""

from pytest import fixture, mark

from boxoffice.trace.verdict import Verdict
from scenarios.catalogue import HEADLINES, scenario_named, scenarios_by_name
from scenarios.shop.outside.unseen import UNSEEN
from scenarios.zoo import TWINS
from tests.real.tiers import sampled
from tests.scenarios.shop.outside.visible import judged

SEEDS = (0, 1)
STORIES = {twin.name: one for one in scenarios_by_name().values() for twin in one.twins}
# A copy that another service keeps has a history of its own, which cannot be seen from outside.
COPIES = ("orders' replica", "payments' mirror")
# What was taken back has never been, to whoever looks at the stores in the end; to people it was
# shown, and whatever they were shown in its place contradicts it.
TAKEN_BACK = {
    "no-majority": {
        "holder-releases",
        "no-double-sale",
        "terminal-is-final",
        "versions-step-by-one",
        "answered-alike",  # an account, whose id was another when it was made again
    }
}


def violated(judgements):
    return {name for name, it in judgements.items() if it.verdict is Verdict.VIOLATED}


@mark.parametrize("seed", sampled(SEEDS, every=len(SEEDS)))
@mark.parametrize("story", [*HEADLINES, "market-day"])
def test_an_honest_run_is_judged_alike_from_inside_and_outside(story, seed):
    inside, outside, distant = judged(scenario_named(story), seed)
    assert {name: it.verdict for name, it in outside.items() if name not in UNSEEN} == {
        name: it.verdict for name, it in inside.items() if name not in UNSEEN
    }
    assert not violated(distant)


@fixture(scope="module", params=sampled(STORIES, every=3))
def broken(request):
    twin = TWINS[request.param]
    return twin, *judged(STORIES[twin.name], None, twin)


def test_a_broken_twin_falls_from_outside_by_all_that_can_be_seen(broken):
    twin, inside, outside, _ = broken
    fell = {name for name in violated(inside) - UNSEEN if is_seen(inside[name])}
    assert violated(outside) - TAKEN_BACK.get(twin.name, set()) == fell
    assert twin.invariant in violated(outside)


def is_seen(judgement):
    return any(not it.message.startswith(COPIES) for it in judgement.violations)


def test_http_alone_never_accuses_a_broken_twin_of_more_than_it_did(broken):
    twin, inside, _, distant = broken
    assert violated(distant) <= violated(inside) | TAKEN_BACK.get(twin.name, set())


@mark.parametrize("twin", sampled(TWINS, every=len(TWINS), real=4))
def test_no_twin_is_accused_from_outside_of_what_it_did_not_do(twin):
    inside, outside, distant = judged(scenario_named("market-day"), 3, TWINS[twin])
    known = violated(inside) | TAKEN_BACK.get(twin, set())
    assert violated(outside) <= known
    assert violated(distant) <= known
