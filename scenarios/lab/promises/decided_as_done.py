"""What orders says of each version of a ticket is what it did with it."""

from collections import Counter
from typing import Final

from boxoffice.trace import Kind, TraceEvent
from boxoffice.world import Breach, Finding, Invariant
from scenarios.shop.checks.evidence import REPLICAS, Evidence
from scenarios.shop.checks.words import moment, short


def _decided_as_done(evidence: Evidence) -> Finding:
    """Hold what was decided of each version against the writes that noted it down."""
    said: Counter[tuple[str, int]] = Counter()
    noted: dict[tuple[str, int], TraceEvent] = {}
    died, breaches = False, []
    for event in evidence.of_kind("write", "decided", "crash"):
        died = died or (event.kind == "crash" and event.host == "orders")
        if event.kind == "write" and event["database"] == "orders" and _is_replica(event):
            noted[event["id"], event["after"]["version"]] = event
        elif event.kind == "decided" and event.host == "orders" and _of_ticket(event):
            version = event["subject"], event["version"]
            said[version] += event["decision"] == "apply"
            if (wrong := _wrong(event, said[version], version in noted, died)) is not None:
                proof = [*([noted[version].number] if version in noted else []), event.number]
                breaches.append(Breach(wrong, proof))
    return Finding(bool(said), breaches)


def _is_replica(write: TraceEvent) -> bool:
    return f"{write['database']}.{write['collection']}" == REPLICAS and write["after"] is not None


def _of_ticket(event: TraceEvent) -> bool:
    return str(event["type"]).startswith("ticket.")


def _wrong(event: TraceEvent, applied: int, noted: bool, died: bool) -> str | None:
    what = f"version {event['version']} of ticket {short(event['subject'])}"
    at, decision = moment(event.at_us), event["decision"]
    if decision == "apply" and noted and applied > 1:
        return f"{what} was there already, and orders said apply once more at {at}"
    if decision != "apply" and noted and not applied and not died:  # who died told nobody
        return f"{what} was applied, and orders said {decision} at {at}"
    return None


decided_as_done: Final = Invariant(
    "decided-as-done",
    Kind.ALWAYS,
    "orders says apply of a version when it was applied, and then only",
    _decided_as_done,
)
