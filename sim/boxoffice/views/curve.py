"""When a failure became likely, as lines: a bar for each moment, and what happened at the rise."""

from collections.abc import Iterator
from typing import Final

from boxoffice.search.likelihood import Likelihood, Moment
from boxoffice.trace.trace import Trace
from boxoffice.views.failure import told
from boxoffice.views.names import Names
from boxoffice.views.time_format import format_time

BAR: Final = 40  # characters of a bar of one
_MOST: Final = 8  # events that are shown between two moments


def curve_lines(found: Likelihood, trace: Trace) -> str:
    """Return the curve as text, without a line break at its end."""
    return "\n".join(_lines(found, trace))


def _lines(found: Likelihood, trace: Trace) -> Iterator[str]:
    yield f"of the futures of each moment, in how many {found.invariant} falls:"
    for moment in found.curve:
        rise = "◀" if moment in (found.before, found.after) and _rises(found) else " "
        bar = "█" * round(moment.share * BAR)
        yield f"  {_time(moment)}  {bar:<{BAR}}  {moment.failing} of {moment.futures} {rise}"
    if not _rises(found):
        yield f"it was as likely at the beginning as ever: {_share(found.curve[0])}"
        return
    before, after = found.before, found.after
    yield f"it became likely at {_time(after)}: {_share(before)} before, {_share(after)} after"
    names = Names(trace)
    yield from (f"    {told(event, names)}" for event in found.events[:_MOST])
    if len(found.events) > _MOST:
        yield f"    … and {len(found.events) - _MOST} more"


def _rises(found: Likelihood) -> bool:
    return found.after.share > found.before.share


def _share(moment: Moment) -> str:
    return f"{moment.failing} of {moment.futures}"


def _time(moment: Moment) -> str:
    return format_time(int(moment.at_s * 1e6))
