"""A run that is played: only when asked, and until its reader does anything else."""

from pathlib import Path

import pytest

from boxoffice.views.explorer.page import write_report
from tests.browser.chromium import Chromium
from tests.browser.stories import PANEL, chosen, over_an_event, played, set_box, text

pytestmark = pytest.mark.real

RANGE = "document.querySelector('.bx-track input')"
PLAYING = "document.querySelector('[data-play]').getAttribute('aria-label') === 'pause'"
TICK = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
# A step lasts as long as the page says; here it lasts no time at all, and every wait is counted.
HASTE = """(() => { const wait = window.setTimeout.bind(window); window.waits = [];
  window.setTimeout = (done, ms) => { waits.push(ms); return wait(done, 0); }; })()"""
# A step lasts until the test lets it end.
PATIENCE = """(() => { window.steps = [];
  window.setTimeout = (done, ms) => { steps.push([done, ms]); return steps.length; };
  window.clearTimeout = (at) => { if (at) steps[at - 1][0] = () => {}; };
  window.tick = () => steps.at(-1)[0](); })()"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    there = tmp_path_factory.mktemp("whole") / "purchase.html"
    return write_report([played("purchase")], there)


def place(browser: Chromium) -> int:
    """Return which of the drawn events the scrubber stands at."""
    return int(browser.ask(f"{RANGE}.value"))


def last(browser: Chromium) -> int:
    return int(browser.ask(f"{RANGE}.max"))


def press_play(browser: Chromium) -> None:
    browser.ask("document.querySelector('[data-play]').click()")


def test_nothing_moves_before_it_is_asked_to(chromium: Chromium, whole: Path) -> None:
    chromium.open(whole.as_uri())
    chromium.ask(PATIENCE)
    chromium.ask(TICK)
    assert chromium.ask("steps.length") == 0
    assert not chromium.ask(PLAYING)


def test_space_plays_from_the_start_to_the_end_event_by_event(
    chromium: Chromium, whole: Path
) -> None:
    chromium.open(whole.as_uri())
    chromium.ask(HASTE)
    chromium.ask(
        f"(() => {{ window.seen = []; const told = document.querySelector('.bx-panel');"
        f"new MutationObserver(() => seen.push([+{RANGE}.value, told.textContent]))"
        ".observe(told, {childList: true}); })()"
    )
    chromium.press(" ")
    assert chromium.ask(PLAYING)
    chromium.until(f"!({PLAYING})")
    assert place(chromium) == last(chromium)
    seen = [(at, told) for at, told in chromium.ask("seen") if told]
    places = list(dict.fromkeys(at for at, _ in seen))
    assert places[0] == 0
    assert places == sorted(places)
    assert len(places) > last(chromium) / 2  # only what happens in one moment is one step
    assert all("tickets" in told and "expiration" in told for _, told in seen)
    assert "orders: order 1" in chromium.ask(PANEL)
    assert chosen(chromium).startswith("paused")


def test_it_goes_on_from_where_the_scrubber_stands(chromium: Chromium, whole: Path) -> None:
    chromium.open(whole.as_uri())
    chromium.ask(PATIENCE)
    set_box(chromium, ".bx-track input", "20")
    press_play(chromium)
    first = place(chromium)
    assert 20 < first < 30
    press_play(chromium)
    assert not chromium.ask(PLAYING)
    press_play(chromium)
    assert place(chromium) > first


@pytest.mark.parametrize("way", ["click", "key", "drag", "wheel", "button"])
def test_whatever_its_reader_does_stops_it(chromium: Chromium, whole: Path, way: str) -> None:
    chromium.open(whole.as_uri())
    chromium.ask(PATIENCE)
    x, y = over_an_event(chromium, "orders")
    chromium.press(" ")
    chromium.ask("tick()")
    assert chromium.ask(PLAYING)
    if way == "click":
        chromium.click(x, y)
    elif way == "key":
        chromium.press("s")
    elif way == "drag":
        set_box(chromium, ".bx-track input", "30")
    elif way == "wheel":
        wheel = {"type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": 40}
        chromium.send("Input.dispatchMouseEvent", **wheel)
    else:
        chromium.ask("document.querySelector('[data-tab=event]').click()")
    chromium.until(f"!({PLAYING})")
    stands = place(chromium)
    chromium.ask("tick()")  # a step that was due is not taken any more
    assert place(chromium) == stands


def test_it_stops_at_a_proof_and_then_goes_on(chromium: Chromium, late: Path) -> None:
    chromium.open(late.as_uri())
    chromium.ask(HASTE)
    stops = []
    for _ in range(3):
        chromium.press(" ")
        chromium.until(f"!({PLAYING})")
        stops.append(place(chromium))
        assert "proof of a violation" in chosen(chromium)
        assert "✗ proof" in chromium.ask(PANEL)
    assert stops == sorted(set(stops))


def test_in_a_crowd_too_no_proof_is_gone_past(chromium: Chromium, tmp_path: Path) -> None:
    crowd = [played("last-seat", "no-unique-hold")]
    chromium.open(write_report(crowd, tmp_path / "seat.html").as_uri())
    chromium.ask(HASTE)
    proofs = {number for it in crowd[0].violations for number in it.events}
    assert len(proofs) > 3
    for _ in proofs:
        chromium.press(" ")
        chromium.until(f"!({PLAYING})")
        assert chosen(chromium).startswith("paused, proof of a violation")
    assert chromium.ask("waits.length") > 50
    assert last(chromium) > 400  # so that a step is of more than one event


def test_both_runs_go_along_and_stay_in_sight(chromium: Chromium, late: Path) -> None:
    chromium.open(late.as_uri())
    assert chromium.ask("document.querySelectorAll('.bx-pane').length") == 2
    chromium.ask(HASTE)
    for _ in range(20):
        chromium.press(" ")
        chromium.until(f"!({PLAYING})")
        if place(chromium) == last(chromium):
            break
    chromium.ask(TICK)
    tops, ends = chromium.ask(
        "[(s) => s.scrollTop, (s) => s.scrollHeight - s.clientHeight].map((of) => "
        "[...document.querySelectorAll('.bx-scroll')].map(of))"
    )
    assert all(top > end / 2 > 0 for top, end in zip(tops, ends, strict=True))


@pytest.mark.parametrize(("speed", "ms"), [("0.5", 1400), ("1", 700), ("4", 175)])
def test_the_pace_is_the_reader_s(chromium: Chromium, whole: Path, speed: str, ms: int) -> None:
    chromium.open(whole.as_uri())
    chromium.ask(PATIENCE)
    set_box(chromium, "[data-speed]", speed)
    press_play(chromium)
    assert chromium.ask("steps.at(-1)[1]") == ms
    before = place(chromium)
    chromium.press(">" if speed != "4" else "<")
    assert chromium.ask(PLAYING)
    assert chromium.ask("steps.at(-1)[1]") in (ms / 2, ms * 2)
    chromium.ask("tick()")
    assert place(chromium) > before


def test_a_storm_is_played_in_some_hundred_steps(chromium: Chromium, tmp_path: Path) -> None:
    there = write_report([played("market-day", size=40)], tmp_path / "storm.html")
    chromium.open(there.as_uri())
    chromium.ask(HASTE)
    press_play(chromium)
    chromium.until(f"!({PLAYING})")
    assert place(chromium) == last(chromium) > 1_000
    assert 100 < chromium.ask("waits.length") <= 400
    assert chromium.complaints == []


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_it_is_played_for_those_too_who_want_less_motion(
    chromium: Chromium, whole: Path, motion: str
) -> None:
    """The diagram then moves by half a page at a time, and otherwise little by little."""
    chromium.open(whole.as_uri())
    features = [{"name": "prefers-reduced-motion", "value": motion}]
    chromium.send("Emulation.setEmulatedMedia", features=features)
    for _ in range(3):
        chromium.press("+")  # long enough to be scrolled
    chromium.ask(HASTE)
    chromium.ask(
        "(() => { window.tops = []; document.querySelector('.bx-scroll')"
        ".addEventListener('scroll', (e) => tops.push(e.target.scrollTop)); })()"
    )
    press_play(chromium)
    chromium.until(f"!({PLAYING})")
    assert place(chromium) == last(chromium)
    moves = len(chromium.ask("[...new Set(tops)]"))
    assert 1 <= moves <= 8 if motion == "reduce" else moves > 8


def test_the_button_says_what_it_will_do(chromium: Chromium, whole: Path) -> None:
    chromium.open(whole.as_uri())
    chromium.ask(PATIENCE)
    chromium.ask("document.querySelector('[data-play]').focus()")
    chromium.press(" ")
    assert chromium.ask(PLAYING)
    assert chosen(chromium) == "playing"
    chromium.press(" ")
    assert not chromium.ask(PLAYING)
    assert text(chromium, ".bx-scrubber output").startswith("00:00.")
