"""The page without an installation: five services in a tab, of which nothing is anywhere else."""

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from time import monotonic

import pytest

from boxoffice import run
from boxoffice.search import case_of
from scenarios.catalogue import NAMES, scenario_named, twin_named
from scenarios.kill.challenges import CHALLENGES
from scenarios.learn.pages import solution_of
from scenarios.learn.rungs import rung_named
from scenarios.play.packing import build
from scenarios.play.serving import server
from tests.browser.chromium import HEIGHT, Chromium
from tests.house import tree

pytestmark = pytest.mark.real

PYODIDE = tree.ROOT / "build" / "pyodide" / "node_modules" / "pyodide"
WIRE_MB = 25.0  # compressed, at most
IDLE = "document.getElementById('stop').hidden && !document.querySelector('.bx-busy')?.textContent"
LATE = "delays(20, of=order.cancelled, at=tickets)"


@pytest.fixture(scope="module")
def built(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not PYODIDE.exists():
        pytest.skip("real: no pyodide; make test-real has one")
    folder = tmp_path_factory.mktemp("play")
    build(PYODIDE, folder)
    return folder / "page"


@pytest.fixture(scope="module")
def served(built: Path) -> Iterator[ThreadingHTTPServer]:
    with server(0, built) as serving:
        thread = threading.Thread(target=serving.serve_forever, args=(0.05,))
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


@pytest.fixture
def page(chromium: Chromium, served: ThreadingHTTPServer) -> Iterator[Chromium]:
    """The page, opened afresh, with everything of Python's loaded."""
    open_page(chromium, served)
    yield chromium
    asked = [it for it in chromium.asked if not it.startswith("data:")]
    assert {it.split("/")[2] for it in asked} == {f"127.0.0.1:{served.server_address[1]}"}
    assert chromium.complaints == []
    chromium.turn_over()


def open_page(browser: Chromium, served: ThreadingHTTPServer, scheme: str = "light") -> float:
    """Go to the page; return after how many seconds something can be done there."""
    begun = monotonic()
    browser.visit(f"http://127.0.0.1:{served.server_address[1]}/", scheme=scheme)
    browser.until("document.documentElement.dataset.ready === 'true'", 120.0)
    return monotonic() - begun


def cut_off(browser: Chromium) -> None:
    """Take the network away: what is loaded has to do."""
    nothing = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    browser.send("Network.emulateNetworkConditions", **nothing)


def press(browser: Chromium, name: str) -> None:
    """Press the button of that name, and wait until nothing is done any more."""
    found = browser.ask(
        "(() => { const wanted = " + json.dumps(name) + ";"
        "const one = [...document.querySelectorAll('button')].filter((it) => !it.disabled)"
        ".find((it) => [it.textContent, it.getAttribute('aria-label')].includes(wanted));"
        "one?.click(); return one !== undefined; })()"
    )
    assert found, f"no button {name!r}"
    browser.until(IDLE)


def choose(browser: Chromium, selector: str, value: str | None = None) -> None:
    """Turn a switch or choose an option, and wait until nothing is done any more."""
    change = "one.click()" if value is None else f"one.value = {json.dumps(value)}"
    browser.ask(
        f"(() => {{ const one = document.querySelector({json.dumps(selector)}); {change};"
        "if (one.localName === 'select') one.dispatchEvent(new Event('change')); })()"
    )
    browser.until(IDLE)


def told(browser: Chromium, selector: str = "#room") -> str:
    said: str = browser.ask(f"document.querySelector({json.dumps(selector)}).innerText")
    return said


def test_it_is_opened_cold_and_a_story_is_played(
    chromium: Chromium, served: ThreadingHTTPServer, record_property: Callable[[str, object], None]
) -> None:
    seconds = open_page(chromium, served)
    begun = monotonic()
    press(chromium, "Stories")
    took = monotonic() - begun
    steps = chromium.ask("document.documentElement.dataset.loaded")
    print(f"\nfirst interaction after {seconds:.1f} s, of which {steps}; late-cancel {took:.1f} s")
    record_property("first_interaction_s", round(seconds, 1))
    assert "all defences in place: holds" in told(chromium)
    assert chromium.ask("document.querySelectorAll('.bx-pane').length") == 1


def test_what_goes_over_the_wire_is_small_enough(built: Path) -> None:
    sizes = {it: it.stat().st_size / 1e6 for it in built.rglob("*") if it.is_file()}
    assert max(sizes, key=lambda it: sizes[it]).name == "packages.tar.gz"
    squeezed = sum(
        size * (0.4 if it.suffix in (".wasm", ".mjs") else 1) for it, size in sizes.items()
    )
    assert squeezed < WIRE_MB


def test_every_run_is_the_one_that_this_python_plays(page: Chromium) -> None:
    page.ask("import('./tab.js').then(({ Tab }) => { window.beside = new Tab(() => {}); })")
    for story, bug in (("late-cancel", "no-holder-check"), ("purchase", ""), ("rush", "")):
        said = page.ask(
            f"beside.ask('play', {{story: '{story}', bug: '{bug}'}})"
            ".then(({ runs }) => runs.map((run) => run.sha256))"
        )
        twins = [None, twin_named(bug)] if bug else [None]
        here = [run(scenario_named(story), bug=it).trace.sha256() for it in twins]
        assert said == here


def test_a_ticket_is_sold_and_then_sold_wrong(page: Chromium) -> None:
    cut_off(page)
    press(page, "List it")
    choose(page, "input[value=Ana]")
    press(page, "Order Front row")
    press(page, "Pay for Front row")
    assert "complete" in told(page, ".cards:last-of-type")
    press(page, "Is all well?")
    assert "nothing that was put to the test has fallen" in told(page, ".verdict")

    press(page, "Begin again")
    choose(page, "select[name=bug]", "no-holder-check")
    choose(page, f'input[value="{LATE}"]')
    choose(page, "input[value=Sue]")
    press(page, "List it")
    choose(page, "input[value=Ana]")
    press(page, "Order Front row")
    press(page, "Cancel Front row")
    choose(page, "input[value=Ben]")
    press(page, "Order Front row")
    press(page, "Is all well?")
    assert "holder-releases" in told(page, ".verdict")

    choose(page, "select[name=bug]", "")  # the same deeds, with the defence in place
    assert "Ben orders Front row" in told(page, ".log")
    press(page, "Is all well?")
    assert "nothing that was put to the test has fallen" in told(page, ".verdict")


def test_a_deed_is_undone_and_fifteen_minutes_pass(page: Chromium) -> None:
    press(page, "List it")
    choose(page, "input[value=Ana]")
    press(page, "Order Front row")
    assert "14:58 left" in told(page)
    press(page, "Undo")
    assert "None." in told(page)
    press(page, "Both at once: Ana and Ben order Front row")
    assert "already reserved" in told(page, ".log")
    press(page, "+15 min: let time pass")
    choose(page, "input[value=Ben]")
    press(page, "+10 s: let time pass")
    assert "cancelled" in told(page)


def test_of_two_tabs_the_second_to_save_is_told_that_it_came_too_late(page: Chromium) -> None:
    def saves(tab: int, price: str) -> None:
        page.ask(f"document.querySelector('[data-key=\"price {tab}\"]').value = '{price}'")
        page.ask(f"document.querySelector('[data-key=\"save {tab}\"]').click()")
        page.until(IDLE)

    press(page, "List it")
    for _ in range(2):
        press(page, "Edit in a tab: Front row")
    saves(0, "50.00")
    assert "$50.00" in told(page, ".cards")
    saves(1, "40.00")
    assert "refused: " in told(page, ".log li:last-child")
    press(page, "Undo")
    choose(page, "select[name=bug]", "if-match-ignored")
    saves(1, "40.00")
    assert "$40.00" in told(page, ".cards")
    press(page, "Is all well?")
    assert "conditions-hold" in told(page, ".verdict")


def test_three_events_are_chosen_and_one_is_undone(page: Chromium) -> None:
    cut_off(page)
    press(page, "Choose")
    for _ in range(5):
        press(page, "Next message")
    before = told(page, ".bx-now")
    for _ in range(3):
        page.ask("document.querySelector('.bx-deed button').click()")
        page.until(IDLE)
    assert page.ask("document.querySelectorAll('.bx-picks li').length") == 3
    press(page, "Undo")
    assert page.ask("document.querySelectorAll('.bx-picks li').length") == 2
    assert told(page, ".bx-now") == before
    press(page, "To the end")
    assert "The end" in told(page, ".bx-now")
    token = page.ask("document.querySelector('[data-ask=token]').value")
    case, _ = case_of(token, NAMES)
    verdict = told(page, ".bx-ending")
    for one in case.play().violations:
        assert one.invariant in verdict
    page.ask("document.querySelector('[name=token]').focus()")
    page.write(token)
    key(page, "Tab", 9)
    page.until("document.querySelector('.bx-now').innerText.startsWith('So far')")
    page.until(IDLE)
    press(page, "To the end")
    assert told(page, ".bx-ending") == verdict


def write(browser: Chromium, code: str) -> None:
    """Write code in the place of what the editor holds."""
    browser.ask(
        "(() => { const it = document.querySelector('textarea'); it.focus(); it.select() })()"
    )
    browser.write(code)


def test_a_rung_is_passed_and_the_next_one_falls(page: Chromium) -> None:
    cut_off(page)
    press(page, "Build one")
    press(page, "Check: 20 stories")
    assert "was never answered" in told(page, ".result")
    assert page.ask("document.querySelectorAll('.bx-pane').length") == 1
    write(page, solution_of(rung_named("1")))
    press(page, "Check: 20 stories")
    assert told(page, ".result").startswith("✓ rung 1 · Sell a seat: holds in 20 stories")
    press(page, "Go on: rung 2, Two people, one seat")
    press(page, "Check: 100 stories")
    assert "no seat is sold to two" in told(page, ".result")
    assert page.ask("localStorage.getItem('boxoffice-ladder')").count("async def handle") == 1


def test_mutants_are_killed_by_a_story_that_is_written_there(page: Chromium) -> None:
    press(page, "Kill mutants")
    press(page, "two-at-once")
    press(page, "Grade it")
    assert "no-unique-hold survives" in told(page, ".result")
    assert page.ask("document.querySelectorAll('.bx-pane').length") == 2
    write(page, CHALLENGES["two-at-once"].solution.read_text(encoding="utf-8"))
    press(page, "Grade it")
    assert "4 of 4 twins" in told(page, ".result")
    write(page, "import nothing_of_that_name")
    press(page, "Grade it")
    assert "mine.py cannot be loaded: ModuleNotFoundError" in told(page, "#status")


def test_in_the_editor_tab_indents_and_can_still_leave_it(page: Chromium) -> None:
    press(page, "Build one")
    write(page, "async def handle(message, store, bus):")
    page.press("Enter")
    page.write("pass")
    code = "document.querySelector('textarea').value"
    assert page.ask(code) == "async def handle(message, store, bus):\n    pass"
    key(page, "Tab", 9)
    assert page.ask(code).endswith("    pass    ")
    assert "    pass    " in page.ask("localStorage.getItem('boxoffice-ladder')")
    page.press("Escape")
    key(page, "Tab", 9)
    assert page.ask("document.activeElement.textContent").startswith("Check")


def test_what_never_ends_is_stopped_and_the_shop_is_there_again(page: Chromium) -> None:
    press(page, "List it")
    page.ask("document.querySelector('#rooms button:nth-child(2)').click()")
    page.until("!document.getElementById('stop').hidden")
    page.ask("document.getElementById('stop').click()")
    page.until("document.getElementById('status').textContent.startsWith('Stopped')")
    press(page, "The shop")
    choose(page, "input[value=Ana]")
    press(page, "Order Front row")
    assert "14:58 left" in told(page)


def key(browser: Chromium, name: str, code: int) -> None:
    for kind in ("keyDown", "keyUp"):
        browser.send("Input.dispatchKeyEvent", type=kind, key=name, windowsVirtualKeyCode=code)


def test_keys_alone_lead_from_opening_to_the_violation(page: Chromium) -> None:
    key(page, "Tab", 9)
    assert page.ask("document.activeElement.textContent") == "The shop"
    key(page, "ArrowRight", 39)
    page.until(IDLE)
    assert page.ask("document.activeElement.textContent") == "Stories"
    while page.ask("document.activeElement.name") != "bug":
        key(page, "Tab", 9)
    key(page, "ArrowDown", 40)  # to the first that the story shows
    page.until(IDLE)
    assert "violated: holder-releases" in told(page, ".verdict")
    assert page.ask("document.activeElement.name") == "bug"
    while not page.ask("document.activeElement.classList.contains('bx-scroll')"):
        key(page, "Tab", 9)
    page.press("v")
    assert "proof of a violation" in told(page, ".bx-live")


def test_what_cannot_be_loaded_is_told_in_a_line(
    chromium: Chromium, built: Path, tmp_path: Path
) -> None:
    half = shutil.copytree(built, tmp_path / "half")
    (half / "packages.tar.gz").unlink()
    with server(0, half) as serving:
        threading.Thread(target=serving.serve_forever, args=(0.05,)).start()
        open_page(chromium, serving)
        serving.shutdown()
    assert told(chromium, "#status") == (
        "the Python of this page could not be loaded: packages.tar.gz: 404 File not found"
    )
    chromium.turn_over()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_window_and_all_can_be_hit(
    chromium: Chromium, served: ThreadingHTTPServer, scheme: str
) -> None:
    open_page(chromium, served, scheme)
    for width in (420, 800, 1280, 1920):
        size = {"width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        chromium.send("Emulation.setDeviceMetricsOverride", **size)
        for room in ("The shop", "Stories", "Choose", "Build one", "Kill mutants"):
            press(chromium, room)
            assert chromium.ask("document.documentElement.scrollWidth") <= width
            small = chromium.ask(
                "[...document.querySelectorAll('#room button, #room select, header button')]"
                ".filter((it) => it.checkVisibility() && it.getBoundingClientRect().height < 24)"
                ".map((it) => it.outerHTML)"
            )
            assert small == []
    chromium.turn_over()
