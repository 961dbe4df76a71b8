"""The explorer in a notebook; needs the extra `lab`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from boxoffice.trace.outcome import Outcome
from boxoffice.views.explorer.model import text_of
from boxoffice.views.explorer.page import resource

if TYPE_CHECKING:
    from boxoffice.search.likelihood import Likelihood


class Explorer(anywidget.AnyWidget):  # type: ignore[misc,unused-ignore]
    """A widget that shows runs; `chosen` is what its reader has clicked: {run, event}.

    `run` counts the runs of the story at hand, `event` is a number in the run's trace.  With
    `compare` all runs are of one story, and two stand side by side where they part.
    """

    _esm = resource("bundle.js")
    _css = resource("explorer.css")
    runs = traitlets.Unicode("[]").tag(sync=True)
    compare = traitlets.Bool(False).tag(sync=True)
    chosen = traitlets.Dict().tag(sync=True)

    def __init__(
        self, *outcomes: Outcome, whys: "Sequence[Likelihood]" = (), **traits: Any
    ) -> None:
        super().__init__(runs=text_of(outcomes, whys), **traits)
