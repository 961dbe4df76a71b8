"""Versions: they step by one, nobody overwrites one unseen, and each is announced."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks.evidence import (
    MIRRORS,
    ORDERS,
    REPLICAS,
    TICKETS,
    USERS,
    Evidence,
    store_of,
)
from scenarios.shop.checks.unprovoked import late_news
from scenarios.shop.checks.words import moment, short

# What each document is called, and the counter that grows by one with each of its writes.
COUNTERS: Final = {
    USERS: ("user", "version"),
    TICKETS: ("ticket", "version"),
    ORDERS: ("order", "version"),
    REPLICAS: ("orders' replica of ticket", "version"),
    MIRRORS: ("payments' mirror of order", "revision"),
}
# A write's own fields of a ticket; a seller's edit leaves all others as they were.
EDITED: Final = frozenset({"title", "price_cents", "version", "outbox"})


def versions_step_by_one(evidence: Evidence) -> Finding:
    """Replay the writes: each one that changes more than an outbox is one version more."""
    tested, breaches = False, []
    for write in evidence.writes(*COUNTERS):
        tested = True
        breaches += [Breach(said, _pair(evidence, write)) for said in _missteps(write)]
    return Finding(tested, breaches)


def _missteps(write: TraceEvent) -> Iterator[str]:
    before, after = write["before"], write["after"]
    if after is None:  # what was accepted and is gone is another invariant's
        return
    noun, counter = COUNTERS[store_of(write)]
    about, at = f"{noun} {short(write['id'])}", moment(write.at_us)
    was, now = _count(before, counter), _count(after, counter)
    if before is None and now != 0:
        yield f"{about}: began with {counter} {now} at {at}"
    elif before is not None and now != was + 1:
        change = f"went from {was} to {now}" if now != was else f"stayed {now} through a change"
        yield f"{about}: {counter} {change} at {at}"
    if counter == "version" or before is None:
        return
    # The counter of the mirror is its own; its version is the last one applied of the order.
    was, now = _count(before, "version"), _count(after, "version")
    if now not in (was, was + 1):
        yield f"{about}: applied version went from {was} to {now} at {at}"


def _count(document: dict[str, Any] | None, counter: str) -> int:
    return -1 if document is None else int(document.get(counter, -1))


def _pair(evidence: Evidence, write: TraceEvent) -> list[int]:
    history = evidence.history(store_of(write), write["id"])
    place = history.index(write)
    return [it.number for it in history[max(0, place - 1) : place + 1]]


def no_lost_update(evidence: Evidence) -> Finding:
    """Take each PUT answered 200: what it overwrote is the version before the one it made."""
    written: dict[int, list[TraceEvent]] = {}
    for write in evidence.writes(TICKETS):
        if write.cause is not None:
            written.setdefault(write.cause, []).append(write)
    tested = False
    breaches: list[Breach] = []
    for request, response in evidence.answers():
        if response.get("status") != 200:
            continue
        if request["method"] != "PUT" or not request["path"].startswith("/api/tickets/"):
            continue
        tested = True
        breaches += _overwritten(request, response, written.get(request.number, []))
    return Finding(tested, breaches)


def _overwritten(
    request: TraceEvent, response: TraceEvent, writes: list[TraceEvent]
) -> Iterator[Breach]:
    ticket, version = response["body"]["id"], response["body"]["version"]
    said = f"ticket {short(ticket)}: version {version}, answered at {moment(response.at_us)}"
    write = next((it for it in reversed(writes) if it["id"] == ticket), None)
    if write is None or write["before"] is None or write["after"] is None:
        yield Breach(f"{said}, was never written", [request.number, response.number])
        return
    events = [request.number, write.number, response.number]
    before, after = write["before"], write["after"]
    if before["version"] != version - 1:
        yield Breach(
            f"{said}, was written at {moment(write.at_us)} over version {before['version']}, "
            f"not over {version - 1}",
            events,
        )
    elif stale := [it for it in _others(before, after) if before.get(it) != after.get(it)]:
        yield Breach(
            f"{said}, also changed {', '.join(stale)} when written at {moment(write.at_us)}: "
            "it was not computed from the version before",
            events,
        )


def _others(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return sorted((before.keys() | after.keys()) - EDITED)


def every_version_announced(evidence: Evidence) -> Finding:
    """Look for each version up to an aggregate's last: in the stream, or in an outbox still.

    It comes there at once, unless something is in the way.
    """
    announced = {
        (message.subject.split(".")[0], message.data["data"].get("id"), version)
        for message in evidence.messages
        if not message.is_dead_letter
        and (version := message.data.get("data", {}).get("version")) is not None
    }
    stores = (evidence.tickets, evidence.orders, evidence.mirrors)
    announced |= {
        (entry["type"].split(".")[0], entry["subject"], entry["data"].get("version"))
        for store in stores
        for document in store.values()
        for entry in document.get("outbox", ())
    }
    tested, breaches = False, []
    for noun, id, version, writes in _committed(evidence):
        tested = True
        if (noun, id, version) not in announced:
            first = writes()[:1]
            when = f", written at {moment(first[0].at_us)}," if first else ""
            said = f"{noun} {short(id)}: version {version}{when} was never announced"
            breaches.append(Breach(said, [it.number for it in first], for_good=True))
    return Finding(tested, [*breaches, *late_news(evidence)])


Writes = Callable[[], list[TraceEvent]]  # which nobody looks for, unless they prove a breach
Committed = tuple[str, str, int, Writes]  # noun, id, version


def _committed(evidence: Evidence) -> Iterator[Committed]:
    for noun, store, documents in (
        ("ticket", TICKETS, evidence.tickets),
        ("order", ORDERS, evidence.orders),
    ):
        for id, document in documents.items():
            for version in range(document["version"] + 1):
                yield noun, id, version, partial(_writing, evidence, store, id, version)
    yield from _payments(evidence)


def _writing(evidence: Evidence, store: str, id: str, version: int) -> list[TraceEvent]:
    return [it for it in evidence.history(store, id) if _wrote(it, version)]


def _wrote(write: TraceEvent, version: int) -> bool:
    return _count(write["after"], "version") == version


def _payments(evidence: Evidence) -> Iterator[Committed]:
    made = {"paid": 1, "refunding": 1, "refunded": 2}
    for order, mirror in evidence.mirrors.items():
        payment = mirror.get("payment") or {"status": "none"}
        for version in range(made.get(payment["status"], 0)):
            yield "payment", payment["id"], version, partial(_paying, evidence, order, version)


def _paying(evidence: Evidence, order: str, version: int) -> list[TraceEvent]:
    reached = ("paid", "refunding") if version == 0 else ("refunded",)
    return [it for it in evidence.history(MIRRORS, order) if _pays(it, reached)]


def _pays(write: TraceEvent, statuses: tuple[str, ...]) -> bool:
    payment = (write["after"] or {}).get("payment") or {}
    return payment.get("status") in statuses
