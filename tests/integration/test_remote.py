"""Stories told at a URL: that of a shop which `boxoffice up` keeps open."""

from collections.abc import Iterator

from pytest import fixture, mark, raises

from benchmarks.opened import opened
from boxoffice.real.broker import executable
from boxoffice.trace.verdict import Verdict
from scenarios.catalogue import fault_named, scenario_named, twin_named
from scenarios.shop.stage import CannotBeTold
from scenarios.shop.targets.remote import run_at
from scenarios.targets import left_out, player
from scenarios.unknown import Unknown
from tests.real.tiers import unhurried

pytestmark = mark.real

SEEN = [
    "no-double-sale",
    "versions-step-by-one",
    "accepted-is-durable",
    "sessions-isolate",
    "story",
]


@fixture(scope="module")
def url() -> Iterator[str]:
    executable()
    with opened() as it:
        yield it


def verdicts(outcome):
    return {one.invariant: one.verdict for one in outcome.judgements}


def test_a_purchase_is_judged_by_what_can_be_seen(url):
    outcome = run_at(url, scenario_named("purchase"))
    assert (outcome.violations, outcome.verdict, outcome.target) == ([], Verdict.HOLDS, url)
    found = verdicts(outcome)
    assert [found[name] for name in SEEN] == [Verdict.HOLDS] * len(SEEN)
    assert found["money-conserved"] is Verdict.VACUOUS
    assert outcome.counts["http"] > 0


@unhurried
def test_a_story_can_be_told_twice_to_a_shop_that_remembers(url):
    for _ in range(2):
        assert run_at(url, scenario_named("purchase")).violations == []


@unhurried
def test_a_crowd_meets_at_a_url_without_the_weather(url):
    outcome = run_at(url, scenario_named("last-seat"), size=10)
    assert (outcome.violations, outcome.verdict) == ([], Verdict.HOLDS)


def test_a_story_whose_plot_needs_a_fault_says_so():
    with raises(CannotBeTold, match="delays cannot be caused from outside"):
        run_at("http://127.0.0.1:9", scenario_named("late-cancel"))


def test_nothing_can_be_broken_at_a_url():
    purchase = scenario_named("purchase")
    for broken in ({"twin": twin_named("no-outbox")}, {"faults": [fault_named("delays")]}):
        with raises(Unknown, match="nothing can be broken at a URL"):
            player("https://ticketing.dev", purchase, **broken)


def test_what_is_left_out_is_said():
    remark = left_out("https://ticketing.dev", scenario_named("last-seat"))
    assert remark == "told without duplicates: nobody can cause them there"
    assert left_out("local", scenario_named("last-seat")) == ""
    assert left_out("https://ticketing.dev", scenario_named("purchase")) == ""


@mark.parametrize("target", ["sims", "ftp://there", "http://", "http://[", "https://a:0"])
def test_what_is_no_target_is_refused(target):
    with raises(Unknown, match="there is no target"):
        player(target, scenario_named("purchase"))
