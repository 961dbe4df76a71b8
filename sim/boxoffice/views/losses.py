"""What was lost on its way: of which request, and with which messages."""

from collections.abc import Sequence
from typing import Final

from boxoffice.trace.trace import Trace, TraceEvent

_AT_ONCE_US: Final = 50_000  # longest way of an answer that was handed out and then lost


def is_idle(lost: TraceEvent) -> bool:
    """Tell whether nothing was lost but a question for messages, which is asked again and again."""
    return bool(lost["verb"] == "fetch" and lost["leg"] == "request")


class Losses:
    """What the `lost` events of one run were about."""

    def __init__(self, trace: Trace) -> None:
        self._of_request: dict[int, TraceEvent] = {}
        self._drawn: set[int] = set()  # as the way of a request
        self._undelivered: dict[int, list[TraceEvent]] = {}
        self.undelivered: set[int] = set()  # the deliveries that were lost on their way
        self._find_requests(trace)
        self._find_messages(trace)

    def of(self, asked: TraceEvent) -> TraceEvent | None:
        """Return the loss of a person's request or of its answer."""
        return self._of_request.get(asked.number)

    def is_of_request(self, lost: TraceEvent) -> bool:
        """Tell whether what was lost is drawn as the way of a person's request."""
        return lost.number in self._drawn

    def messages(self, lost: TraceEvent) -> Sequence[TraceEvent]:
        """Return the storing of each message that was handed out and never got there."""
        return self._undelivered.get(lost.number, ())

    def _find_requests(self, trace: Trace) -> None:
        latest: dict[tuple[str, ...], int] = {}
        for event in trace.of_kind("request", "lost"):
            if event.kind == "request":
                path = event["path"].split("?")[0]
                latest[event.host, event["to"], event["method"], path] = event.number
                continue
            asked = latest.get((event.host, event["to"], event["verb"], event["about"]))
            if asked is not None:
                self._of_request[asked] = event
                self._drawn.add(event.number)

    def _find_messages(self, trace: Trace) -> None:
        heard = {event.cause for event in trace.of_kind("decided")}
        unheard: dict[str, list[TraceEvent]] = {}
        for event in trace.of_kind("delivered", "lost"):
            if event.kind == "delivered":
                if event.number not in heard:
                    unheard.setdefault(event["consumer"], []).append(event)
            elif (event["verb"], event["leg"]) == ("fetch", "response"):
                since_us = event.at_us - _AT_ONCE_US
                handed_out = unheard.pop(event["about"], [])
                gone = [it for it in handed_out if it.at_us >= since_us and it.cause is not None]
                self.undelivered |= {it.number for it in gone}
                causes = (it.cause for it in gone)
                self._undelivered[event.number] = [
                    trace.events[it] for it in causes if it is not None
                ]
