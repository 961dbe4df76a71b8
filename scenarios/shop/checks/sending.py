"""Sending: a charge that is noted to be sent now is sent, and not only looked for."""

from collections.abc import Iterator
from typing import Any, Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach
from scenarios.shop.checks.evidence import MIRRORS, ORDERS, Evidence, store_of
from scenarios.shop.checks.exchanges import clock_slack_s
from scenarios.shop.checks.words import moment, short
from scenarios.shop.moments import seconds_of

AT_ONCE_S: Final = 1.0  # after which whoever slept meanwhile sends nothing any more
AT_THE_END_S: Final = 2.0  # of an order: what is noted in its last moment is not sent either
# After which whoever has noted something may not be who does it.
IN_BETWEEN: Final = ("crash", "leave", "pause", "wake", "skew")


def not_sent(evidence: Evidence) -> Iterator[Breach]:
    """Yield each charge that was noted to be sent, and looked for in Stripe's books instead."""
    hosts = {it.host for it in evidence.of_kind("start") if it.host.startswith("payments")}
    if len(hosts) > 1:  # of which one has noted it, and another looks
        return
    ends_s = AT_THE_END_S + clock_slack_s(evidence)
    noted: dict[tuple[str, int | None], TraceEvent] = {}  # by order, and for whom, until it is sent
    for event in evidence.of_kind("write", "log", *IN_BETWEEN):
        if event.kind == "write" and store_of(event) == MIRRORS:
            before, after = _payment(event["before"]), _payment(event["after"])
            if after.get("sent_at") not in (None, before.get("sent_at")):
                noted[event["id"], event.cause] = event
        elif event.kind == "log" and event.get("what") == "stripe":
            write = noted.pop((event["order"], event.cause), None)
            if write is None or event["call"] != "lookup" or not _is_prompt(write, event):
                continue
            if not is_over(evidence, event["order"], event, ends_s):
                said = f"order {short(event['order'])}: its charge was noted to be sent at"
                how = f"{moment(write.at_us)}, and only looked for at {moment(event.at_us)}"
                yield Breach(f"{said} {how}", [write.number, event.number])
        elif event.kind in IN_BETWEEN:
            noted.clear()


def _payment(mirror: dict[str, Any] | None) -> dict[str, Any]:
    return (mirror or {}).get("payment") or {}


def _is_prompt(write: TraceEvent, look: TraceEvent) -> bool:
    noted_s = seconds_of(write["after"]["payment"]["sent_at"])
    return abs(look.at_us / 1e6 - noted_s) < AT_ONCE_S


def is_over(evidence: Evidence, id: str, by: TraceEvent, slack_s: float) -> bool:
    """Tell whether an order was over by then, or nearly."""
    # What is begun in the last moment is not sent any more, and nobody knows that for a while.
    if (order := evidence.orders.get(id)) is None:
        return True
    ends_s = seconds_of(order["expires_at"])
    written = (it for it in evidence.history(ORDERS, id) if it.number < by.number)
    is_cancelled = any((it["after"] or {}).get("status") == "cancelled" for it in written)
    return is_cancelled or by.at_us / 1e6 >= ends_s - slack_s
