"""When a failure became likely, as data for the drawing of its run."""

from typing import TYPE_CHECKING, Any, Final

from boxoffice.trace.trace import Trace
from boxoffice.views.curve import remarks, risen

if TYPE_CHECKING:
    from boxoffice.search.likelihood import Likelihood

_MOST: Final = 12  # events at the rise that are drawn though they say nothing of their own


def why_of(found: "Likelihood") -> dict[str, Any]:
    """Return `curve`, [µs, failing, futures] of each moment, and the two places of its `rise`."""
    curve = list(found.curve)
    return {
        "invariant": found.invariant,
        "curve": [[round(it.at_s * 1e6, 1), it.failing, it.futures] for it in curve],
        "rise": [curve.index(found.before), curve.index(found.after)],
        "remarks": [*risen(found), *remarks(found)],
    }


def at_the_rise(found: "Likelihood", trace: Trace) -> set[int]:
    """Return the numbers of the events that lie at the rise, if they are few."""
    if not found.rises:
        return set()
    from_us, to_us = found.before.at_s * 1e6, found.after.at_s * 1e6
    numbers = {it.number for it in trace.events if from_us < it.at_us <= to_us}
    return numbers if len(numbers) <= _MOST else set()
