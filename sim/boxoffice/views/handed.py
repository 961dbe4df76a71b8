"""Deliveries, where nobody says what was decided: that a message is handed over is the news."""

from collections.abc import Mapping

from boxoffice.trace.trace import Trace
from boxoffice.views.losses import Losses


def handed(trace: Trace) -> Mapping[int, bool]:
    """Return the deliveries to be drawn, and of each whether its message was there before.

    Services that log their decisions say more of a message than that it came, so none of theirs.
    """
    if any(trace.of_kind("decided")):
        return {}
    lost, found = Losses(trace).undelivered, dict[int, bool]()
    before = set[tuple[str, int]]()
    for event in trace.of_kind("delivered"):
        if event.cause is not None and event.number not in lost:
            key = event["consumer"], event["seq"]
            found[event.number] = key in before
            before.add(key)
    return found
