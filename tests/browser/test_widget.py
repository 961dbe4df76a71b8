"""The explorer in a notebook's cell: as wide as one, in its colours, and with keys of its own."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from boxoffice.views.explorer.page import resource
from tests.browser.chromium import Chromium
from tests.browser.stories import PANEL, chosen, over_an_event

pytestmark = pytest.mark.real

CELL_PX = 950
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(20, 24, 29)"
LINE = {"true": "213,218,224", "false": "52,61,71"}  # --bx-line, where JupyterLab says light or not
INK = """(() => { const sheet = document.querySelector('.bx-pane canvas'), seen = {};
  const {data} = sheet.getContext('2d').getImageData(0, 0, sheet.width, sheet.height);
  for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255) {
    const at = data.slice(i, i + 3).join(); seen[at] = (seen[at] ?? 0) + 1; }
  return seen; })()"""
# A page that hears keys as JupyterLab does: before anybody else, unless an element between asks it
# not to, and once more after all others.
NOTEBOOK = """<!doctype html><meta charset="utf-8"><title>a notebook</title>
<body style="margin: 0"><div style="height: 300px" tabindex="0" id="above">In [1]:</div>
<div id="cell" style="width: %dpx"></div><div style="height: 2000px">below</div>
<script type="application/json" id="runs">%s</script>
<script>window.heard = [];
const asked = (key) => key.target.closest?.('[data-lm-suppress-shortcuts]');
document.addEventListener('keydown', (key) => { if (!asked(key)) heard.push(key.key); }, true);
document.addEventListener('keydown', (key) => heard.push(key.key));</script>"""


@pytest.fixture(scope="module")
def notebook(late: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    runs = late.read_text().split('id="boxoffice-runs">')[1].split("</script>")[0]
    there = tmp_path_factory.mktemp("notebook") / "notebook.html"
    there.write_text(NOTEBOOK % (CELL_PX, runs))
    return there


@pytest.fixture
def cell(chromium: Chromium, notebook: Path) -> Chromium:
    chromium.complaints.clear()  # of whatever page was there before
    chromium.send("Emulation.setEmulatedMedia", features=[])
    chromium.send("Page.navigate", url=notebook.as_uri())
    chromium.until("document.title === 'a notebook' && document.readyState === 'complete'")
    bundle = base64.b64encode(resource("bundle.js").encode()).decode()
    chromium.ask(
        f"""(async () => {{ const style = document.createElement('style');
        style.textContent = {json.dumps(resource("explorer.css"))};
        document.head.append(style);
        window.model = {{ runs: document.getElementById('runs').textContent,
          get(name) {{ return this[name]; }}, set(name, value) {{ this[name] = value; }},
          on() {{}}, off() {{}}, save_changes() {{ this.saved = (this.saved ?? 0) + 1; }} }};
        window.widget = (await import('data:text/javascript;base64,{bundle}')).default;
        window.end = widget.render({{ model, el: document.getElementById('cell') }}); }})()"""
    )
    chromium.until("document.querySelector('.bx-pane').dataset.painted > 0")
    return chromium


def theme(browser: Chromium) -> Any:
    browser.ask("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return browser.ask("getComputedStyle(document.querySelector('.bx')).backgroundColor")


def system(browser: Chromium, scheme: str) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.send("Emulation.setEmulatedMedia", features=features)


def jupyter(browser: Chromium, light: str | None) -> None:
    told = json.dumps(light)
    browser.ask(
        f"{told} === null ? delete document.body.dataset.jpThemeLight"
        f" : document.body.dataset.jpThemeLight = {told}"
    )


def test_a_click_reaches_python_and_the_widget_goes_without_a_trace(cell: Chromium) -> None:
    cell.ask("document.querySelector('[data-proof]').click()")
    assert cell.ask("model.chosen.run") == 1
    assert cell.ask("model.chosen.event") > 0
    assert cell.ask("model.saved") == 1
    cell.ask("end()")
    assert cell.ask("document.querySelectorAll('.bx').length") == 0
    jupyter(cell, "false")
    assert cell.complaints == []


def test_a_cell_has_one_pane_its_panel_and_nothing_that_sticks_out(cell: Chromium) -> None:
    assert cell.ask("document.querySelectorAll('.bx-pane').length") == 1
    wide, high = cell.ask(
        "(({width, height}) => [width, height])"
        "(document.querySelector('.bx').getBoundingClientRect())"
    )
    assert wide == CELL_PX
    assert 400 < high <= 900
    wider = cell.ask(
        "[...document.querySelectorAll('.bx *')].filter((one) => !one.closest('.bx-scroll') && "
        "!one.closest('.bx-live') && one.getBoundingClientRect().right > innerWidth)"
        ".map((one) => one.className)"
    )
    assert wider == []
    diagram, panel = cell.ask(
        "['.bx-scroll', '.bx-panel'].map((name) => "
        "(({width, height}) => [width, height])"
        "(document.querySelector(name).getBoundingClientRect()))"
    )
    assert diagram[0] >= 550
    assert diagram[1] >= 300
    assert panel[0] >= 240
    assert panel[1] >= 250


def test_a_cell_that_was_out_of_sight_is_laid_out_anew(cell: Chromium) -> None:
    jupyter(cell, "true")
    cell.ask(
        "(async () => { const {style} = document.getElementById('cell');"
        "style.display = 'none'; document.body.dataset.jpThemeLight = 'false';"
        "await null; await null; style.display = ''; })()"
    )
    cell.until(
        "document.querySelector('.bx-space').getBoundingClientRect().width === "
        "document.querySelector('.bx-scroll').clientWidth"
    )


def test_a_cell_that_was_made_out_of_sight_has_its_colours(cell: Chromium) -> None:
    jupyter(cell, "true")
    cell.ask(
        "(async () => { end(); const box = document.getElementById('cell'); box.remove();"
        "window.end = widget.render({ model, el: box });"
        "await new Promise(requestAnimationFrame); document.body.append(box); })()"
    )
    cell.until("document.querySelector('.bx-pane')?.dataset.painted > 0")
    assert LINE["true"] in cell.ask(INK)


def test_a_narrow_cell_has_its_panel_below(cell: Chromium) -> None:
    cell.ask("document.getElementById('cell').style.width = '600px'")
    cell.until("document.querySelector('.bx-scroll').getBoundingClientRect().width >= 580")
    bottom, top = cell.ask(
        "[document.querySelector('.bx-panes').getBoundingClientRect().bottom,"
        "document.querySelector('aside').getBoundingClientRect().top]"
    )
    assert top >= bottom


def test_a_key_pressed_in_the_widget_is_not_heard_by_the_notebook(cell: Chromium) -> None:
    cell.click(*over_an_event(cell, "orders"))
    first = chosen(cell)
    assert first
    cell.ask("heard.length = 0")
    cell.press("d", "d", "x", "a", "b", " ", "ArrowDown", "Enter", "Escape", "/", "m")
    assert cell.ask("heard") == []
    assert cell.ask("document.activeElement.value") == "m"  # the search hears letters


def test_a_key_pressed_in_the_notebook_is_the_notebook_s(cell: Chromium) -> None:
    cell.ask("document.getElementById('above').focus()")
    cell.ask("heard.length = 0")
    before = cell.ask(PANEL)
    cell.press("v", "s", "ArrowDown")
    assert cell.ask("heard") == ["v", "v", "s", "s", "ArrowDown", "ArrowDown"]
    assert cell.ask(PANEL) == before


def test_a_click_in_the_diagram_gives_it_the_keys(cell: Chromium) -> None:
    cell.click(*over_an_event(cell, "orders"))
    before = chosen(cell)
    cell.press("ArrowDown")
    assert chosen(cell) != before
    assert cell.ask("scrollY") == 0


def test_a_run_is_played_in_a_cell_and_ends_with_it(cell: Chromium) -> None:
    playing = "document.querySelector('[data-play]').getAttribute('aria-label') === 'pause'"
    cell.click(*over_an_event(cell, "orders"))
    top = cell.ask("scrollY")
    cell.press(">", ">", " ")
    assert cell.ask(playing)
    before = cell.ask("document.querySelector('.bx-track input').value")
    cell.until(f"document.querySelector('.bx-track input').value !== '{before}'")
    assert cell.ask("scrollY") == top
    cell.ask(
        "(() => { const stop = window.clearTimeout.bind(window); window.stopped = 0;"
        "window.clearTimeout = (timer) => { stopped += 1; stop(timer); }; end(); })()"
    )
    assert cell.ask("stopped") == 1
    assert cell.complaints == []


@pytest.mark.parametrize(("light", "shown"), [("false", DARK), ("true", LIGHT)])
def test_the_theme_is_jupyterlab_s_whatever_the_system_s(
    cell: Chromium, light: str, shown: str
) -> None:
    system(cell, "light" if light == "false" else "dark")
    jupyter(cell, light)
    assert theme(cell) == shown
    jupyter(cell, "true" if light == "false" else "false")
    assert theme(cell) == ({LIGHT, DARK} - {shown}).pop()


def test_the_theme_is_the_system_s_where_jupyterlab_says_nothing(cell: Chromium) -> None:
    system(cell, "dark")
    assert theme(cell) == DARK
    system(cell, "light")
    assert theme(cell) == LIGHT


def test_a_changed_theme_is_painted_too(cell: Chromium) -> None:
    for light in ("true", "false", "true"):
        jupyter(cell, light)
        theme(cell)
        seen = cell.ask(INK)
        assert LINE[light] in seen
        assert seen.get(LINE["false" if light == "true" else "true"], 0) == 0


def test_runs_that_are_compared_stand_side_by_side_in_a_cell_and_are_seen_where_they_part(
    cell: Chromium,
) -> None:
    assert cell.ask("document.querySelectorAll('.bx-pane').length") == 1
    cell.ask(
        """(() => { end(); model.compare = true;
        window.end = widget.render({ model, el: document.getElementById('cell') }); })()"""
    )
    panes = "[...document.querySelectorAll('.bx-pane')]"
    cell.until(f"{panes}.length === 2 && {panes}.every((one) => one.dataset.painted > 0)")
    shown = cell.ask(
        f"""{panes}.map((one) => {{ const box = one.querySelector('.bx-scroll');
        return [+one.dataset.part, box.scrollTop, box.clientHeight, box.clientWidth]; }})"""
    )
    for part, top, high, wide in shown:
        assert top < part < top + high
        assert wide > CELL_PX / 2 - 20
    assert shown[0][:2] == shown[1][:2]
    cell.ask("end()")


def test_in_a_cell_of_a_phone_the_lowest_bar_can_be_reached(cell: Chromium) -> None:
    cell.ask("document.getElementById('cell').style.width = '360px'")
    left = cell.ask(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {"
        "const bar = document.querySelector('.bx-scrubber'), all = document.querySelector('.bx');"
        "bar.scrollIntoView({block: 'end'});"
        "done(all.getBoundingClientRect().bottom - bar.getBoundingClientRect().bottom); })))"
    )
    assert left >= 0
    assert cell.ask("getComputedStyle(document.querySelector('.bx')).overflowY") == "auto"
