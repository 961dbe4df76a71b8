"""The explorer as its reader has it: opened, clicked, dragged, filtered and compared."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios import catalogue
from sim.outcome import Outcome
from sim.run import run
from sim.views.explorer.page import resource, write_report
from tests.browser.chromium import Chromium

pytestmark = pytest.mark.real

READY_S = 2.0
STORM_EVENTS = 10_000
STORM_SIZE = 115
PANES = "[...document.querySelectorAll('.bx-pane')]"
PANEL = "document.querySelector('.bx-panel').textContent"
INKED = """(() => { const sheet = document.querySelector('.bx-pane canvas');
  const pen = sheet.getContext('2d');
  const {data} = pen.getImageData(0, 0, sheet.width, sheet.height);
  let drawn = 0;
  for (let i = 3; i < data.length; i += 4) drawn += data[i] > 0; return drawn; })()"""


def played(name: str, bug: str | None = None, size: int | None = None) -> Outcome:
    twin = catalogue.twin_named(bug) if bug else None
    return run(catalogue.scenario_named(name), bug=twin, size=size)


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A story with its defence in place and removed."""
    runs = [played("late-cancel"), played("late-cancel", "no-holder-check")]
    return write_report(runs, tmp_path_factory.mktemp("late") / "late.html")


@pytest.fixture(scope="module")
def storm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    outcome = played("market-day", size=STORM_SIZE)
    assert len(outcome.trace.events) >= STORM_EVENTS
    return write_report([outcome], tmp_path_factory.mktemp("storm") / "storm.html")


@pytest.fixture
def page(chromium: Chromium, late: Path) -> Chromium:
    chromium.open(late.as_uri())
    return chromium


def text(browser: Chromium, selector: str) -> str:
    said: str = browser.ask(f"document.querySelector({json.dumps(selector)}).textContent")
    return said


def chosen(browser: Chromium) -> str:
    return text(browser, ".bx-live")


def set_box(browser: Chromium, selector: str, value: str) -> None:
    browser.ask(
        f"(() => {{ const box = document.querySelector({json.dumps(selector)});"
        f"box.value = {json.dumps(value)};"
        "box.dispatchEvent(new Event('change')); box.dispatchEvent(new Event('input')); })()"
    )


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
    assert frames_ms < 100
    chromium.press("/")
    set_box(chromium, "input[type=search]", "gap")
    assert "events say “gap”" in chromium.ask(PANEL)
    assert chromium.asked == [storm.as_uri()]
    assert chromium.complaints == []


def test_a_click_lights_the_past_and_shows_the_documents(page: Chromium) -> None:
    page.press("v", "v", "v")
    x, y = page.ask(
        """(() => { const sheet = document.querySelector('.bx-pane.active canvas');
        const box = sheet.getBoundingClientRect(); return [box.left, box.top]; })()"""
    )
    before = chosen(page)
    assert before.startswith("proof of a violation")
    for down in range(60, 500, 8):
        page.click(x + 322, y + down)
        if chosen(page) != before and page.ask("!!document.querySelector('.bx-document')"):
            break
    assert chosen(page) != before
    assert "How it came about" in page.ask(PANEL)
    assert page.ask("document.querySelectorAll('.bx-document .changed').length") > 0


def test_the_causal_past_of_a_proof_ends_where_a_person_asked(page: Chromium) -> None:
    page.press("v", "v", "v")
    chain = page.ask("[...document.querySelectorAll('.bx-chain')][0].innerText").split("\n")
    assert "Ben: orders ticket A" in chain[0]
    assert len(chain) > 3


def test_the_scrubber_shows_every_service_at_that_moment(page: Chromium) -> None:
    set_box(page, ".bx-track input", "0")
    early = page.ask(PANEL)
    assert all(name in early for name in ("auth", "tickets", "orders", "payments", "expiration"))
    assert "orders.orders" not in early
    set_box(page, ".bx-track input", page.ask("document.querySelector('.bx-track input').max"))
    assert "orders.orders: order 2" in page.ask(PANEL)


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
    page.ask(
        """(() => { window.saved = []; HTMLAnchorElement.prototype.click = function () {
        saved.push(fetchText(this)); };
        const made = URL.createObjectURL; window.blobs = new Map();
        URL.createObjectURL = (blob) => {
          const url = made(blob); blobs.set(url, blob); return url; };
        window.fetchText = (link) =>
          blobs.get(link.href).text().then((text) => [link.download, text]);
        })()"""
    )
    for kind in ("svg", "mermaid", "shiviz"):
        page.ask(f"document.querySelector('[data-export={kind}]').click()")
    files = dict(page.ask("Promise.all(saved)"))
    svg, mermaid, shiviz = files.values()
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


def test_a_notebook_draws_the_same_component_and_hears_of_a_click(
    chromium: Chromium, late: Path
) -> None:
    runs = late.read_text().split('id="boxoffice-runs">')[1].split("</script>")[0]
    chromium.send("Page.navigate", url="about:blank")
    chromium.until("location.href === 'about:blank' && document.readyState === 'complete'")
    bundle = base64.b64encode(resource("bundle.js").encode()).decode()
    chromium.ask(
        f"""(async () => {{ const style = document.createElement('style');
        style.textContent = {json.dumps(resource("explorer.css"))};
        const cell = document.createElement('div');
        document.body.append(style, cell);
        window.model = {{ runs: JSON.stringify({runs}), get(name) {{ return this[name]; }},
          set(name, value) {{ this[name] = value; }}, on() {{}}, off() {{}}, save_changes() {{}} }};
        const {{ default: widget }} = await import('data:text/javascript;base64,{bundle}');
        window.end = widget.render({{ model, el: cell }}); }})()"""
    )
    chromium.ask("document.querySelector('[data-proof]').click()")
    chosen = chromium.ask("model.chosen")
    assert chosen["run"] == 1
    assert chosen["event"] > 0
    chromium.ask("end()")
    assert chromium.ask("document.querySelectorAll('.bx').length") == 0
