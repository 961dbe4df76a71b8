"""How a verdict comes about."""

from pytest import mark

from boxoffice.trace.verdict import Kind, Verdict
from scenarios.shop.checks import INVARIANTS, Evidence, Invariant, judge, nothing_stuck
from tests.scenarios.shop.checks.histories import History, order

NAMES = (
    "no-double-sale",
    "terminal-is-final",
    "versions-step-by-one",
    "no-lost-update",
    "charged-once",
    "holder-releases",
    "money-conserved",
    "replicas-converge",
    "reservation-agrees",
    "every-version-announced",
    "orders-settle",
    "accepted-is-durable",
    "nothing-stuck",
    "sessions-isolate",
    "owner-only",
    "conditions-hold",
    "prices-to-the-cent",
    "no-hot-loop",
    "history-explains-state",
    "reads-go-forward",
    "answered-alike",
    "lists-are-whole",
    "refusals-in-words",
    "letters-open-once",
    "alarms-on-time",
    "keeps-to-its-own",
    "reservations-as-told",
    "follows-the-contract",
    "leaves-in-order",
    "everybody-hears",
    "pending-for-a-reason",
    "no-own-errors",
    "guesses-are-counted",
    "shown-as-stored",
    "refused-for-a-reason",
    "says-what-is-agreed",
    "as-far-ahead-as-promised",
    "ready-as-it-says",
)
FINALLY = [it for it in INVARIANTS if it.kind is Kind.FINALLY and it is not nothing_stuck]


def named(invariant: Invariant) -> str:
    return invariant.name


def test_the_invariants_come_in_the_order_of_the_contract() -> None:
    assert tuple(judgement.invariant for judgement in judge(Evidence())) == NAMES


@mark.parametrize("invariant", INVARIANTS, ids=named)
def test_each_invariant_holds_on_an_honest_day(invariant: Invariant, honest: Evidence) -> None:
    judgement = invariant.judge(honest)
    assert (judgement.verdict, judgement.violations) == (Verdict.HOLDS, [])


@mark.parametrize("invariant", INVARIANTS, ids=named)
def test_each_invariant_is_vacuous_where_nothing_happened(invariant: Invariant) -> None:
    assert invariant.judge(Evidence()).verdict is Verdict.VACUOUS


@mark.parametrize("invariant", FINALLY, ids=named)
def test_the_end_of_a_restless_world_is_undecided(invariant: Invariant) -> None:
    assert invariant.judge(Evidence(restless=["1 request in flight"])).verdict is Verdict.UNDECIDED


def test_what_must_always_hold_is_violated_also_in_a_restless_world() -> None:
    history = History()
    history.saves("orders.orders", order(version=7))
    verdicts = {it.invariant: it.verdict for it in judge(history.evidence(restless=["a host"]))}
    assert verdicts["versions-step-by-one"] is Verdict.VIOLATED
    assert verdicts["orders-settle"] is Verdict.UNDECIDED


def test_the_events_that_prove_a_violation_come_in_order_and_once() -> None:
    history = History()
    history.saves("orders.orders", order())
    history.saves("orders.orders", order(version=2))
    versions = next(it for it in judge(history.evidence()) if "versions" in it.invariant)
    assert [list(found.events) for found in versions.violations] == [[0, 1]]
