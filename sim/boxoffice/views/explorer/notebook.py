"""The explorer where a notebook shows it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from boxoffice.trace.outcome import Outcome

if TYPE_CHECKING:
    from boxoffice.search.likelihood import Likelihood
    from boxoffice.views.explorer.widget import Explorer


def explore(outcomes: Outcome | Sequence[Outcome], whys: "Sequence[Likelihood]" = ()) -> "Explorer":
    """Return the explorer of one run, or of several side by side, as a widget for a notebook.

    `whys` say of the first of the runs when their failures became likely.  Its `chosen` is what
    its reader has clicked: `{run, event}`.
    Raises: ModuleNotFoundError, without the extra `lab`.
    """
    from boxoffice.views.explorer.widget import Explorer

    return Explorer(*([outcomes] if isinstance(outcomes, Outcome) else outcomes), whys=whys)
