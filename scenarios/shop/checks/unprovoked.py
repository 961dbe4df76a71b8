"""What goes wrong where nothing is in the way: mistakes, outages, and news that come late."""

from collections.abc import Iterator, Mapping
from typing import Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks.evidence import (
    MIRRORS,
    ORDERS,
    TICKETS,
    Evidence,
    data_of,
    store_of,
)
from scenarios.shop.checks.in_time import (
    answered_late,
    done_late,
    handed_over_late,
    posted_late,
    settled_late,
)
from scenarios.shop.checks.leases import Leases
from scenarios.shop.checks.parking import OF_THE_DOCUMENT, reason_of
from scenarios.shop.checks.refills import Refills
from scenarios.shop.checks.turns import overtaken
from scenarios.shop.checks.unfinished import OUTBOXES
from scenarios.shop.checks.way import TROUBLE, Way, is_trouble
from scenarios.shop.checks.words import moment, short
from scenarios.shop.moments import seconds_of

RUNG: Final = "expiration.complete"
UP_S: Final = 2.0  # until all are up: a replica may take the consumer that another replays by
TOO_LARGE: Final = "MaxPayloadError"  # which is nobody's mistake once a broker takes less
OF_ITS_OWN: Final = {reason_of(code) for code in OF_THE_DOCUMENT}
BACKGROUND: Final = "background"  # where it is told that a loop has died, and begins anew
LOOK_S: Final = 5.0  # between two looks at payments: one of them may note what the next gives back
# Whoever has lost a server asks again after a second, and hears within five each of two that it is
# away still: then it says so.
AGAIN_S: Final = 20.0
ENTRY_S: Final = 2.0  # of an outbox: it is announced, and then removed, each a little late
IN_TIME_S: Final = 40.0  # for an alarm, at least: orders looks after 45


def no_own_errors(evidence: Evidence) -> Finding:
    """Take what services log as mistakes, and the outages of servers that had none."""
    return Finding(any(evidence.of_kind("decided")), [*_mistakes(evidence)])


def _mistakes(evidence: Evidence) -> Iterator[Breach]:
    troubled, is_limited, set_us = False, False, dict[str, int]()
    provoked: set[str] = set()
    # Of what has rung, orders may hear late where messages are slow.
    told_us = {} if evidence.prompt else _stored_us(evidence)
    for it in evidence.of_kind("log", "decided", *TROUBLE):
        if it.kind == "decided":
            if it.get("type") == "order.created" and it.host.startswith("expiration"):
                set_us.setdefault(it["subject"], it.at_us)
        elif it.kind != "log":
            troubled |= is_trouble(it)
            is_limited |= it.kind == "limit"
            if it.kind == "answered" and it["says"].isdecimal():
                provoked.add(reason_of(it["says"]))
        elif it.get("what") == "overdue":
            has_rung = told_us.get(f"{it['order']}-{RUNG}", it.at_us) < it.at_us
            if not troubled and not has_rung:
                yield from _unrung(it, set_us.get(it["order"]))
        elif is_limited and str(it.get("error")).startswith(TOO_LARGE):
            continue
        elif _was_provoked(it, provoked) or _is_of_debris(it, evidence):
            continue  # of itself a service says so once for each time that it was refused
        elif it.get("what") == "failed" or it.get("where") == BACKGROUND:
            at, error = moment(it.at_us), str(it.get("error"))[:120]
            yield Breach(f"{it.host}: {it['where']} failed at {at}: {error}", [it.number])
        elif it.get("what") == "outage" and not troubled and it.at_us > UP_S * 1e6:
            missed = f"{it.host}: {it['where']} missed a server at {moment(it.at_us)}"
            yield Breach(f"{missed}, and nothing was in the way", [it.number])


def _was_provoked(failed: TraceEvent, provoked: set[str]) -> bool:
    # What passes is no failure, but an outage; only at the start all is taken for one.
    may_be = provoked if failed.get("where") == "start" else provoked & OF_ITS_OWN
    return any(reason in str(failed.get("error")) for reason in may_be)


def _is_of_debris(said: TraceEvent, evidence: Evidence) -> bool:
    return said.get("what") == "failed" and said.get("where") in evidence.spoiled


def _unrung(overdue: TraceEvent, set_us: int | None) -> Iterator[Breach]:
    # However slow all messages are, one that was set in time rings before orders has to look.
    if set_us is not None and overdue.at_us - set_us > IN_TIME_S * 1e6:
        said = f"order {short(overdue['order'])} was ended at {moment(overdue.at_us)}"
        how = "without its alarm, and nothing was in the way"
        yield Breach(f"{said} {how}", [overdue.number])


def late_news(evidence: Evidence) -> Iterator[Breach]:
    """Take each change: unless something is in the way, it is announced and acted on soon."""
    if not (evidence.prompt and evidence.is_told):
        return
    way = Way(evidence)
    yield from _announced(evidence, way)
    yield from _tried_again(evidence, way)
    yield from handed_over_late(evidence, way)
    yield from settled_late(evidence, way)
    yield from answered_late(evidence, way)
    yield from overtaken(evidence)
    if not any(evidence.of_kind("skew")):
        yield from _given_back(evidence, way)
        yield from posted_late(evidence, way)
        yield from done_late(evidence)
        yield from _rung(evidence, way)


