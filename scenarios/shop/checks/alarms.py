"""Alarms: each rings once, when its order's time is over, and for no order that has ended."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from boxoffice.clock import EPOCH
from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks.evidence import Evidence, data_of
from scenarios.shop.checks.exchanges import clock_slack_s
from scenarios.shop.checks.leases import rung_by_two
from scenarios.shop.checks.words import moment, short

ALARM: Final = "expiration.complete"
ENDING: Final = ("order.cancelled", "order.completed")
# An alarm that was begun before the news came may still be on its way to the stream.
UNDER_WAY_US: Final = 60_000_000
# After which an alarm may ring again: whoever rang it did not come to remember that it has.
TROUBLE: Final = ("crash", "leave", "failover", "lost", "late", "answered", "partition", "log")


@dataclass(slots=True)
class Alarms:
    """What has happened so far, by order."""

    expiries: dict[str, tuple[str, TraceEvent]] = field(default_factory=dict)
    rung: dict[str, TraceEvent] = field(default_factory=dict)
    rung_first: dict[str, TraceEvent] = field(default_factory=dict)
    ended: dict[str, TraceEvent] = field(default_factory=dict)  # as expiration has acknowledged
    ends: dict[int, str] = field(default_factory=dict)  # by the number of the message that says so
    over: dict[str, TraceEvent] = field(default_factory=dict)  # as the stream says
    troubled: TraceEvent | None = None  # the last time that something of it went wrong
    lost: bool = False  # whether Redis may have forgotten anything
    ahead_s: dict[str, float] = field(default_factory=dict)  # clocks that are off, by their host
    set_back_us: int | None = None  # when one of expiration's was last set back


def alarms_on_time(evidence: Evidence) -> Finding:
    """Replay the stream: an alarm comes in time and once, and is ticked off once the broker has it.

    None rings after its order's end.
    """
    alarms, slack_s = Alarms(), clock_slack_s(evidence)
    tested, breaches = False, list[Breach]()
    for event in evidence.of_kind("stored", "acked", "skew", *TROUBLE):
        if event.kind == "stored":
            tested |= event["subject"] == ALARM
            breaches += _said(alarms, event, slack_s)
        elif event.kind == "skew":
            began_s = 0.0 if event.at_us else event["by_s"]
            if event["by_s"] < alarms.ahead_s.get(event.host, began_s) and _is_about_alarms(event):
                alarms.set_back_us = event.at_us
            alarms.ahead_s[event.host] = event["by_s"]
        elif event.kind == "acked":
            order = alarms.ends.get(event["seq"])
            if order is not None and event["consumer"] == "expiration":
                alarms.ended.setdefault(order, event)
        elif _is_about_alarms(event):
            alarms.troubled = event
            alarms.lost |= event.host == "redis"
    found = [*_forgotten(evidence, alarms), *_set_again(evidence), *rung_by_two(evidence)]
    return Finding(tested, [*breaches, *found])


def _set_again(evidence: Evidence) -> Iterator[Breach]:
    """Yield each order whose alarm was set when it had been set before, or its order had ended."""
    heard: dict[str, TraceEvent] = {}  # by order, what there is no alarm to be set after
    for event in evidence.of_kind("decided", "crash", "failover", "forgets"):
        if event.kind != "decided":
            if event.host == "redis":  # whatever was heard before may be forgotten
                return
        elif event.host.startswith("expiration") and event["decision"] == "apply":
            order, is_new = event["subject"], event["type"] == "order.created"
            first = heard.get(order)
            # Of two that were given at the same time, the other may have come first.
            if is_new and first is not None and (event.cause or 0) > first.number:
                said = f"the alarm of order {short(order)} was set at {moment(event.at_us)}, though"
                how = f"{first['type']} was heard at {moment(first.at_us)}"
                yield Breach(f"{said} {how}", [first.number, event.number])
            heard.setdefault(order, event)


def _forgotten(evidence: Evidence, alarms: Alarms) -> Iterator[Breach]:
    """Yield each alarm that was ticked off before the broker had it, and its order still open."""
    clocks = (it.host for it in evidence.of_kind("skew"))
    if any(host.startswith("expiration") for host in clocks):
        return
    failed = (it.get("where") for it in evidence.of_kind("log") if it["what"] == "failed")
    gave_up = "timers" in failed
    for order, score in evidence.timers.items():
        said = [it[order] for it in (alarms.rung_first, alarms.over) if order in it]
        settled_us = (-score - EPOCH.timestamp()) * 1e6
        if score < 0.0 and said and settled_us < min(it.at_us for it in said):
            if gave_up and order not in alarms.rung_first:
                continue  # by an error of its own, as on purpose
            at = moment(round(settled_us))
            what = f"the alarm of order {short(order)} was ticked off at {at}"
            proof = [it.number for it in said]
            yield Breach(f"{what}, and the broker had neither it nor the order's end", proof)


def _is_about_alarms(event: TraceEvent) -> bool:
    ours = ("expiration", "redis")
    return event.host.startswith(ours) or str(event.get("to", "")).startswith(ours)


def _said(alarms: Alarms, event: TraceEvent, slack_s: float) -> Iterator[Breach]:
    data = data_of(event)
    if event["duplicate"] or not data:
        return
    match event["subject"]:
        case "order.created":
            alarms.expiries.setdefault(data["id"], (data["expiresAt"], event))
        case "order.cancelled" | "order.completed":
            alarms.ends.setdefault(event["seq"], data["id"])
            alarms.over.setdefault(data["id"], event)
            if data.get("reason") == "expired":
                what = f"order {short(data['id'])} was cancelled as expired"
                yield from _early(alarms, event, data["id"], what, slack_s)
        case "expiration.complete" if event.get("by") != "":  # the broker's own copy rings nothing
            order, what = data["orderId"], f"the alarm of order {short(data['orderId'])} rang"
            # What was found to be due before a clock was set back may be told after it.
            back_us = alarms.set_back_us
            if back_us is None or event.at_us >= back_us + UNDER_WAY_US:
                yield from _early(alarms, event, order, what, slack_s)
            yield from _in_vain(alarms, event, order, what)


def _early(
    alarms: Alarms, event: TraceEvent, order: str, what: str, slack_s: float
) -> Iterator[Breach]:
    if order not in alarms.expiries:
        return
    expiry, created = alarms.expiries[order]
    # An alarm's own time is taken by the clock that decided that it is due.
    early_s = _seconds(expiry) - _seconds(event["data"]["time"])
    if early_s > (0.0 if event["subject"] == ALARM else slack_s):
        at = moment(event.at_us)
        said = f"{what} at {at}, {early_s:.1f} s before its time was over"
        yield Breach(said, [created.number, event.number])


def _in_vain(alarms: Alarms, event: TraceEvent, order: str, what: str) -> Iterator[Breach]:
    at, first, ended = moment(event.at_us), alarms.rung.get(order), alarms.ended.get(order)
    alarms.rung[order] = event
    alarms.rung_first.setdefault(order, event)
    troubled_since = -1 if alarms.troubled is None else alarms.troubled.number
    if first is not None and troubled_since < first.number:
        said = f"{what} at {moment(first.at_us)}, and again at {at}"
        yield Breach(said, [first.number, event.number])
    elif ended is not None and event.at_us > ended.at_us + UNDER_WAY_US and not alarms.lost:
        heard = f"expiration had heard at {moment(ended.at_us)} that it has ended"
        yield Breach(f"{what} at {at}, though {heard}", [ended.number, event.number])


def _seconds(said: Any) -> float:
    return datetime.fromisoformat(said).timestamp()
