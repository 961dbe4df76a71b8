"""The words of a diagram can be read: on no other words, on no mark, and hardly any left out."""

import json
from pathlib import Path
from typing import Any

import pytest

from boxoffice import faults
from boxoffice.trace.outcome import Outcome
from boxoffice.views.explorer.model import run_of
from boxoffice.views.explorer.page import write_report
from boxoffice.world.run import run
from scenarios import catalogue
from tests.browser.chromium import Chromium
from tests.browser.stories import played, saved

pytestmark = pytest.mark.real

LETTER = 1.5  # pixels by which two boxes may touch: letters do not fill theirs
STORIES = [
    ("purchase", None),
    ("expiry", "ack-first"),
    ("duplicate-delivery", "no-version-check"),
    ("out-of-order", "no-version-check"),
    ("last-seat", "no-unique-hold"),
    ("pay-against-expiry", "no-refund"),
    ("crash-before-publish", "no-outbox"),
    ("late-cancel", "no-holder-check"),
    ("two-orders-cross", "no-fencing"),
    ("cut-off", None),
    ("market-day", None),
]
# Every line of text (its box as high as its letters) and every mark of a diagram that was saved.
BOXES = """((text) => { const there = document.createElement('div');
  there.innerHTML = text.slice(text.indexOf('<svg'));
  document.body.append(there);
  const box = (one) => { const {left, right, top, bottom} = one.getBoundingClientRect();
    const origin = there.firstElementChild.getBoundingClientRect();
    return [left - origin.left, right - origin.left, top - origin.top, bottom - origin.top]; };
  const words = [...there.querySelectorAll('text[font-size="11"]')].map((one) => {
    const [left, right] = box(one), y = +one.getAttribute('y');
    return [one.textContent, [left, right, y - 8, y + 2], one.getAttribute('font-weight')]; });
  const marks = [...there.querySelectorAll('path[transform]')].map((one) => ['mark', box(one)]);
  there.remove();
  return {words, marks}; })"""


def page_of(browser: Chromium, outcomes: list[Outcome], there: Path, wide: int = 1440) -> None:
    size = {"width": wide, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.send("Emulation.setDeviceMetricsOverride", **size)
    browser.open(write_report(outcomes, there / "story.html").as_uri())


def drawn(browser: Chromium) -> dict[str, Any]:
    """Return the boxes of the active diagram's words and marks, by what they say."""
    [svg] = saved(browser, "svg").values()
    browser.ask(f"window.boxes = {BOXES}")
    found: dict[str, Any] = browser.ask(f"boxes({json.dumps(svg)})")
    return found


def covered(boxes: list[list[Any]], others: list[list[Any]]) -> list[tuple[str, str]]:
    """Return the pairs of which one lies on the other; every box is (left, right, top, bottom)."""
    rows: dict[int, list[list[Any]]] = {}
    for one in others:
        for row in range(int(one[1][2] // 20), int(one[1][3] // 20) + 1):
            rows.setdefault(row, []).append(one)
    pairs = []
    for one in boxes:
        for row in range(int(one[1][2] // 20), int(one[1][3] // 20) + 1):
            pairs += [
                (one[0], f"{other[0]} at {other[1]}")
                for other in rows.get(row, [])
                if other is not one and _meet(one[1], other[1])
            ]
    return pairs


def _meet(one: list[float], other: list[float]) -> bool:
    across = min(one[1], other[1]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[2], other[2])
    return across > LETTER and down > LETTER


@pytest.fixture
def window(chromium: Chromium) -> Any:
    yield chromium
    size = {"width": 1440, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    chromium.send("Emulation.setDeviceMetricsOverride", **size)


@pytest.mark.parametrize(("story", "bug"), STORIES, ids=[story for story, _ in STORIES])
def test_no_words_lie_on_other_words_or_on_a_mark(
    window: Chromium, tmp_path: Path, story: str, bug: str | None
) -> None:
    outcomes = [played(story), *([played(story, bug)] if bug else [])]
    for wide in (1440, 900):
        page_of(window, outcomes, tmp_path, wide)
        boxes = drawn(window)
        assert len(boxes["words"]) > 20
        assert covered(boxes["words"], boxes["words"]) == []
        assert covered(boxes["words"], boxes["marks"]) == []


def test_what_is_wanted_is_cut_off_or_down_is_said_beside_its_bar(
    window: Chromium, tmp_path: Path
) -> None:
    for story, said in [("cut-off", "cut off"), ("crash-before-publish", "down")]:
        page_of(window, [played(story)], tmp_path)
        boxes = drawn(window)
        assert said in [words for words, *_ in boxes["words"]]


def test_the_words_for_where_two_runs_part_find_a_place(window: Chromium, tmp_path: Path) -> None:
    page_of(window, [played("expiry"), played("expiry", "ack-first")], tmp_path)
    assert [w for w, *_ in drawn(window)["words"]].count("the runs part here") == 1


@pytest.mark.parametrize("story", ["purchase", "late-cancel", "duplicate-delivery"])
def test_no_version_is_left_out_and_hardly_a_word_cut(
    window: Chromium, tmp_path: Path, story: str
) -> None:
    outcome = played(story)
    page_of(window, [outcome], tmp_path)
    told = run_of(outcome)
    columns, words = told["events"], told["words"]
    badges = [
        words[badge]
        for badge, shape, flags in zip(
            columns["badge"], columns["shape"], columns["flags"], strict=True
        )
        if words[badge] and words[shape] != "commit" and not flags & 2
    ]
    said = [word for word, *_ in drawn(window)["words"]]
    assert sorted(word for word in said if word in set(badges)) == sorted(badges)
    assert len([word for word in said if word.endswith("…") and len(word) < 20]) <= len(said) / 20


def test_a_label_keeps_off_what_a_fault_has_put_in_its_way(
    window: Chromium, tmp_path: Path
) -> None:
    kinds = [faults.duplicates(share=0.5), faults.lost_responses(share=0.1)]
    page_of(window, [run(catalogue.scenario_named("purchase"), faults=kinds)], tmp_path)
    boxes = drawn(window)
    assert covered(boxes["words"], boxes["words"]) == []
    assert covered(boxes["words"], boxes["marks"]) == []
