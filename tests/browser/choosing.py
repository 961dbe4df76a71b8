"""The widget of what happens next on a bare page: its questions are answered by this process."""

import base64
import json
from pathlib import Path
from typing import Any, Final

from boxoffice.choosing import Choosing
from boxoffice.views.explorer.page import resource
from tests.browser.chromium import Chromium

# A page that hears keys as JupyterLab does, and keeps what the widget sends until it is answered.
PAGE: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>a choice</title>
<body style="margin: 0"><main><h1 style="margin: 0">A choice</h1><div id="cell"></div></main>
<script>window.heard = []; window.sent = [];
document.addEventListener('keydown', (key) => heard.push(key.key));</script>"""


class Choice:
    """A session, and the page that shows it."""

    def __init__(
        self, browser: Chromium, choosing: Choosing, page: Path, scheme: str = "light"
    ) -> None:
        self.browser, self._choosing = browser, choosing
        self.view: Any = choosing.ask({"do": "look"})
        page.write_text(PAGE, encoding="utf-8")
        browser.visit(page.as_uri(), scheme=scheme)
        browser.until("document.title === 'a choice' && document.readyState === 'complete'")
        bundle = base64.b64encode(resource("bundle.js").encode()).decode()
        first = json.dumps(json.dumps(self.view))
        browser.ask(
            f"""(async () => {{ const style = document.createElement('style');
            style.textContent = {json.dumps(resource("explorer.css"))};
            document.head.append(style);
            const on = {{}};
            window.model = {{ get: (name) => name === 'first' ? {first} : undefined,
              on: (name, hear) => {{ on[name] = hear; }}, off() {{}},
              send: (message) => sent.push(message) }};
            window.answer = (message) => on['msg:custom'](message);
            const widget = (await import('data:text/javascript;base64,{bundle}')).default;
            window.end = widget.render({{ model, el: document.getElementById('cell') }}); }})()"""
        )
        self.settle()

    def settle(self) -> None:
        """Answer all that is asked, until nothing more is."""
        while (asked := self.browser.ask("sent.shift()")) is not None:
            told = self._choosing.ask(asked["request"])
            self.view = self.view if "error" in told else told
            answer = {"to": asked["from"], "answer": told}
            self.browser.ask(
                f"(answer({json.dumps(answer)}), new Promise((done) => setTimeout(done)))"
            )
        self.browser.until("document.querySelector('.bx-pane')?.dataset.painted > 0")

    def press(self, key: str) -> None:
        """Press the button that asks for something, `pick:later:orders:3`, say, or begins so."""
        self.browser.ask(f"document.querySelector('[data-ask^=\"{key}\"]').click()")
        self.settle()

    def waits_for(self, words: str) -> None:
        """Press for the next message until it is this one."""
        while words not in self.says(".bx-now"):
            self.press("pass:message")

    def says(self, selector: str) -> str:
        """Return the text of the first such element, or nothing."""
        found: Any = self.browser.ask(f"document.querySelector('{selector}')?.textContent ?? ''")
        return str(found)
