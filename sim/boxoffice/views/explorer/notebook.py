"""The explorer where a notebook shows it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from boxoffice.trace.outcome import Outcome

if TYPE_CHECKING:
    from boxoffice.search.likelihood import Likelihood
    from boxoffice.views.explorer.widget import Explorer


def explore(
    outcomes: Outcome | Sequence[Outcome],
    whys: "Sequence[Likelihood]" = (),
    compare: bool = False,
) -> "Explorer":
    """Return the explorer of one run, or of several side by side, as a widget for a notebook.

    With `compare` all are of one story, whatever they are called, and two stand side by side where
    they part.  `whys` say of the first of the runs when their failures became likely.  Its `chosen`
    is what its reader has clicked: `{run, event}`.
    Raises: ModuleNotFoundError, without the extra `lab`.
    """
    from boxoffice.views.explorer.widget import Explorer

    every = [outcomes] if isinstance(outcomes, Outcome) else outcomes
    return Explorer(*every, whys=whys, compare=compare)