def _announced(evidence: Evidence, way: Way) -> Iterator[Breach]:
    stored_us, written = _stored_us(evidence), dict[str, dict[str, int]]()
    for write in evidence.writes(TICKETS, ORDERS, MIRRORS):
        before = written.setdefault(write.host, {})
        for id in _told(write):
            done_us = stored_us.get(id, way.ends_us)
            before[id] = write.at_us
            if way.was_missed(write.at_us, done_us) and way.was_missed(
                write.at_us, done_us, ENTRY_S * _ahead(before, write.at_us, stored_us)
            ):
                said = f"{write.host}: {id}, written at {moment(write.at_us)}, was announced late"
                yield Breach(f"{said}, and nothing was in the way", [write.number])


def _ahead(written: Mapping[str, int], at_us: int, stored_us: Mapping[str, int]) -> int:
    """Return how many entries of an outbox were still to be announced at that moment, or soon."""
    return sum(stored_us.get(id, at_us) >= at_us for id in written) - 1


def _tried_again(evidence: Evidence, way: Way) -> Iterator[Breach]:
    missed: dict[str, list[int]] = {}  # service → when its outbox has said that a server is away
    for it in evidence.of_kind("log"):
        if it.get("what") == "outage" and it.get("where") == "outbox":
            missed.setdefault(it.host.partition("-")[0], []).append(it.at_us)
    if not missed:
        return
    stored_us = _stored_us(evidence)
    for write in evidence.writes(TICKETS, ORDERS, MIRRORS):
        said_us = missed.get(OUTBOXES[store_of(write)], ())
        for id in _told(write) if said_us else ():
            done_us = stored_us.get(id, way.ends_us)
            last_us = max((us for us in said_us if write.at_us < us < done_us), default=done_us)
            if done_us - last_us > AGAIN_S * 1e6 and way.was_clear(last_us, AGAIN_S):
                said = f"{write.host}: {id} was not tried again after {moment(last_us)}"
                yield Breach(f"{said}, and nothing was in the way", [write.number])


def _stored_us(evidence: Evidence) -> dict[str, int]:
    found: dict[str, int] = {}
    for event in evidence.of_kind("stored"):
        found.setdefault(str(event["id"]), event.at_us)
    return found


def _given_back(evidence: Evidence, way: Way) -> Iterator[Breach]:
    refunded_us: dict[str, int] = {}
    for event in evidence.of_kind("refund"):
        refunded_us.setdefault(str(event["order"]), event.at_us)
    owed: set[str] = set()
    for write in evidence.writes(MIRRORS):
        is_owed = ((write["after"] or {}).get("payment") or {}).get("status") == "refunding"
        if is_owed and write["id"] not in owed:
            owed.add(write["id"])
            if way.was_missed(write.at_us, refunded_us.get(write["id"]), LOOK_S):
                said = f"order {short(write['id'])}: money that was owed from"
                how = f"{moment(write.at_us)} on was given back late, and nothing was in the way"
                yield Breach(f"{said} {how}", [write.number])


def _rung(evidence: Evidence, way: Way) -> Iterator[Breach]:
    ends_us: dict[str, int] = {}
    over_us: dict[str, int] = {}  # or rung
    set_at: dict[str, TraceEvent] = {}
    for event in evidence.of_kind("stored", "decided"):
        if event.kind == "decided":
            # Whatever it makes of it: unless the order has ended, there is an alarm from now on.
            is_heard = event.get("type") == "order.created" and event["decision"] != "gap"
            if is_heard and event.host.startswith("expiration"):
                set_at.setdefault(event["subject"], event)
        elif (data := data_of(event)) and event["subject"] == "order.created":
            ends_us[data["id"]] = round(seconds_of(data["expiresAt"]) * 1e6)
        elif event["subject"] in ("expiration.complete", "order.completed", "order.cancelled"):
            over_us.setdefault(str(data.get("orderId") or data.get("id")), event.at_us)
    refills, leases = Refills(evidence), Leases(evidence)
    for order, timer in set_at.items():
        due_us = max(timer.at_us, ends_us.get(order, 0))
        begun_us = due_us if refills.are_all(timer.at_us, due_us) else timer.at_us
        if order in ends_us and way.was_missed(due_us, over_us.get(order), begun_us=begun_us):
            said = f"order {short(order)}: the alarm of {moment(due_us)} rang late"
            yield Breach(f"{said}, and nothing was in the way", [timer.number])
        elif order in ends_us:
            yield from leases.missed(order, due_us, over_us.get(order))


def _told(write: TraceEvent) -> list[str]:
    before, after = write["before"] or {}, write["after"] or {}
    known = {entry["id"] for entry in before.get("outbox", ())}
    return [entry["id"] for entry in after.get("outbox", ()) if entry["id"] not in known]
