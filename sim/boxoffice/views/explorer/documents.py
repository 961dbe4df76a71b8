"""Documents as what each write changed in them, from which every state can be had again.

A change is [event, document, set, unset]: the fields that the write gave a new value, and those it
took away; `set` is null where the document was deleted.  Before a document's first change there
was none.  An outbox is told by what waits in it; its messages are events of their own.
"""

from typing import Any

from boxoffice.trace.trace import Trace
from boxoffice.views.descriptions import displayed_host
from boxoffice.views.explorer.annotations import Annotations
from boxoffice.views.explorer.lanes import Lanes


def changes(trace: Trace, lanes: Lanes, annotations: Annotations) -> dict[str, Any]:
    """Return `documents`, the name, lane and id of each, and `changes`, in order."""
    documents: list[list[Any]] = []
    found: list[list[Any]] = []
    places: dict[tuple[str, str, str], int] = {}
    known: list[dict[str, Any]] = []
    for event in trace.of_kind("write"):
        key = (event["database"], event["collection"], str(event["id"]))
        at = places.setdefault(key, len(documents))
        if at == len(documents):
            id = annotations.rendered(str(event["id"]))
            name = f"{event['database']}.{event['collection']}: {id}"
            documents.append([name, lanes.at(displayed_host(event, trace.vocabulary)), id])
            known.append({})
        after = event.get("after")
        now = {} if after is None else _told(after, annotations)
        found.append([event.number, at, *_difference(known[at], now, after is None)])
        known[at] = now
    return {"documents": documents, "changes": found}


def _told(document: dict[str, Any], annotations: Annotations) -> dict[str, Any]:
    told = {key: value for key, value in document.items() if key != "_id"}
    if isinstance(told.get("outbox"), list):
        told["outbox"] = [_waiting(entry) for entry in told["outbox"]]
    named: dict[str, Any] = annotations.rendered(told)
    return named


def _waiting(entry: Any) -> Any:
    if not isinstance(entry, dict) or "type" not in entry:
        return entry
    data = entry.get("data")
    version = data.get("version") if isinstance(data, dict) else None
    return entry["type"] if version is None else f"{entry['type']} v{version}"


def _difference(
    before: dict[str, Any], now: dict[str, Any], deleted: bool
) -> tuple[dict[str, Any] | None, list[str]]:
    if deleted:
        return None, []
    new = {key: value for key, value in now.items() if key not in before or before[key] != value}
    return new, [key for key in before if key not in now]
