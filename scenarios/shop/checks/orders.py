"""Orders: one for a ticket, final when they have ended, and ended in time."""

from collections.abc import Iterator
from datetime import datetime
from math import inf
from typing import Any, Final

from boxoffice.clock import EPOCH
from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks.evidence import ORDERS, Evidence
from scenarios.shop.checks.parking import OF_THE_DOCUMENT
from scenarios.shop.checks.words import moment, short
from scenarios.shop.moments import seconds_of

TERMINAL: Final = ("complete", "cancelled")
# An alarm may have to wait for the lease of a process that died ringing it, 30 seconds.  Whatever
# becomes of it, orders itself looks after 45 seconds, and has 15 for a server that is away.
SETTLE_BOUND_S: Final = 60.0
UP_US: Final = 1_000_000  # by which all are up for the first time
LOOKED_S: Final = 50.0  # where no server was away
# What may keep orders from looking, and for how long it does so at most.
TROUBLE: Final = (
    *("crash", "leave", "start", "failover", "partition", "heal", "lost", "late", "answered"),
    *("pause", "wake", "skew", "forgets", "limit"),
)
LASTS_US: Final = 150_000_000
A_LITTLE_S: Final = 1.0


def no_double_sale(evidence: Evidence) -> Finding:
    """Replay the writes: at no moment are two orders for one ticket both not cancelled."""
    held: dict[str, dict[str, TraceEvent]] = {}  # ticket → order → the write that made it count
    together: dict[str, list[TraceEvent]] = {}
    tested = False
    for write in evidence.writes(ORDERS):
        tested = True
        holders = held.setdefault(_ticket_of(write), {})
        if _status(write["after"]) in (None, "cancelled"):
            holders.pop(write["id"], None)
        elif write["id"] not in holders:
            if holders:
                first = next(iter(holders.values()))
                together.setdefault(_ticket_of(write), [first]).append(write)
            holders[write["id"]] = write
    return Finding(tested, [_sold_twice(ticket, found) for ticket, found in together.items()])


def _sold_twice(ticket: str, writes: list[TraceEvent]) -> Breach:
    first, second, *others = writes
    more = f", and {len(others)} more with them" if others else ""
    return Breach(
        f"ticket {short(ticket)}: orders {_named(first)} and {_named(second)} "
        f"are both not cancelled{more}",
        [write.number for write in writes],
    )


def _named(write: TraceEvent) -> str:
    return f"{short(write['id'])} (version {write['after']['version']}, {moment(write.at_us)})"


def terminal_is_final(evidence: Evidence) -> Finding:
    """Replay the writes: an order that is complete or cancelled stays what it is."""
    ended: dict[str, tuple[int, int]] = {}  # order → the write that ended it, and when, in µs
    breaches = []
    for write in evidence.writes(ORDERS):
        before, after = _status(write["before"]), _status(write["after"])
        if before in TERMINAL and after != before:
            breaches.append(_resurrected(write, ended.get(write["id"])))
        if after in TERMINAL and after != before:
            ended[write["id"]] = write.number, write.at_us
    return Finding(bool(ended or breaches), breaches)


def _resurrected(write: TraceEvent, end: tuple[int, int] | None) -> Breach:
    before, after = write["before"], write["after"]
    since = f" since {moment(end[1])}" if end else ""
    became = f"became {after['status']} (version {after['version']})" if after else "was removed"
    return Breach(
        f"order {short(write['id'])}: {before['status']} (version {before['version']}){since}, "
        f"it {became} at {moment(write.at_us)}",
        [*([end[0]] if end else []), write.number],
    )


def orders_settle(evidence: Evidence) -> Finding:
    """Look for orders that are, or were, open `SETTLE_BOUND_S` seconds after they had expired.

    By the clock of orders, which may be behind.  Whatever is wrong with alarms and messages, orders
    needs nobody to end what is overdue.
    """
    tested, breaches, refused_s = False, [], _refused_s(evidence)
    bound_s = SETTLE_BOUND_S + _behind_s(evidence)
    for id, order in evidence.orders.items():
        late_s = evidence.now_s - datetime.fromisoformat(order["expires_at"]).timestamp()
        tested |= late_s >= 0.0
        since_s = min(late_s, evidence.now_s - refused_s)
        if order["status"] not in TERMINAL and since_s > bound_s:
            breaches.append(
                Breach(
                    f"order {short(id)}: {_placed(evidence, id)}still {order['status']} "
                    f"(version {order['version']}), {late_s:.1f} s after it has expired",
                    [write.number for write in evidence.history(ORDERS, id)],
                    for_good=True,  # the bound is over, whatever may still end it
                )
            )
    return Finding(tested, [*breaches, *_ended_late(evidence)])


def _behind_s(evidence: Evidence) -> float:
    """Return by how much a clock of orders was behind, at most."""
    clocks = (it for it in evidence.of_kind("skew") if it.host.startswith("orders"))
    return max((-float(it["by_s"]) for it in clocks if it["by_s"] < 0), default=0.0)


def _refused_s(evidence: Evidence) -> float:
    """Return when the store has last refused what orders wrote: that look was in vain."""
    refused = (it for it in evidence.of_kind("answered") if it.get("to") == "orders-db")
    last_us = max((it.at_us for it in refused if it["says"] in OF_THE_DOCUMENT), default=None)
    return -inf if last_us is None else EPOCH.timestamp() + last_us / 1e6


def _ended_late(evidence: Evidence) -> Iterator[Breach]:
    if not (evidence.prompt and evidence.is_told):
        return
    troubled_us = [it.at_us for it in evidence.of_kind(*TROUBLE) if _is_in_the_way(it)]
    for write in evidence.writes(ORDERS):
        after = write["after"]
        if _status(write["before"]) in TERMINAL or _status(after) not in TERMINAL:
            continue
        over_us = seconds_of(after["expires_at"]) * 1e6
        free_us = max((us + LASTS_US for us in troubled_us if us < write.at_us), default=0)
        if (write.at_us - max(over_us, free_us)) / 1e6 > LOOKED_S:
            late_s = (write.at_us - over_us) / 1e6
            said = f"order {short(write['id'])}: ended at {moment(write.at_us)}, {late_s:.1f} s"
            since = f" since {moment(free_us)}" if free_us > over_us else ""
            how = f"after it had expired, and nothing was in the way of orders{since}"
            yield Breach(f"{said} {how}", [write.number], for_good=True)


def _is_in_the_way(event: TraceEvent) -> bool:
    if event.kind == "start" and event.at_us < UP_US:  # then there is no order yet
        return False
    if event.kind == "late" and event["s"] <= A_LITTLE_S and not event.get("unheard"):
        return False
    ours = "orders" in f"{event.host} {event.get('to', '')}"
    return ours or event.kind in ("partition", "heal")


def _placed(evidence: Evidence, id: str) -> str:
    history = evidence.history(ORDERS, id)
    return f"placed at {moment(history[0].at_us)}, " if history else ""


def _status(document: dict[str, Any] | None) -> str | None:
    return None if document is None else str(document["status"])


def _ticket_of(write: TraceEvent) -> str:
    document = write["after"] or write["before"]
    return str(document["ticket"]["id"])
