"""The page: one file, the same for the same runs, and harmless whatever was typed."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from boxoffice.views.explorer.page import render, resource, write_report
from tests.house import tree
from tests.scenarios.shop.views.runs import MEAN, outcome, purchase

MOST_BYTES = 2_000_000  # of the page without its runs
SOURCES = tree.ROOT / "sim" / "boxoffice" / "views" / "explorer" / "web" / "src"


class Page(HTMLParser):
    """What a browser would see: elements, and the text of each script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] == "script":
            self.scripts[-1] += data


def runs(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(Page(text).scripts[0])
    return found


def test_the_page_names_nothing_to_load() -> None:
    text = render([outcome(purchase())])
    loaded = [
        (tag, name)
        for tag, attributes in Page(text).elements
        for name in attributes
        if name in ("src", "href", "srcset", "action", "data") or tag in ("link", "img", "iframe")
    ]
    assert loaded == []
    assert not re.search(r"@import|url\(|\bfetch\(|XMLHttpRequest|\bimport\(|WebSocket", text)
    assert "default-src 'none'" in text


def test_the_page_without_its_runs_is_small() -> None:
    assert 10_000 < len(render([]).encode()) < MOST_BYTES


def test_a_title_with_markup_stays_data() -> None:
    text = render([outcome(purchase(title=MEAN), scenario=MEAN)])
    assert len(Page(text).scripts) == 2
    assert "<script>alert" not in text
    assert runs(text)[0]["scenario"] == MEAN
    assert any("<script>alert" in word for word in runs(text)[0]["words"])


def test_a_title_that_names_a_part_of_the_page_stays_data() -> None:
    text = render([outcome(purchase(title="<!--script-->"))])
    assert Page(text).scripts[1].rstrip() == resource("bundle.js").rstrip()


def test_our_script_never_makes_markup_of_text() -> None:
    sources = [path.read_text(encoding="utf-8") for path in sorted(SOURCES.glob("*.js"))]
    assert len(sources) > 5
    made = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|\.html\((?!null\))"
    assert [re.findall(made, source) for source in sources] == [[]] * len(sources)


def test_nothing_moves_by_itself() -> None:
    style = resource("explorer.css")
    assert len(style) > 1_000
    assert not re.search(r"transition|animation|scroll-behavior", style)


def test_no_file_of_the_source_is_longer_than_300_lines() -> None:
    lengths = {path.name: len(path.read_text().splitlines()) for path in SOURCES.glob("*.js")}
    assert {name: lines for name, lines in lengths.items() if lines > 300} == {}


def test_the_same_runs_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_report([outcome(purchase())], tmp_path / "a" / "one.html").read_bytes()
    second = write_report([outcome(purchase())], tmp_path / "two.html").read_bytes()
    assert first == second


def test_both_runs_of_a_story_are_there_with_their_verdicts() -> None:
    trace = purchase()
    kept, removed = runs(render([outcome(trace), outcome(trace, bug="no-outbox")]))
    assert (kept["defence"], kept["verdict"]) == ("defence in place", "holds")
    assert removed["defence"] == "defence removed: no-outbox"
