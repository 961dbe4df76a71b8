"""What happens next, chosen in a notebook; needs the extra `lab`."""

import json
from typing import Any

import anywidget
import traitlets

from boxoffice.choosing.protocol import Choosing
from boxoffice.views.explorer.page import resource


class Chooser(anywidget.AnyWidget):  # type: ignore[misc,unused-ignore]
    """A widget in which a run stands still, and its reader says how it goes on.

    `view` is what it shows: what was picked, the verdict, the token, and more.
    """

    _esm = resource("bundle.js")
    _css = resource("explorer.css")
    first = traitlets.Unicode().tag(sync=True)

    def __init__(self, choosing: Choosing, **traits: Any) -> None:
        self._choosing = choosing
        self.view = choosing.ask({"do": "look"})
        super().__init__(first=json.dumps(self.view), **traits)
        self.on_msg(self._hear)

    def _hear(self, widget: Any, said: Any, buffers: Any) -> None:
        answer = self._choosing.ask(said["request"])
        if "error" not in answer:
            self.view = answer
        self.send({"to": said["from"], "answer": answer})
