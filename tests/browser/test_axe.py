"""What axe, which looks for what keeps people out of a page, says of the explorer.

Source: axe-core's rules for WCAG 2.2, levels A and AA, and its best practices.
"""

from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from boxoffice.views.explorer.page import write_report
from tests.browser.chromium import HEIGHT, Chromium
from tests.browser.stories import played
from tests.browser.tabs import open_page, press
from tests.house.tree import ROOT

pytestmark = pytest.mark.real

AXE = ROOT / ".real" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (420, 800, 1280, 1920)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run alone, which stands beside no other."""
    outcome = played("last-seat", "no-unique-hold", size=3)
    return write_report([outcome], tmp_path_factory.mktemp("one") / "one.html")


def found(browser: Chromium) -> list[str]:
    """Return what axe finds on the page that is open, each with the elements it is about."""
    browser.send("Runtime.evaluate", expression=AXE.read_text(encoding="utf-8"))
    said: list[str] = browser.ask(
        "axe.run().then((it) => it.violations.map((one) =>"
        "`${one.id}: ${one.help}: ${one.nodes.map((node) => node.html).join(' ')}`))"
    )
    return said


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("wide", WIDTHS)
def test_nothing_keeps_anybody_out(
    chromium: Chromium, late: Path, one: Path, wide: int, scheme: str
) -> None:
    size = {"width": wide, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
    for page in (late, one):
        chromium.turn_over()
        chromium.send("Emulation.setDeviceMetricsOverride", **size)
        chromium.open(page.as_uri(), scheme=scheme)
        chromium.press("v")
        assert found(chromium) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nor_out_of_any_room_of_the_tab(
    chromium: Chromium, served: ThreadingHTTPServer, scheme: str
) -> None:
    open_page(chromium, served, scheme)
    kept = {}
    for room in ("The shop", "Stories", "Choose", "Build one", "Kill mutants"):
        press(chromium, room)
        kept[room] = found(chromium)
    press(chromium, "The shop")
    press(chromium, "List it")
    kept["a deed"] = found(chromium)
    chromium.ask("document.querySelector('[data-tab=state]').click()")
    kept["a state"] = found(chromium)
    press(chromium, "Build one")
    press(chromium, "aggregate")
    written = "JSON.stringify({version: 9, code: '# theirs', passed: ['1']})"
    with chromium.beside(chromium.ask("new URL('dom.js', location).href")):
        chromium.ask(f"localStorage.setItem('boxoffice-ladder', {written})")
    chromium.until("document.querySelector('.notice') !== null")
    kept["a word, and another tab"] = found(chromium)
    chromium.ask("localStorage.clear(), sessionStorage.clear()")
    assert {room: it for room, it in kept.items() if it} == {}
    chromium.turn_over()


def test_it_would_find_something(chromium: Chromium, late: Path) -> None:
    chromium.open(late.as_uri())
    chromium.ask("document.querySelector('input[type=search]').removeAttribute('aria-label')")
    chromium.ask("document.body.append(document.createElement('button'))")
    assert any(it.startswith("button-name:") for it in found(chromium))
