"""A run drawn for a notebook.

The picture is static, so that a committed notebook can be read where nothing runs.  Where the
explorer's widget is installed and a kernel is alive, the notebook shows that in its place.
"""

from functools import cached_property
from importlib.util import find_spec
from typing import Any

from boxoffice import Outcome
from boxoffice.views import explore
from scenarios.lab.picture.rendering import svg


class Drawing:
    """A run as a picture, and as the explorer where there is one."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome

    @property
    def chosen(self) -> dict[str, int]:
        """What its reader has clicked in the explorer: {run, event}; empty before that."""
        return {} if self._explorer is None else dict(self._explorer.chosen)

    @cached_property
    def _explorer(self) -> Any:
        if find_spec("anywidget") is None:
            return None
        return explore(self.outcome)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        still = {"text/plain": repr(self), "image/svg+xml": svg(self.outcome)}
        if self._explorer is None:
            return still
        live, _ = self._explorer._repr_mimebundle_()
        return {**live, **still}

    def __repr__(self) -> str:
        broken = [it.invariant for it in self.outcome.violations]
        said = f"{self.outcome.scenario}, seed {self.outcome.seed}: {self.outcome.verdict}"
        return f"{said}: {', '.join(dict.fromkeys(broken))}" if broken else said


def drawn(outcome: Outcome) -> Drawing:
    """Return what a notebook shows of a run."""
    return Drawing(outcome)
