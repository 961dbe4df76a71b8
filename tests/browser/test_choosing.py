"""What happens next is chosen in a browser: by hand, by keys, and told to whoever cannot see it."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from boxoffice.choosing import Choosing
from boxoffice.commands.choose_cell import case_to_choose
from boxoffice.commands.naming import names
from boxoffice.search import case_of
from tests.browser.choosing import Choice
from tests.browser.chromium import HEIGHT, WIDTH, Chromium

pytestmark = pytest.mark.real

CONTROLS = """[...document.querySelectorAll('.bx-choose :is(button, select, input, summary)')]
  .filter((one) => !one.disabled && one.checkVisibility())"""


@pytest.fixture
def choice(chromium: Chromium, tmp_path: Path) -> Choice:
    case = case_to_choose("late-cancel", bug="no-holder-check")
    return Choice(chromium, Choosing(names(), case), tmp_path / "choice.html")


def sized(browser: Chromium, width: int, height: int = HEIGHT) -> None:
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.send("Emulation.setDeviceMetricsOverride", **size)


def key(browser: Chromium, name: str, code: int) -> None:
    for kind in ("keyDown", "keyUp"):
        text = {"text": "\r"} if name == "Enter" and kind == "keyDown" else {}
        browser.send(
            "Input.dispatchKeyEvent", type=kind, key=name, windowsVirtualKeyCode=code, **text
        )


def outcome(token: str) -> Any:
    case, _ = case_of(token, names())
    return case.play()


def test_three_things_are_chosen_one_is_undone_and_the_token_plays_it(choice: Choice) -> None:
    choice.waits_for("ticket.created")
    choice.press("pick:again:orders")  # it comes twice
    choice.waits_for("order.cancelled")
    choice.press("pick:later:tickets")  # and this one later
    choice.press("pick:dies:payments")
    assert choice.browser.ask("document.querySelectorAll('.bx-picks li').length") == 3
    choice.press("undo")
    assert choice.browser.ask("document.querySelectorAll('.bx-picks li').length") == 2
    assert choice.says(".bx-ending") == ""
    choice.press("pass:end")
    assert "holder-releases" in choice.says(".bx-ending.violated")
    played = outcome(choice.browser.ask("document.querySelector('[data-ask=token]').value"))
    shown = choice.view["run"]["sha256"]
    assert played.trace.sha256() == shown
    assert played.violations[0].invariant == "holder-releases"
    assert choice.browser.complaints == []


def test_the_search_goes_to_a_future_that_falls_and_the_curve_says_when(choice: Choice) -> None:
    choice.waits_for("order.cancelled")
    choice.press("search")
    assert "holder-releases" in choice.says(".bx-question")
    choice.press("take")
    assert "order.cancelled order 1 reaches tickets" in choice.says(".bx-picks")
    choice.press("likely")
    assert "0 of 4 before, 4 of 4 after" in choice.says(".bx-question")
    assert choice.browser.ask("document.querySelectorAll('.bx-curve .rise').length") == 2
    choice.press("undo")
    assert "order.cancelled" in choice.says(".bx-now")


def test_what_is_still_under_way_is_seen_and_nothing_after_it(choice: Choice) -> None:
    choice.waits_for("order.cancelled")
    run = choice.view["run"]
    assert [it[5] for it in run["arrows"]].count("under-way") == 3
    assert choice.browser.ask("document.querySelector('.bx-track input').valueAsNumber") == (
        choice.browser.ask("+document.querySelector('.bx-track input').max")
    )
    assert (
        choice.browser.ask(
            "document.querySelector('[data-tab=state]').getAttribute('aria-selected')"
        )
        == "true"
    )


def test_what_the_diagram_was_filtered_to_stays_while_time_passes(choice: Choice) -> None:
    everything = "document.querySelector('.bx-told .bx-filters input[type=checkbox]')"
    choice.browser.ask(f"{everything}.click()")
    choice.browser.ask("document.querySelector('[data-tab=event]').click()")
    choice.waits_for("order.created")
    assert choice.browser.ask(f"{everything}.checked")
    told = "document.querySelector('[data-tab=event]').getAttribute('aria-selected')"
    assert choice.browser.ask(told) == "true"
    assert choice.browser.ask("document.querySelectorAll('.bx-pane').length") == 1


def test_who_chooses_an_earlier_event_can_go_back_to_it(choice: Choice) -> None:
    choice.waits_for("order.created")
    assert choice.browser.ask("document.querySelector('[data-ask=back]').hidden")
    choice.browser.ask("document.querySelector('.bx-told .bx-scroll').focus()")
    choice.browser.press("ArrowUp")
    assert not choice.browser.ask("document.querySelector('[data-ask=back]').hidden")
    before = choice.view["cursor"]["event"]
    choice.press("back")
    assert choice.view["cursor"]["event"] < before


def test_what_is_refused_is_said_and_nothing_is_lost(choice: Choice) -> None:
    choice.waits_for("ticket.created")
    before = choice.says(".bx-now")
    choice.browser.ask("document.querySelector('[data-ask^=\"pick:\"]').dataset.ask = 'pick:x'")
    choice.browser.ask(
        "window.model.send = ({from, request}) => "
        "sent.push({from, request: {...request, option: 'x'}})"
    )
    choice.press("pick:x")
    assert "none of what can happen here" in choice.says(".bx-refused:not([hidden])")
    assert choice.says(".bx-now") == before


def test_what_the_story_has_printed_is_told(choice: Choice) -> None:
    play = choice._choosing.ask
    choice._choosing.ask = lambda asked: play(asked) | {"printed": ["one", "two"]}  # type: ignore[method-assign]
    choice.press("pass:message")
    assert choice.says(".bx-choose pre") == "one\ntwo"


def test_all_is_reached_and_done_by_keys_alone(choice: Choice) -> None:
    browser = choice.browser
    browser.ask("document.querySelector('[data-ask=\"pass:message\"]').focus()")
    for _ in range(6):
        key(browser, "Enter", 13)
        choice.settle()
        assert browser.ask("document.activeElement.dataset.ask") == "pass:message"
    assert "order.cancelled" in choice.says(".bx-now")
    seen = set()
    while not seen or browser.ask("document.activeElement.closest('.bx-choose') !== null"):
        asked = browser.ask("document.activeElement.dataset.ask")
        outline = browser.ask("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        assert outline >= 2, asked
        if asked == "pick:later:tickets:6":
            break
        seen.add(asked)
        key(browser, "Tab", 9)
    key(browser, "Enter", 13)
    choice.settle()
    assert "reaches tickets 1 s later" in choice.says(".bx-picks")
    assert browser.ask("document.activeElement.dataset.ask") == "pick:later:tickets:6"
    assert browser.ask("heard") == []  # in a notebook a key would be one of its own


def test_every_control_says_what_it_does_and_is_big_enough(choice: Choice) -> None:
    choice.waits_for("order.cancelled")
    choice.browser.ask(
        "document.querySelectorAll('.bx-choose details').forEach((it) => it.open = 1)"
    )
    names_, heights = choice.browser.ask(
        f"[{CONTROLS}.map((one) => one.ariaLabel || one.textContent.trim()),"
        f"{CONTROLS}.map((one) => one.getBoundingClientRect().height)]"
    )
    assert all(names_)
    assert "order.cancelled order 1 reaches tickets later, 1 s" in names_
    assert min(heights) >= 24
    assert choice.browser.ask("document.querySelector('.bx-choose .bx-live').ariaLive") == "polite"
    assert "things can happen" in choice.says(".bx-choose .bx-live")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [420, 800, 1280, 1920])
def test_nothing_sticks_out_and_the_event_is_in_sight(
    chromium: Chromium, tmp_path: Path, width: int, scheme: str
) -> None:
    sized(chromium, width)
    case = case_to_choose("late-cancel", bug="no-holder-check")
    choice = Choice(chromium, Choosing(names(), case), tmp_path / "choice.html", scheme)
    choice.waits_for("order.cancelled")
    wider = chromium.ask(
        "[...document.querySelectorAll('.bx-choose *')].filter((one) => one.checkVisibility() && "
        "!one.closest('.bx-live') && one.getBoundingClientRect().right > innerWidth)"
        ".map((one) => one.className)"
    )
    high, top, bottom = chromium.ask(
        "(() => { const scroll = document.querySelector('.bx-told .bx-scroll');"
        "return [scroll.clientHeight, scroll.scrollTop, scroll.scrollHeight]; })()"
    )
    sized(chromium, WIDTH)
    assert wider == []
    assert high >= 120
    assert top + high >= bottom - 40  # the last event of all is the one at hand


def test_on_a_phone_the_end_is_read_whole(choice: Choice) -> None:
    sized(choice.browser, 420)
    choice.waits_for("order.cancelled")
    choice.press("pick:later:tickets")
    choice.press("pass:end")
    shown, high = choice.browser.ask(
        "(({clientHeight, scrollHeight}) => [clientHeight, scrollHeight])"
        "(document.querySelector('.bx-choose'))"
    )
    sized(choice.browser, WIDTH)
    assert choice.says("[data-ask=likely]")
    assert shown == high  # nothing of it has to be scrolled to within itself


def test_a_page_that_is_served_chooses_too_and_ends_with_ctrl_c(
    chromium: Chromium, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "boxoffice", "choose", "late-cancel", "--no-browser"]
    server = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, encoding="utf-8")
    said = server.stdout
    assert said is not None
    try:
        url = next(word for word in said.readline().split() if word.startswith("http"))
        chromium.visit(url)
        chromium.until("document.querySelector('.bx-pane')?.dataset.painted > 0")
        for _ in range(2):
            before = chromium.ask("document.querySelector('.bx-now').textContent")
            chromium.ask("document.querySelector('[data-ask=\"pass:message\"]').click()")
            chromium.until(f"document.querySelector('.bx-now').textContent !== {before!r}")
        assert "order.created" in chromium.ask("document.querySelector('.bx-now').textContent")
        # Another tab of this address goes to the end; this one is behind, and hears of it.
        ends = "{method: 'POST', body: JSON.stringify({do: 'pass', until: 'end'})}"
        chromium.ask(f"fetch('ask', {ends}).then((it) => it.json()).then(() => null)")
        chromium.ask("document.querySelector('[data-ask=\"pass:step\"]').click()")
        chromium.until("!document.querySelector('.bx-refused').hidden")
        stale = chromium.ask("document.querySelector('.bx-refused').textContent")
        assert "another page has gone on" in stale
        assert "The end" in chromium.ask("document.querySelector('.bx-now').textContent")
        assert chromium.ask("document.querySelector('#chooser').clientHeight") == HEIGHT
        assert {urlsplit(it).netloc for it in chromium.asked if it.startswith("http")} == {
            urlsplit(url).netloc
        }
        assert chromium.complaints == []
        chromium.visit("about:blank")
    finally:
        server.send_signal(signal.SIGINT)
        status = server.wait(20)
        said.close()
    assert status == 130
