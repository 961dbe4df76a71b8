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
