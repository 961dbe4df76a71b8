"""What the glossary says can be seen is there."""

import re
from pathlib import Path

from pytest import mark

from boxoffice import faults
from scenarios.catalogue import scenarios_by_name
from scenarios.shop.checks import INVARIANTS
from scenarios.zoo import TWINS
from tests.house.tree import ROOT

PAGE = (ROOT / "notebooks" / "glossary.md").read_text(encoding="utf-8")
THERE = {
    "story": scenarios_by_name(),
    "twin": TWINS,
    "invariant": {it.name for it in INVARIANTS},
    "fault": vars(faults),
}


@mark.parametrize("kind", THERE)
def test_each_that_is_named_is_there(kind):
    named = [
        name
        for said in re.findall(
            rf"{kind.removesuffix('y')}(?:y|ies|s)? ((?:`[-a-z_]+`(?:, )?)+)", PAGE
        )
        for name in re.findall(r"`([-a-z_]+)`", said)
    ]
    assert named
    assert [it for it in named if it not in THERE[kind]] == []


def test_each_file_is_there():
    files = re.findall(r"`([a-z/]+\.py)`", PAGE)
    assert files
    assert [it for it in files if not Path(ROOT, it).exists()] == []


TERMS = [
    "optimistic concurrency control",
    "lost update",
    "conditional write",
    "compare-and-set",
    "idempotency",
    "idempotency key",
    "at-least-once",
    "outbox",
    "fencing token",
    "lease",
    "dead letter",
    "aggregate",
    "saga",
    "eventual consistency",
    "outage",
    "undecided",
    "not tested",
    "refused",
    "unknown",
    "linearizability",
]


def test_each_word_of_the_field_has_a_line_with_where_to_read_on():
    rows = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
    named = {row[0].replace("*", ""): row for row in rows}
    for term in TERMS:
        [row] = [row for name, row in named.items() if re.search(rf"\b{term}\b(?! key)", name)]
        assert len(row) == 4
        assert all(cell.strip() for cell in row)


def test_the_notebooks_and_their_hints_lead_to_it():
    pages = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert [it.name for it in pages if "(glossary.md)" not in it.read_text("utf-8")] == []
