"""What is saved for Mermaid is drawn by Mermaid, with an arrow and a note for each line of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from boxoffice.views.explorer.page import write_report
from tests.browser.chromium import Chromium
from tests.browser.stories import played, saved
from tests.house import tree
from tests.scenarios.shop.views.runs import outcome, purchase

pytestmark = pytest.mark.real

MERMAID = tree.ROOT / ".real" / "mermaid" / "node_modules" / "mermaid" / "dist" / "mermaid.min.js"
STORIES = [
    *(("late-cancel", "no-holder-check"), ("duplicate-delivery", "no-version-check")),
    *(("crash-before-publish", None), ("expiry", None), ("market-day", None)),
]


def drawn(browser: Chromium, there: Path, text: str) -> Any:
    """Return how many arrows, notes and hosts Mermaid draws, and what the text is to it."""
    if not MERMAID.exists():
        pytest.skip("real: no mermaid; make test-real has one")
    there.write_text(
        f'<!doctype html><meta charset="utf-8"><title>Mermaid</title><div id="out"></div>'
        f'<script src="{MERMAID.as_uri()}"></script>'
    )
    browser.send("Page.navigate", url=there.as_uri())
    browser.until("document.title === 'Mermaid' && document.readyState === 'complete'")
    return browser.ask(
        f"""(async () => {{ mermaid.initialize({{startOnLoad: false}});
        const {{diagramType}} = await mermaid.parse({json.dumps(text)});
        const {{svg}} = await mermaid.render('drawn', {json.dumps(text)});
        document.getElementById('out').innerHTML = svg;
        const count = (name) => document.querySelectorAll('#out ' + name).length;
        return [diagramType, count('.messageText'), count('.noteText'),
          new Set([...document.querySelectorAll('#out [name]')]
            .map((one) => one.getAttribute('name'))).size]; }})()"""
    )


@pytest.mark.parametrize(("name", "bug"), STORIES)
def test_mermaid_draws_every_line_of_a_saved_story(
    chromium: Chromium, tmp_path: Path, name: str, bug: str | None
) -> None:
    there = write_report([played(name, bug)], tmp_path / "story.html")
    chromium.open(there.as_uri())
    [text] = saved(chromium, "mermaid").values()
    lines = text.splitlines()[1:]
    hosts = sum(line.startswith(("  actor ", "  participant ")) for line in lines)
    notes = sum(line.startswith("  Note over ") for line in lines)
    assert len(lines) - hosts - notes > 5
    told = drawn(chromium, tmp_path / "mermaid.html", text)
    assert told == ["sequence", len(lines) - hosts - notes, notes, hosts]


def test_mermaid_draws_whatever_a_seller_typed(chromium: Chromium, tmp_path: Path) -> None:
    title = 'a; end\nL0->>L1: #9829; %%{init: {}}%% <b>"bold"</b> $$x$$ 50% \\'
    there = write_report([outcome(purchase(title=title))], tmp_path / "story.html")
    chromium.open(there.as_uri())
    [text] = saved(chromium, "mermaid").values()
    lines = [line for line in text.splitlines() if "->" in line or "-)" in line]
    kind, arrows, _, _ = drawn(chromium, tmp_path / "mermaid.html", text)
    assert kind == "sequence"
    assert arrows == len(lines)
    assert chromium.ask("document.querySelectorAll('#out .messageText b').length") == 0


def test_mermaid_refuses_what_is_no_diagram(chromium: Chromium, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"Parse error|Error"):
        drawn(chromium, tmp_path / "mermaid.html", "sequenceDiagram\n  L0 is not an arrow L1\n")
