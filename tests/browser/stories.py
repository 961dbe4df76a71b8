"""What the tests of this folder look at, and small questions to a page."""

import json
from pathlib import Path

from boxoffice.trace.outcome import Outcome
from boxoffice.views.explorer.page import write_report
from boxoffice.world.run import run
from scenarios import catalogue
from tests.browser.chromium import Chromium

PANEL = "document.querySelector('.bx-panel').textContent"


def played(name: str, bug: str | None = None, size: int | None = None) -> Outcome:
    """Return a run of a scenario."""
    twin = catalogue.twin_named(bug) if bug else None
    return run(catalogue.scenario_named(name), bug=twin, size=size)


def late_cancel(there: Path) -> Path:
    """Write a story with its defence in place and removed."""
    return write_report([played("late-cancel"), played("late-cancel", "no-holder-check")], there)


def text(browser: Chromium, selector: str) -> str:
    """Return the text of the first element of a kind."""
    said: str = browser.ask(f"document.querySelector({json.dumps(selector)}).textContent")
    return said


def chosen(browser: Chromium) -> str:
    """Return what a reader who hears the page is told of the chosen event."""
    return text(browser, ".bx-live")


def saved(browser: Chromium, *kinds: str) -> dict[str, str]:
    """Press the buttons that save files, and return the files by name."""
    browser.ask(
        """(() => { window.saved = []; const blobs = new Map();
        HTMLAnchorElement.prototype.click = function () {
          saved.push(blobs.get(this.href).text().then((text) => [this.download, text])); };
        const made = URL.createObjectURL.bind(URL);
        URL.createObjectURL = (blob) => {
          const url = made(blob); blobs.set(url, blob); return url; };
        })()"""
    )
    for kind in kinds:
        browser.ask(f"document.querySelector('[data-export={kind}]').click()")
    return dict(browser.ask("Promise.all(saved)"))


def set_box(browser: Chromium, selector: str, value: str) -> None:
    """Put a value into a box or a slider."""
    browser.ask(
        f"(() => {{ const box = document.querySelector({json.dumps(selector)});"
        f"box.value = {json.dumps(value)};"
        "box.dispatchEvent(new Event('change')); box.dispatchEvent(new Event('input')); })()"
    )


PANE = "(document.querySelector('.bx-pane.active') ?? document.querySelector('.bx-pane'))"


def over_an_event(browser: Chromium, host: str) -> tuple[float, float]:
    """Move the mouse over an event on the lane of a host, and return where that is."""
    left, top = browser.ask(
        f"""(() => {{ const {{left, top}} = {PANE}.querySelector('canvas').getBoundingClientRect();
        const heads = [...{PANE}.querySelectorAll('.bx-heads span')];
        const head = heads.find((one) => one.textContent === {json.dumps(host)});
        return [left + parseFloat(head.style.left), top]; }})()"""
    )
    for down in range(20, 500, 8):
        at = {"x": left, "y": top + down}
        browser.send("Input.dispatchMouseEvent", type="mouseMoved", **at)
        if not browser.ask(f"{PANE}.querySelector('.bx-tip').hidden"):
            return at["x"], at["y"]
    raise AssertionError(f"no event of {host}")
