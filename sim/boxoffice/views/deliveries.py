"""Deliveries that came late, or once more: what faults of messages have done, where it shows."""

from typing import Final

from boxoffice.trace.outcome import Outcome
from boxoffice.trace.trace import Trace, TraceEvent
from boxoffice.views.descriptions import subject
from boxoffice.views.names import Names
from boxoffice.views.time_format import format_time
from boxoffice.views.values import printable_text

HANDED: Final = ("delivered", "acked", "naked", "termed", "ack-expired")
_OF_MESSAGES: Final = ("delays", "duplicates", "reorders", "gaps", "stored-twice")
_LATE_US: Final = 100_000  # between publishing and the first delivery there is a link, and a fetch


def messages_struck(outcome: Outcome) -> bool:
    """Tell whether a fault of a run has made messages late, or come more than once."""
    return any(it.times and it.kind in _OF_MESSAGES for it in outcome.faults)


class Deliveries:
    """Those of a run, as far as it has been followed."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._came: dict[tuple[str, int], str] = {}  # what was last of a message, by the consumer

    def told(self, event: TraceEvent, names: Names, plain: bool = False) -> str:
        """Take note of an event; return a line for a delivery that is not as it would have been.

        Of those that are, there is one if they are to be told `plain` as well.
        """
        if event.kind not in HANDED:
            return ""
        key = event["consumer"], event["seq"]
        before = self._came.get(key)
        self._came[key] = event.kind
        if event.kind != "delivered" or event.cause is None:
            return ""
        stored = self._trace.events[event.cause]
        if before is None and event.at_us - stored.at_us >= _LATE_US:
            late_s = (event.at_us - stored.at_us) / 1e6
            how = f", {late_s:.3g} s after it was published"
        elif before in ("delivered", "acked", "termed"):
            how = " once more"
        elif plain:
            how = ""
        else:
            return ""
        what = f"delivers {subject(stored, names)} to {event['consumer']}{how}"
        return printable_text(f"{format_time(event.at_us)}  {event.host}  {what}", 160)
