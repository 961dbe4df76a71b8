"""What the explorer says that a consumer has compared, and what the rule says to that."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from boxoffice import faults
from boxoffice.trace.trace import Trace
from boxoffice.world.run import run
from scenarios.catalogue import scenario_named, twin_named
from services.common.versioning import decide
from tests.scenarios.shop.views.explorer.bundle import asked
from tests.scenarios.shop.views.runs import outcome

# What is said of each decision that compared two numbers.
COMPARED = (
    "a.events.filter((e) => x.comparedWith(a, e.n)).map((e) => "
    "[e.host, e.fields.type, e.fields.version, x.comparedWith(a, e.n)[1], e.fields.decision, "
    "x.comparison(a, e.n)])"
)


@cache
def troubled() -> Trace:
    """Everything comes twice and late, some answers of servers are lost, and the rule is kept."""
    trouble = [
        faults.duplicates(share=0.5, within_s=2.0),
        faults.slow_calls(by_s=0.3, share=0.3),
        faults.lost_responses(share=0.05),
    ]
    return run(scenario_named("duplicate-delivery"), faults=trouble).trace


@cache
def obedient() -> Trace:
    """Whatever comes is applied."""
    return run(scenario_named("out-of-order"), bug=twin_named("no-version-check")).trace


def told(there: Path, trace: Trace) -> Any:
    return asked(there / "runs.json", [outcome(trace)], COMPARED)


def test_copies_and_lost_answers_change_nothing_of_what_was_compared(tmp_path: Path) -> None:
    said = told(tmp_path, troubled())
    assert {decision for *_, decision, _ in said} >= {"apply", "duplicate"}
    for *_, announced, known, decision, words in said:
        assert decide(applied=known, announced=announced) == decision
        assert words["follows"]


def test_a_decision_that_no_version_has_made_is_told_without_one(tmp_path: Path) -> None:
    decided = [event for event in troubled().of_kind("decided") if event["version"] is not None]
    paid = {"payment.created"}  # an order may be paid if it is open
    assert paid < {event["type"] for event in decided if event.host == "orders"}
    types = {type for host, type, *_ in told(tmp_path, troubled()) if host == "orders"}
    assert types == {event["type"] for event in decided if event.host == "orders"} - paid


def test_what_was_passed_over_is_not_said_to_have_changed_anything(tmp_path: Path) -> None:
    changed = asked(
        tmp_path / "runs.json",
        [outcome(troubled())],
        "a.events.filter((e) => e.kind === 'decided')"
        ".map((e) => [e.fields.decision, x.documentsOf(a, e.n).length > 0])",
    )
    assert ["apply", True] in changed
    assert ["duplicate", True] not in changed


@pytest.mark.parametrize("rule", ["duplicate", "gap"])
def test_what_was_applied_against_the_rule_is_not_said_to_have_kept_it(
    tmp_path: Path, rule: str
) -> None:
    applied = [
        words
        for *_, announced, known, decision, words in told(tmp_path, obedient())
        if decision == "apply" and decide(applied=known, announced=announced) == rule
    ]
    assert applied
    for words in applied:
        assert words["says"].endswith(f": a {rule}. Yet it was applied.")
        assert not words["follows"]


def test_two_numbers_are_said_with_whose_they_are(tmp_path: Path) -> None:
    says = [words["says"] for *_, words in told(tmp_path, obedient())]
    assert says[0] == (
        "v0 of ticket A was announced; orders.tickets: ticket A had applied none. "
        "One more than that: apply."
    )
