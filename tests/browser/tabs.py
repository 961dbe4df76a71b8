"""What the tests of the page in a tab do there, as its reader would."""

import json
from http.server import ThreadingHTTPServer
from time import monotonic

from tests.browser.chromium import Chromium
from tests.house import tree

PYODIDE = tree.ROOT / "build" / "pyodide" / "node_modules" / "pyodide"
IDLE = "document.getElementById('stop').hidden && !document.querySelector('.bx-busy')?.textContent"


def open_page(browser: Chromium, served: ThreadingHTTPServer, scheme: str = "light") -> float:
    """Go to the page; return after how many seconds something can be done there."""
    begun = monotonic()
    browser.visit(f"http://127.0.0.1:{served.server_address[1]}/", scheme=scheme)
    browser.until("document.documentElement.dataset.ready === 'true'", 120.0)
    return monotonic() - begun


def cut_off(browser: Chromium, is_off: bool = True) -> None:
    """Take the network away, so that what is loaded has to do; or bring it back."""
    nothing = {"offline": is_off, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
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


def write(browser: Chromium, code: str) -> None:
    """Write code in the place of what the editor holds."""
    browser.ask(
        "(() => { const it = document.querySelector('textarea'); it.focus(); it.select() })()"
    )
    browser.write(code)


def key(browser: Chromium, name: str, code: int) -> None:
    for kind in ("keyDown", "keyUp"):
        browser.send("Input.dispatchKeyEvent", type=kind, key=name, windowsVirtualKeyCode=code)


def reload(tab: Chromium) -> None:
    """Load the page again, and wait until it is ready."""
    tab.ask("window.before = true")
    tab.send("Page.reload")
    tab.until("!window.before && document.documentElement.dataset.ready === 'true'", 120.0)
    tab.until(IDLE)
