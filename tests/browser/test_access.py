"""The explorer without a mouse and without sight: where Tab goes, what is said, how big things are.

Sizes: WCAG 2.2, success criterion 2.5.8 (24 pixels).
"""

from pathlib import Path

import pytest

from boxoffice.views.explorer.page import write_report
from tests.browser.chromium import HEIGHT, Chromium
from tests.browser.stories import chosen, played, set_box, text

pytestmark = pytest.mark.real

TARGET_PX = 24
# What can be used now: not hidden, not out of the order on purpose (the other tabs of a row).
CONTROLS = """[...document.querySelectorAll('.bx :is(button, select, input, summary, [tabindex])')]
  .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility())"""


def tab(browser: Chromium) -> None:
    for kind in ("keyDown", "keyUp"):
        browser.send("Input.dispatchKeyEvent", type=kind, key="Tab", windowsVirtualKeyCode=9)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_tab_reaches_every_control_and_shows_where_it_is(
    chromium: Chromium, late: Path, scheme: str
) -> None:
    chromium.open(late.as_uri(), scheme=scheme)
    chromium.ask(f"window.left = new Set({CONTROLS})")
    count = chromium.ask("left.size")
    assert count > 25
    for _ in range(count):
        tab(chromium)
        outline, colour, paper = chromium.ask(
            "(() => { const here = document.activeElement, style = getComputedStyle(here);"
            "left.delete(here); return [parseFloat(style.outlineWidth), style.outlineColor,"
            "getComputedStyle(document.querySelector('.bx')).backgroundColor]; })()"
        )
        assert outline >= 2
        assert colour != paper
    assert chromium.ask("[...left].map((one) => one.outerHTML)") == []


def boxes(browser: Chromium, page: Path, width: int, *selectors: str) -> list[dict[str, float]]:
    """Return where elements are in a window of that width; then it is as the others have it."""
    size = {"width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
    browser.turn_over()
    browser.send("Emulation.setDeviceMetricsOverride", **size)
    browser.open(page.as_uri())
    found: list[dict[str, float]] = browser.ask(
        f"{list(selectors)}.map((each) => document.querySelector(each).getBoundingClientRect())"
        ".map((it) => it.toJSON())"
    )
    browser.turn_over()
    return found


def test_in_the_narrowest_cell_of_a_notebook_there_is_a_run_to_see_and_a_scrubber_to_drag(
    chromium: Chromium, late: Path
) -> None:
    track, scroll = boxes(chromium, late, 370, ".bx-track", ".bx-scroll")
    assert track["width"] > 200
    assert scroll["height"] > 200


def test_in_a_window_of_1100_pixels_the_documents_of_a_cell_are_where_notebooks_say(
    chromium: Chromium, late: Path
) -> None:
    scroll, panel = boxes(chromium, late, 668, ".bx-scroll", ".bx-panel")
    assert panel["left"] >= scroll["right"]
    assert scroll["height"] > 400


def test_the_tabs_of_the_panel_are_turned_with_the_arrows(page: Chromium) -> None:
    page.ask("document.querySelector('[data-tab=event]').focus()")
    before = chosen(page)
    for _ in range(4):
        right = {"key": "ArrowRight", "windowsVirtualKeyCode": 39}
        page.send("Input.dispatchKeyEvent", type="keyDown", **right)
    turned = page.ask("document.activeElement.dataset.tab")
    assert turned == "state"  # there is no fourth while nothing is searched for
    assert page.ask("document.querySelector('.bx-panel').getAttribute('aria-label')") == "State"
    assert chosen(page) == before


def test_the_page_has_one_title_and_one_main_part(page: Chromium) -> None:
    assert page.ask("document.querySelectorAll('main').length") == 1
    assert text(page, "h1") == "Boxoffice: what happened"
    levels = page.ask("[...document.querySelectorAll('h1, h2, h3')].map((one) => one.tagName)")
    assert levels == ["H1", "H2", "H3", "H3"]


def test_the_chosen_event_is_announced(page: Chromium) -> None:
    page.press("ArrowDown")
    assert page.ask("document.querySelector('.bx-live').getAttribute('aria-live')") == "polite"
    assert "Sue: signs up" in chosen(page)


def test_who_goes_along_the_causes_of_an_event_stays_among_them(page: Chromium) -> None:
    page.ask("document.querySelector('[data-proof]').click()")
    page.ask(
        "(() => { const cause = document.querySelector('.bx-chain button');"
        "cause.focus(); cause.click(); })()"
    )
    assert page.ask("document.activeElement.getAttribute('aria-current')") == "true"
    assert page.ask("document.activeElement.closest('.bx-panel') !== null")


def test_what_was_found_is_big_enough_to_be_hit(page: Chromium) -> None:
    set_box(page, "input[type=search]", "order")
    heights = page.ask(
        "[...document.querySelectorAll('.bx-chain button')]"
        ".map((one) => one.getBoundingClientRect().height)"
    )
    assert len(heights) > 20
    assert min(heights) >= TARGET_PX


def test_two_runs_that_are_alike_do_not_offer_to_show_where_they_part(
    chromium: Chromium, tmp_path: Path
) -> None:
    there = write_report([played("purchase"), played("purchase")], tmp_path / "twice.html")
    chromium.open(there.as_uri())
    chromium.until("document.querySelectorAll('.bx-pane').length === 2")
    disabled, said = chromium.ask(
        "(({disabled, textContent}) => [disabled, textContent])"
        "(document.querySelector('[data-difference]'))"
    )
    assert disabled
    assert said == "they are alike"
