"""Values of documents and messages in words: money, what was seen, what a person typed."""

from collections.abc import Mapping
from typing import Any, Final

from boxoffice.trace.trace import TraceEvent
from boxoffice.views.names import Names

_LONGEST: Final = 48  # characters of anything that a person typed


def printable_text(text: object, longest: int = _LONGEST) -> str:
    """Return text that cannot move a terminal's cursor, cut to `longest` characters."""
    seen = "".join(each if each.isprintable() else "�" for each in str(text))
    return seen if len(seen) <= longest else seen[: longest - 1] + "…"


def dollars(cents: object) -> str:
    """Return an amount of money in dollars.

    >>> dollars(4500)
    '45.00'
    """
    return f"{cents / 100:.2f}" if isinstance(cents, int) else "?"


def called(key: str, names: Names) -> str:
    """Return how people call a field."""
    return names.vocabulary.amounts.get(key, key)


def value_of(key: str, document: Mapping[str, Any], names: Names) -> str:
    """Return what a field holds."""
    value = document.get(key, "–")
    if key in names.vocabulary.amounts and isinstance(value, int):
        return dollars(value)
    return printable_text(names.within(str(value)), 20)


def amount(event: TraceEvent, names: Names) -> str:
    """Return the money that a message speaks of, itself or of what it is about; "" for none."""
    data = event.get("data")
    inner = data.get("data") if isinstance(data, dict) else None
    for place in (inner, *(inner.values() if isinstance(inner, dict) else ())):
        for key in names.vocabulary.amounts if isinstance(place, dict) else ():
            if isinstance(place.get(key), int):
                return dollars(place[key])
    return ""


def read(event: TraceEvent, names: Names) -> str:
    """Return what a look has found."""
    found, stores = event.get("found"), names.vocabulary.things
    if found:
        return f"sees {', '.join(_seen(one, len(found) == 1, names) for one in found)}"
    store = f"{event.get('database')}.{event.get('collection')}"
    search = event.get("search")
    if isinstance(search, dict) and (name := names.known(search.get("_id"))):
        return f"finds no {name}"
    said = (
        [_sought(key, it, names) for key, it in search.items()] if isinstance(search, dict) else []
    )
    return " ".join([f"finds no {stores.get(store, store)}", *said])


def _seen(document: Mapping[str, Any], is_alone: bool, names: Names) -> str:
    """Return one of the documents that were seen; the version of a lone one is told beside it."""
    known = document.get("version")
    kept = [] if is_alone or known is None else [f"v{known}"]
    rest = [key for key in document if key not in ("id", "version")]
    more = [f"{called(key, names)} {value_of(key, document, names)}" for key in rest]
    return " ".join([names.of(document["id"]), *kept, *([f"({', '.join(more)})"] if more else [])])


def _sought(key: str, value: Any, names: Names) -> str:
    name = names.known(value)
    if name is not None:  # "finds no label of parcel 1"
        return f"of {name}"
    is_plain = not isinstance(value, dict | list)
    return f"with {key} {printable_text(names.within(str(value)), 30) if is_plain else '…'}"


def seen_version(event: TraceEvent) -> str:
    """Return the version of the one document that was seen, as "v3"; "" for none or several."""
    found: list[dict[str, Any]] = event.get("found") or []
    known = found[0].get("version") if len(found) == 1 else None
    return "" if known is None else f"v{known}"
