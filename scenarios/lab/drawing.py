"""A run drawn for a notebook, or two side by side.

The picture is static, so that a committed notebook can be read where nothing runs.  Where the
explorer's widget is installed and a kernel is alive, the notebook shows that in its place.
"""

from functools import cached_property
from importlib.util import find_spec
from typing import Any

from boxoffice import Outcome
from boxoffice.views import explore
from scenarios.lab.picture.beside import beside
from scenarios.lab.picture.rendering import svg


class Drawing:
    """Runs as a picture, and as the explorer where there is one."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = outcomes

    @property
    def chosen(self) -> dict[str, int]:
        """What its reader has clicked in the explorer: {run, event}; empty before that."""
        return {} if self._explorer is None else dict(self._explorer.chosen)

    @cached_property
    def _explorer(self) -> Any:
        if find_spec("anywidget") is None:
            return None
        return explore(self.outcomes, compare=len(self.outcomes) > 1)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        still = {"text/plain": repr(self), "image/svg+xml": self._still()}
        if self._explorer is None:
            return still
        live, _ = self._explorer._repr_mimebundle_()
        return {**live, **still}

    def _still(self) -> str:
        return svg(*self.outcomes) if len(self.outcomes) == 1 else beside(*self.outcomes)

    def __repr__(self) -> str:
        return "\n".join(map(_in_a_line, self.outcomes))


def _in_a_line(outcome: Outcome) -> str:
    broken = [it.invariant for it in outcome.violations]
    said = f"{outcome.scenario}, seed {outcome.seed}: {outcome.verdict}"
    return f"{said}: {', '.join(dict.fromkeys(broken))}" if broken else said


def drawn(outcome: Outcome, other: Outcome | None = None) -> Drawing:
    """Return what a notebook shows of a run, or of two: side by side, and seen where they part."""
    return Drawing(outcome) if other is None else Drawing(outcome, other)
