"""When a failure became likely, as its reader has it: beside the time, as a list, by keys."""

import json
from pathlib import Path

import pytest

from boxoffice.search import Case, fallen
from boxoffice.search.likelihood import likelihood
from boxoffice.views.explorer.page import write_report
from tests.browser.chromium import HEIGHT, WIDTH, Chromium
from tests.browser.stories import PANEL, chosen, saved, text
from tests.browser.test_access import CONTROLS, TARGET_PX, tab
from tests.engine.search.shelves import looks_first, rummage

pytestmark = pytest.mark.real

RISE = "likely from "
# How much of the strip has the colour of what fails, and of the rise, in the picture of a pane.
PAINTED = """(() => { const sheet = document.querySelector('.bx-pane canvas');
  const style = getComputedStyle(document.querySelector('.bx'));
  const pen = document.createElement('canvas').getContext('2d');
  const {data} = sheet.getContext('2d').getImageData(78, 0, 58, sheet.height);
  return ['bad', 'glow'].map((name) => { pen.fillStyle = style.getPropertyValue(`--bx-${name}`);
    pen.fillRect(0, 0, 1, 1); const [r, g, b] = pen.getImageData(0, 0, 1, 1).data;
    let count = 0;
    for (let i = 0; i < data.length; i += 4)
      count += data[i] === r && data[i + 1] === g && data[i + 2] === b;
    return count; }); })()"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with its curve, and one that nobody has asked about."""
    case = Case(rummage, 10, looks_first)
    outcome = case.play()
    why = likelihood(case, outcome, fallen(outcome)[0], count=4)
    assert why.rises
    other = next(
        it for seed in range(11, 60) if fallen(it := Case(rummage, seed, looks_first).play())
    )
    there = tmp_path_factory.mktemp("why") / "why.html"
    return write_report([outcome, other], there, [why])


@pytest.fixture
def page(chromium: Chromium, asked: Path) -> Chromium:
    chromium.open(f"{asked.as_uri()}#rummage:0")
    return chromium


def wide(browser: Chromium, width: int) -> None:
    size = {"width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
    browser.send("Emulation.setDeviceMetricsOverride", **size)


@pytest.mark.parametrize("width", [420, 800, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_curve_and_its_rise_are_seen_at_any_width(
    chromium: Chromium, asked: Path, scheme: str, width: int
) -> None:
    try:
        wide(chromium, width)
        chromium.open(asked.as_uri(), scheme=scheme)
        chromium.press("r")
        chromium.until(f"{PAINTED}.every((count) => count > 20)")
        assert text(chromium, ".bx-heads b") == "futures"
        # That a test reads pixels is none of the page's mistakes.
        assert [it for it in chromium.complaints if "getImageData" not in it] == []
    finally:
        wide(chromium, WIDTH)


def test_a_click_on_the_rise_goes_to_its_event(page: Chromium) -> None:
    page.press("r")
    by_key, at_s = chosen(page), page.ask("document.querySelector('.bx-bar').textContent")
    assert at_s == ""
    page.press("Escape")
    left, top, height = page.ask(
        "(({left, top, height}) => [left, top, height])"
        "(document.querySelector('.bx-pane canvas').getBoundingClientRect())"
    )
    found = set()
    for down in range(4, int(height), 6):
        page.click(left + 100, top + down)
        found.add(chosen(page))
    assert by_key in found
    assert "before that in" in page.ask(
        "document.querySelector('.bx-curve [aria-label*=before]').ariaLabel"
    )


def test_the_list_of_moments_leads_there_too_and_keeps_the_focus(page: Chromium) -> None:
    page.press("w")
    assert "When it became likely that stays-theirs falls" in page.ask(PANEL)
    page.ask(
        "(([, rise]) => { rise.focus(); rise.click(); })"
        "(document.querySelectorAll('.bx-curve .rise'))"
    )
    by_list = chosen(page)
    page.press("Escape", "r")
    assert chosen(page) == by_list
    assert "◀" in page.ask("document.querySelector('.bx-curve [aria-current]').textContent")
    page.ask("document.querySelector('[data-rise]').click()")
    assert chosen(page) == by_list


def test_a_run_that_nobody_has_asked_about_says_so(chromium: Chromium, asked: Path) -> None:
    chromium.open(f"{asked.as_uri()}#rummage:1")
    chromium.press("c", "w")
    assert chromium.ask("document.querySelectorAll('.bx-pane').length") == 1
    assert "no future of this run was played" in chromium.ask(PANEL)
    assert "boxoffice why TOKEN --html FILE" in chromium.ask(PANEL)
    assert chromium.ask("document.querySelectorAll('.bx-heads b').length") == 0


def test_every_moment_can_be_reached_and_hit_and_has_a_name(page: Chromium) -> None:
    page.press("w")
    page.ask(f"window.left = new Set({CONTROLS})")
    for _ in range(page.ask("left.size")):
        tab(page)
        page.ask("left.delete(document.activeElement)")
    assert page.ask("[...left].map((one) => one.outerHTML)") == []
    heights, names = page.ask(
        "(all => [all.map((one) => one.getBoundingClientRect().height),"
        "all.map((one) => one.ariaLabel)])([...document.querySelectorAll('.bx-curve button')])"
    )
    assert min(heights) >= TARGET_PX
    assert all("stays-theirs falls in" in name for name in names)


def test_the_picture_that_is_saved_has_the_curve(page: Chromium) -> None:
    (svg,) = saved(page, "svg").values()
    inside = page.ask(
        f"new DOMParser().parseFromString({json.dumps(svg)}, 'image/svg+xml')"
        ".documentElement.textContent"
    )
    assert "◀" in inside
