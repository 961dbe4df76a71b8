"""A headless Chromium, spoken to over a pipe in its own DevTools protocol.

https://chromedevtools.github.io/devtools-protocol/ describes the commands.  A pipe needs no port
and no package: messages are JSON, each ended by a zero byte.
"""

import base64
import json
import os
import selectors
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, Final

PATIENCE_S: Final = 180.0  # half of a core that is half as fast
WIDTH: Final = 1440
HEIGHT: Final = 900
_FLAGS: Final = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
    *("--no-first-run", "--disable-extensions", "--disable-background-networking"),
    *("--hide-scrollbars", "--force-device-scale-factor=1", "--remote-debugging-pipe"),
)
_KEYS: Final = {"Escape": 27, "Enter": 13, "ArrowUp": 38, "ArrowDown": 40, "PageDown": 34}


class Broken(Exception):
    """The page or the browser did not do what it was asked for."""


class Chromium:
    """One browser with one page.  Everything that the page asks for or complains of is kept."""

    def __init__(self, program: str, profile: Path) -> None:
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        # The protocol is read from descriptor 3 and written to 4, and no other numbers; these go
        # by way of numbers that neither end can have.
        script = f'exec "$@" 11<&{theirs_in} 12>&{theirs_out} 3<&11 4>&12 11<&- 12>&-'
        command = ["bash", "-c", script, "bash", program, *_FLAGS, f"--user-data-dir={profile}"]
        self._process = subprocess.Popen(
            [*command, "about:blank"],
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._in, selectors.EVENT_READ)
        self._heard = b""
        self._number = 0
        self._page = ""
        self._session: str | None = None
        self._unheard = set[str]()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.turn_over()

    def close(self) -> None:
        """End the browser."""
        self._selector.close()
        for pipe in (self._in, self._out):
            os.close(pipe)
        try:
            self._process.wait(10)  # it ends by itself when its pipe does
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def turn_over(self) -> None:
        """Put a blank page in the place of this one, whatever it holds that is not saved."""
        used, self._session = self._page, None
        self._page = self.send("Target.createTarget", url="about:blank")["targetId"]
        if used:
            self.send("Target.closeTarget", targetId=used)
        self._attach()

    @contextmanager
    def beside(self, url: str) -> Iterator[None]:
        """Have another tab at hand, at that address, and at the end this one again."""
        here = self._page, self._session
        self._page, self._session = "", None
        self.turn_over()
        self._unheard.add(
            self._session or ""
        )  # it complains about the icon that a browser looks for
        self.send("Page.navigate", url=url)
        self.until("document.readyState === 'complete' && location.protocol !== 'about:'")
        yield
        beside = self._page
        self._page, self._session = here
        self.send("Target.closeTarget", targetId=beside)
        self.send("Target.activateTarget", targetId=self._page)  # what is out of sight is not drawn

    def visit(self, url: str, *, scheme: str = "light") -> None:
        """Go to a page; what was asked for and complained of is forgotten."""
        self.asked.clear()
        self.complaints.clear()
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.send("Emulation.setEmulatedMedia", features=features)
        self.send("Page.navigate", url=url)

    def open(self, url: str, *, scheme: str = "light") -> float:
        """Load a report and return after how many seconds it says that it is ready and painted."""
        self.send("Page.navigate", url="about:blank")
        begun = monotonic()
        self.visit(url, scheme=scheme)
        self.until("document.documentElement.dataset.ready === 'true'")
        self.until("[...document.querySelectorAll('.bx-pane')].every(p => p.dataset.painted)")
        return monotonic() - begun

    def ask(self, expression: str) -> Any:
        """Return the value of an expression on the page, awaited.  Raises: Broken."""
        answer = self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise Broken(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def until(self, expression: str, patience_s: float = PATIENCE_S) -> None:
        """Wait until an expression on the page is true.  Raises: Broken."""
        deadline = monotonic() + patience_s
        while not self._sees(expression):
            if monotonic() > deadline:
                raise Broken(f"never true: {expression}; {self.complaints}")

    def _sees(self, expression: str) -> Any:
        try:
            return self.ask(f"new Promise(done => requestAnimationFrame(() => done({expression})))")
        except Broken as broken:
            if "navigated or closed" in str(broken):  # it was asked of a page that is being left
                return False
            raise

    def click(self, x: float, y: float) -> None:
        """Move the mouse to a place of the window, in pixels, and click."""
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            text = {} if key in _KEYS else {"text": key}
            code = {"windowsVirtualKeyCode": _KEYS[key]} if key in _KEYS else {}
            self.send("Input.dispatchKeyEvent", type="keyDown", key=key, **text, **code)
            self.send("Input.dispatchKeyEvent", type="keyUp", key=key, **code)

    def write(self, text: str) -> None:
        """Put text in where the cursor is."""
        self.send("Input.insertText", text=text)

    def picture(self) -> bytes:
        """Return what the window shows, as PNG."""
        return base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"])

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Give a command and return its answer.  Raises: Broken."""
        number = self._command(method, params)
        while (answer := self._next()).get("id") != number:
            self._note(answer)
        if "error" in answer:
            raise Broken(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def _command(self, method: str, params: dict[str, Any]) -> int:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        return self._number

    def _attach(self) -> None:
        attached = self.send("Target.attachToTarget", targetId=self._page, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        self.send("Emulation.setDeviceMetricsOverride", **size)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._heard:
            if not self._selector.select(PATIENCE_S):
                raise Broken("the browser has fallen silent")
            heard = os.read(self._in, 1 << 20)
            if not heard:
                raise Broken(f"the browser has ended: {self._process.wait()}")
            self._heard += heard
        message, _, self._heard = self._heard.partition(b"\0")
        said: dict[str, Any] = json.loads(message)
        return said

    def _note(self, said: dict[str, Any]) -> None:
        if said.get("sessionId") in self._unheard:
            return
        method, params = said.get("method"), said.get("params", {})
        if method == "Network.requestWillBeSent":
            self.asked.append(params["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(params["exceptionDetails"])[:2000])
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.complaints.append(params["entry"]["text"])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning"):
            self.complaints.append(json.dumps(params["args"])[:2000])
        elif method == "Page.javascriptDialogOpening":
            # Whoever is asked whether to leave what is not saved, leaves: a test that failed there
            # would take all tests after it along.
            self._command("Page.handleJavaScriptDialog", {"accept": True})
