"""Each version is taken once by whoever counts it."""

from collections.abc import Iterator
from typing import Any, Final

from boxoffice.trace import Kind, TraceEvent
from boxoffice.world import Breach, Finding, Invariant
from scenarios.shop.checks.evidence import REPLICAS, TICKETS, Document, Evidence
from scenarios.shop.checks.words import moment, short

# Who counts whose versions, and what it writes when it takes one.
_COUNTED: Final = (("tickets", TICKETS, "order"), ("orders", REPLICAS, "ticket"))


def _taken_once(evidence: Evidence) -> Finding:
    """Follow each version that is in the stream to the writes of whoever counts it."""
    tested = False
    breaches: list[Breach] = []
    for service, store, noun in _COUNTED:
        taken: dict[tuple[str, int], list[TraceEvent]] = {}
        for write in evidence.writes(store):
            if (version := _version_behind(evidence, write)) is not None:
                taken.setdefault(version, []).append(write)
        for said in evidence.of_kind("stored"):
            if said["subject"].startswith(f"{noun}.") and not said.get("duplicate"):
                tested = True
                writes = taken.get(_version_of(said), [])
                breaches += _mistaken(evidence, service, said, writes)
    return Finding(tested, breaches)


def _version_behind(evidence: Evidence, write: TraceEvent) -> tuple[str, int] | None:
    said = next((it for it in evidence.causes(write) if it.kind == "stored"), None)
    return None if said is None else _version_of(said)


def _version_of(said: TraceEvent) -> tuple[str, int]:
    return said["data"]["data"]["id"], said["data"]["data"]["version"]


def _mistaken(
    evidence: Evidence, service: str, said: TraceEvent, writes: list[TraceEvent]
) -> Iterator[Breach]:
    id, version = _version_of(said)
    what = f"version {version} of {said['subject'].partition('.')[0]} {short(id)}"
    for again in writes[1:]:
        when = f"at {moment(writes[0].at_us)}, and again at {moment(again.at_us)}"
        yield Breach(f"{service} took {what} {when}", [writes[0].number, again.number])
    for write in writes:
        if (kept := _kept(write["after"], id)) != version:
            said_so = f"{service} took {what} at {moment(write.at_us)}, and remembers {kept}"
            yield Breach(said_so, [write.number])
    if not writes:
        heard = [
            it.number
            for it in evidence.of_kind("decided")
            if (it.host, it.get("subject"), it.get("version")) == (service, id, version)
        ]
        yield Breach(f"{service} passed over {what}", [said.number, *heard[-1:]])


def _kept(after: Document, id: str) -> Any:
    return after["version"] if after["_id"] == id else after["orders_applied"].get(id, "none")


taken_once: Final = Invariant(
    "taken-once",
    Kind.FINALLY,
    "tickets takes each version of an order once, and orders each version of a ticket",
    _taken_once,
)
