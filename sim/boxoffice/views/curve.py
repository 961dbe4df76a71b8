"""When a failure became likely, as lines: a bar for each moment, and what happened at the rise."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from boxoffice.trace.trace import Trace
from boxoffice.views.failure import told
from boxoffice.views.names import Names
from boxoffice.views.time_format import format_time, format_times

if TYPE_CHECKING:
    from boxoffice.search.likelihood import Likelihood, Moment

BAR: Final = 40  # characters of a bar of one
_MOST: Final = 8  # events that are shown between two moments


def curve_lines(found: "Likelihood", trace: Trace) -> str:
    """Return the curve as text, without a line break at its end."""
    return "\n".join(_lines(found, trace))


def _lines(found: "Likelihood", trace: Trace) -> Iterator[str]:
    yield f"of the futures of each moment, in how many {found.invariant} falls:"
    for moment, time in _times(found):
        rise = "◀" if moment in (found.before, found.after) and found.rises else " "
        bar = "█" * round(moment.share * BAR)
        yield f"  {time:<9}  {bar:<{BAR}}  {moment.failing} of {moment.futures} {rise}"
    yield from remarks(found)
    if not found.rises:
        return
    yield from risen(found)
    names = Names(trace)
    yield from (f"    {told(event, names)}" for event in found.events[:_MOST])
    if len(found.events) > _MOST:
        yield f"    … and {len(found.events) - _MOST} more"


def risen(found: "Likelihood") -> Iterator[str]:
    """Yield when it became likely, if it ever was less so."""
    if found.rises:
        before, after, time = found.before, found.after, dict(_times(found))[found.after]
        yield f"it became likely at {time}: {_share(before)} before, {_share(after)} after"


def remarks(found: "Likelihood") -> Iterator[str]:
    """Yield what has to be known of a curve to read it, and why it says nothing where it does."""
    if found.settled_s is not None and found.settled_s == found.curve[0].at_s:
        yield "all futures are this run again: nothing in it is drawn, but laid down beforehand"
        yield "  a run that `boxoffice explore --strategy random` finds has more to draw"
    elif not any(moment.failing for moment in found.curve):
        yield "no future falls again: it takes luck that comes seldom, or that is not drawn"
    elif not found.rises:
        yield f"it was as likely at the beginning as ever: {_share(found.curve[0])}"
    elif found.settled_s is not None:
        yield f"from {format_time(int(found.settled_s * 1e6))} on nothing is drawn any more"
    if found.freed:
        yield "links of this run have no whims, to make it small; in its futures they have"


def _share(moment: "Moment") -> str:
    return f"{moment.failing} of {moment.futures}"


def _times(found: "Likelihood") -> Iterator[tuple["Moment", str]]:
    """Yield each moment and its time; the first lies before what happens at time zero."""
    times = format_times([int(it.at_s * 1e6) for it in found.curve])
    for moment, time in zip(found.curve, times, strict=True):
        yield moment, "beginning" if moment.at_s == 0.0 else time
