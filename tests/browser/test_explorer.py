"""The explorer as its reader has it: opened, clicked, dragged, filtered and compared."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from boxoffice.views.explorer.page import write_report
from tests.browser.chromium import Chromium
from tests.browser.stories import (
    PANEL,
    chosen,
    over_an_event,
    played,
    saved,
    set_box,
)

pytestmark = pytest.mark.real

READY_S = 8.0  # nine times what it takes; the report has the figure
FRAME_MS = 260  # ten times what one takes on a quiet machine
CLICK_MS = 100  # from which on a click is felt to wait; one takes two
STORM_EVENTS = 10_000
STORM_SIZE = 115
PANES = "[...document.querySelectorAll('.bx-pane')]"
INKED = """(() => { const sheet = document.querySelector('.bx-pane canvas');
  const pen = sheet.getContext('2d');
  const {data} = pen.getImageData(0, 0, sheet.width, sheet.height);
  let drawn = 0;
  for (let i = 3; i < data.length; i += 4) drawn += data[i] > 0; return drawn; })()"""


@pytest.fixture(scope="module")
def storm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    outcome = played("market-day", size=STORM_SIZE)
    assert len(outcome.trace.events) >= STORM_EVENTS
    return write_report([outcome], tmp_path_factory.mktemp("storm") / "storm.html")


def painted(browser: Chromium) -> int:
    browser.ask("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    count: str = browser.ask(f"{PANES}[0].dataset.painted")
    return int(count)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_purchase_opens_at_once_and_asks_no_network(
    chromium: Chromium, tmp_path: Path, scheme: str
) -> None:
    there = write_report([played("purchase")], tmp_path / "purchase.html")
    assert chromium.open(there.as_uri(), scheme=scheme) < READY_S
    assert chromium.ask(INKED) > 1_000
    assert chromium.asked == [there.as_uri()]
    assert chromium.complaints == []


def test_ten_thousand_events_open_and_scroll_in_time(
    chromium: Chromium, storm: Path, record_property: Callable[[str, object], None]
) -> None:
    ready_s = chromium.open(storm.as_uri())
    record_property("storm_ready_ms", round(ready_s * 1000))
    assert ready_s < READY_S
    frames_ms = chromium.ask(
        """(async () => { const scroll = document.querySelector('.bx-scroll');
        const begun = performance.now();
        for (let i = 1; i <= 20; i++) { scroll.scrollTop = scroll.scrollHeight * i / 20;
          await new Promise(requestAnimationFrame); }
        return (performance.now() - begun) / 20; })()"""
    )
    record_property("storm_frame_ms", round(frames_ms))
    assert frames_ms < FRAME_MS
    chromium.press("/")
    set_box(chromium, "input[type=search]", "gap")
    assert "events say “gap”" in chromium.ask(PANEL)
    chromium.press("Enter")
    assert "gap" in chromium.ask(PANEL)
    assert chromium.ask("document.activeElement.className") == "bx-scroll"
    assert chromium.asked == [storm.as_uri()]
    assert chromium.complaints == []


def test_a_click_on_one_of_ten_thousand_events_is_answered_at_once(
    chromium: Chromium, storm: Path, record_property: Callable[[str, object], None]
) -> None:
    chromium.open(storm.as_uri())
    took_ms: list[float] = chromium.ask(
        """(() => { const root = document.querySelector('.bx-scroll'), took = [];
        const press = (key) => { const begun = performance.now();
          root.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
          root.querySelector('canvas').getContext('2d').getImageData(0, 0, 1, 1);
          return performance.now() - begun; };
        press('End');
        for (let i = 0; i < 40; i++) took.push(press('PageUp'));
        return took.sort((a, b) => a - b); })()"""
    )
    record_property("storm_click_ms", round(took_ms[20]))
    assert "How it came about" in chromium.ask(PANEL)
    assert took_ms[20] < CLICK_MS


def test_the_scrubber_shows_every_service_at_that_moment(page: Chromium) -> None:
    set_box(page, ".bx-track input", "0")
    early = page.ask(PANEL)
    assert all(name in early for name in ("auth", "tickets", "orders", "payments", "expiration"))
    assert "orders: order" not in early
    set_box(page, ".bx-track input", page.ask("document.querySelector('.bx-track input').max"))
    assert "orders: order 2" in page.ask(PANEL)


def test_a_crowd_of_documents_unfolds_when_asked(chromium: Chromium, storm: Path) -> None:
    chromium.open(storm.as_uri())
    chromium.press("s")
    shown = "document.querySelectorAll('.bx-held').length"
    before = chromium.ask(shown)
    assert before <= 5 * 4
    chromium.ask("document.querySelector('.bx-more summary').click()")
    chromium.until(f"{shown} > {before} + 50")


@pytest.mark.parametrize(
    ("box", "value"), [("host", "auth"), ("thing", "order 2"), ("kind", "decided")]
)
def test_a_filter_leaves_only_what_it_is_about(page: Chromium, box: str, value: str) -> None:
    whole = painted(page)
    set_box(page, f"[data-filter={box}]", value)
    assert 0 < painted(page) < whole
    set_box(page, f"[data-filter={box}]", "")
    assert painted(page) == whole


def test_everything_shows_more(page: Chromium) -> None:
    whole = painted(page)
    page.ask("document.querySelector('[data-filter=quiet]').click()")
    assert painted(page) > whole


def test_two_runs_stand_side_by_side_with_their_difference_at_one_height(page: Chromium) -> None:
    assert page.ask(f"{PANES}.length") == 2
    page.ask("document.querySelector('[data-difference]').click()")
    parts = page.ask(f"{PANES}.map(p => Number(p.dataset.part))")
    assert parts[0] == parts[1] > 0
    page.until(
        f"(([one, other]) => one === other && one > 0)"
        f"({PANES}.map(p => p.querySelector('.bx-scroll').scrollTop))"
    )
    page.press("c")
    assert page.ask(f"{PANES}.length") == 1


def test_the_keyboard_goes_from_event_to_event_and_lets_go(page: Chromium) -> None:
    page.press("ArrowDown")
    first = chosen(page)
    page.press("ArrowDown")
    assert chosen(page) != first
    page.press("ArrowUp")
    assert chosen(page) == first
    page.press("Escape")
    assert "Click an event" in page.ask(PANEL)


def test_a_violation_in_the_list_leads_to_its_proof(page: Chromium) -> None:
    page.ask("document.querySelector('[data-proof]').click()")
    assert chosen(page).startswith("proof of a violation")


def test_saving_for_other_tools_gives_a_file_each(page: Chromium) -> None:
    svg, mermaid, shiviz = saved(page, "svg", "mermaid", "shiviz").values()
    assert svg.startswith("<svg ")
    assert (
        page.ask(
            "new DOMParser().parseFromString("
            f"{json.dumps(svg)}, 'image/svg+xml').querySelectorAll('path').length"
        )
        > 50
    )
    assert mermaid.startswith("sequenceDiagram")
    assert shiviz.startswith("(?<host>")


def test_the_pointer_over_an_event_is_told_what_it_is(page: Chromium) -> None:
    over_an_event(page, "orders")
    tip = page.ask("document.querySelector('.bx-pane.active .bx-tip').textContent")
    assert "orders" in tip
    assert tip.startswith("00:00.")


def test_the_guide_opens_with_every_mark_and_line_as_it_is_drawn(page: Chromium) -> None:
    page.press("?")
    entries = page.ask("document.querySelectorAll('.bx-help[open] .bx-legend li').length")
    drawn = page.ask(
        "[...document.querySelectorAll('.bx-help[open] .bx-legend svg')]"
        ".filter((svg) => svg.getBBox().width > 4).length"
    )
    assert entries == drawn >= 15
    page.press("?")
    assert page.ask("document.querySelector('.bx-help[open]')") is None


@pytest.mark.parametrize(
    ("story", "bug"), [("late-cancel", "no-holder-check"), ("crash-before-publish", "no-outbox")]
)
def test_no_verdict_and_no_name_of_a_lane_is_cut_off(
    chromium: Chromium, tmp_path: Path, story: str, bug: str
) -> None:
    there = write_report([played(story), played(story, bug)], tmp_path / "story.html")
    chromium.open(there.as_uri())
    cut = chromium.ask(
        "[...document.querySelectorAll('.bx-verdicts, .bx-heads span')]"
        ".filter((one) => one.scrollHeight > one.clientHeight + 1 || "
        "one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"
    )
    assert cut == []


def test_every_control_has_a_name_and_a_visible_focus(page: Chromium) -> None:
    nodes = page.send("Accessibility.getFullAXTree")["nodes"]
    controls = [
        (node["role"]["value"], node["name"]["value"])
        for node in nodes
        if not node["ignored"]
        and node["role"]["value"]
        in ("button", "combobox", "slider", "searchbox", "checkbox", "tab", "application")
    ]
    assert len(controls) > 15
    assert [role for role, name in controls if not name.strip()] == []
    page.ask("document.querySelector('[data-filter=host]').focus()")
    page.send("Input.dispatchKeyEvent", type="keyDown", key="Tab", windowsVirtualKeyCode=9)
    page.send("Input.dispatchKeyEvent", type="keyUp", key="Tab", windowsVirtualKeyCode=9)
    outlined, width = page.ask(
        "[document.activeElement.dataset.filter,"
        "parseFloat(getComputedStyle(document.activeElement).outlineWidth)]"
    )
    assert outlined == "thing"
    assert width >= 2
