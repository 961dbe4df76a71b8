"""A run drawn for a notebook.

The picture is static, so that a committed notebook can be read where nothing runs.  Where the
explorer's widget is installed and a kernel is alive, the notebook shows that in its place.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from scenarios.lab.picture.paint import svg
from sim.outcome import Outcome

WIDGET: Final = "sim.views.explorer.widget"


class Drawing:
    """A run as a picture, and as the explorer where there is one."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": repr(self), "image/svg+xml": svg(self.outcome)}
        if find_spec("anywidget"):
            widget = import_module(WIDGET).explore(self.outcome)
            bundle |= _as_bundle(widget)
        return bundle

    def __repr__(self) -> str:
        broken = [it.invariant for it in self.outcome.violations]
        said = f"{self.outcome.scenario}, seed {self.outcome.seed}: {self.outcome.verdict}"
        return f"{said}: {', '.join(dict.fromkeys(broken))}" if broken else said


def drawn(outcome: Outcome) -> Drawing:
    """Return what a notebook shows of a run."""
    return Drawing(outcome)


def _as_bundle(widget: Any) -> dict[str, Any]:
    found = widget._repr_mimebundle_()
    bundle: dict[str, Any] = found[0] if isinstance(found, tuple) else found or {}
    return {kind: value for kind, value in bundle.items() if kind != "text/plain"}
