"""What a trace is told of a call that faults have struck."""

from typing import Any

from boxoffice.net.calls import Call, CallFault
from boxoffice.trace.trace import Trace


def tell(trace: Trace, call: Call, fault: CallFault) -> None:
    """Record what becomes of a call; one that a partition loses at once is lost from then on."""
    record = trace.record
    told: dict[str, Any] = {"to": call.target, "verb": call.verb, "about": call.about}
    delay_s = round(fault.request_delay_s + fault.response_delay_s, 6)
    late: dict[str, Any] = {"s": delay_s} if delay_s else {}  # beside what else becomes of it
    if fault.lose_request:
        record(call.source, "lost", **told, leg="request")
    elif is_swallowed(fault, "request"):
        fault.lose_request = True
    elif fault.unheard_s is not None:  # whether its answer gets lost as well or not
        record(call.source, "late", **told, s=fault.unheard_s, unheard=True)
    elif fault.lose_response:
        record(call.source, "lost", **told, leg="response", **late)
    elif fault.says:
        record(call.source, "answered", **told, says=fault.says, **late)
    elif fault.way is None or delay_s:
        record(call.source, "late", **told, s=delay_s)


def is_swallowed(fault: CallFault | None, leg: str) -> bool:
    """Tell whether a partition loses this leg of a call, now."""
    return fault is not None and fault.way is not None and fault.way.swallows(leg)
