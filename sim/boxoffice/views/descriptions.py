"""Each event of a trace in a few plain words."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from boxoffice.trace.trace import TraceEvent
from boxoffice.trace.vocabulary import Vocabulary
from boxoffice.views.names import Names
from boxoffice.views.values import called, dollars, printable_text, read, seen_version, value_of

# What a service's log line is about; the rest of its fields are in the report.
_TOLD: Final = ("where", "type", "aggregate", "order", "outcome", "reason", "error")
SYMBOLS: Final = {"apply": "✓", "duplicate": "=", "gap": "…"}
_DECIDES: Final = {"apply": "applies", "duplicate": "passes over", "gap": "gives back"}


def describe(event: TraceEvent, names: Names) -> str:
    """Return what happened, in a few words and with names in place of ids."""
    tell = _PHRASES.get(event.kind)
    return tell(event, names) if tell else f"{event.kind} {subject(event, names)}".strip()


def subject(event: TraceEvent, names: Names) -> str:
    """Return type and aggregate of a message: "parcel.sent parcel 1"."""
    data = event.get("data")
    if isinstance(data, dict):
        about, type = data.get("subject", ""), event.get("subject", data.get("type", ""))
    else:
        about, type = event.get("subject", ""), event.get("type", "")
    return names.within(f"{type} {about if about != type else ''}".strip())


def path_template(path: str) -> str:
    """Return a path with every id in it as {id}, and without its query.

    >>> path_template("/parcels/70dbd8814b37bb1c7f004aff?full=1")
    '/parcels/{id}'
    """
    parts = path.split("?")[0].split("/")
    return "/".join("{id}" if len(part) == 24 else part for part in parts)


def displayed_host(event: TraceEvent, words: Vocabulary) -> str:
    """Return the host that a reader looks for an event at: the service, not its servers."""
    if event.kind in ("write", "read") and "database" in event.fields:
        return str(event["database"])
    if event.kind == "stored":
        return str(event.get("by") or event.host)
    host = str(event.get("consumer") or event.host)
    return words.homes.get(host, host)


def version(event: TraceEvent) -> str:
    """Return the version an event announces or a write commits, as "v3"; "" for none."""
    if event.kind == "read":
        return seen_version(event)
    data = event.get("data")
    inner = data.get("data") if isinstance(data, dict) else None
    after = event.get("after")
    place = next((each for each in (inner, after) if isinstance(each, dict)), event.fields)
    found = place.get("version")
    return "" if found is None else f"v{found}"


def _request(event: TraceEvent, names: Names) -> str:
    path = event["path"].split("?")[0]
    for method, pattern, words in names.vocabulary.asks:
        found = re.fullmatch(pattern, path) if method == event["method"] else None
        if found:
            return _filled(words, found, event.get("body"), names)
    return printable_text(names.within(f"{event['method']} {event['path']}"), 64)


def _filled(words: str, found: re.Match[str], body: Any, names: Names) -> str:
    said = body if isinstance(body, dict) else {}
    blanks = {key: printable_text(names.within(str(value))) for key, value in said.items()}
    if found.groups():
        blanks["id"] = names.within(found[1])
    return words.format_map(_Blanks(blanks))


class _Blanks(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


def _response(event: TraceEvent, names: Names) -> str:
    if event["outcome"] != "answered":
        return "nobody there" if event["outcome"] == "refused" else "no answer"
    return f"{event['status']} {_said(event.get('body'), names)}".strip()


def _said(body: Any, names: Names) -> str:
    if not isinstance(body, dict):
        return f"{len(body)} of them" if isinstance(body, list) else ""
    errors = body.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        return printable_text(names.within(str(errors[0].get("message", ""))))
    name = names.of(body["id"]) if "id" in body else ""
    return f"{name} {printable_text(body.get('status', ''))}".strip()


def _write(event: TraceEvent, names: Names) -> str:
    before, after = event.get("before") or {}, event.get("after") or {}
    changed = [
        f"{called(key, names)} {value_of(key, before, names)} → {value_of(key, after, names)}"
        for key in names.vocabulary.changes or _scalars(before, after)
        if before and before.get(key) != after.get(key)
    ]
    verb = "inserts" if not before else "updates" if after else "deletes"
    what = f"{event['database']} {verb} {names.of(event['id'])}"
    return f"{what}: {', '.join(changed)}" if changed else what


def _command(event: TraceEvent, names: Names) -> str:
    return printable_text(names.within(" ".join(event.get("words") or ())), 64)


def _scalars(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    found = {**before, **after}
    return [key for key, it in found.items() if not isinstance(it, dict | list) and key != "_id"]


def _money(event: TraceEvent, names: Names) -> str:
    order = names.of(event["order"]) if event.get("order") else "?"
    if event["outcome"] != "succeeded":
        what = "the card" if event["outcome"] == "card_declined" else f"a {event.kind}"
        return f"{'declines' if what == 'the card' else 'refuses'} {what} for {order}"
    verb = "charges" if event.kind == "charge" else "refunds"
    # A card that was declined has no charge, and so no amount.
    amount = f"{dollars(event['amount'])} for " if event.get("amount") is not None else ""
    return f"{verb} {amount}{order}"


def _log(event: TraceEvent, names: Names) -> str:
    said = names.vocabulary.told(event)
    if not said:
        rest = [str(event[key]) for key in _TOLD if event.get(key) is not None]
        said = " ".join([str(event["what"]), *rest])
    return printable_text(names.within(said), 96)


def _unacknowledged(event: TraceEvent, names: Names) -> str:
    return f"no acknowledgement of {event['subject']} from {event['consumer']}"


def _to_nobody(event: TraceEvent, names: Names) -> str:
    said = subject(event, names)
    return f"hands {said} to a fetch of {event['consumer']} that was given up: nobody waits for it"


def _lost(event: TraceEvent, names: Names) -> str:
    if (event["verb"], event["leg"]) == ("fetch", "response"):
        return f"messages from {event['to']} are lost on their way"
    return f"{event['leg']} of {event['verb']} to {event['to']} is lost"


def _forgets(event: TraceEvent, names: Names) -> str:
    if event.get("what") == "keys":
        return "has forgotten all idempotency keys"
    return "has lost all" if event["s"] is None else f"has lost its last {event['s']:g} s"


def _late(event: TraceEvent, names: Names) -> str:
    if event["to"] == event.host:
        return f"has a thread at {event['verb']} for {event['s']:g} s"
    said = f"{event['verb']} to {event['to']}"
    if event.get("unheard"):
        return f"{said} arrives {event['s']:g} s after nobody waits for it any more"
    return f"{said} is {event['s']:g} s late"


def _skew(event: TraceEvent, names: Names) -> str:
    off_s = event["by_s"]
    how = f"{abs(off_s):g} s {'ahead' if off_s > 0 else 'behind'}" if off_s else "right again"
    return f"its clock is {how}"


def _partition(event: TraceEvent, names: Names) -> str:
    beside = " and ".join(host for host in event["hosts"] if host != event.host)
    others = " and ".join(event.get("others") or ["everybody else" if beside else "everybody"])
    said = "is cut off from" if event.kind == "partition" else "is no longer cut off from"
    if way := event.get("one_way"):
        said = {"out": "is not heard by", "in": "does not hear"}[way]
        if event.kind == "heal":
            said = {"out": "is heard again by", "in": "hears again"}[way]
    return f"{f'with {beside}, ' if beside else ''}{said} {others}"


def _stored(event: TraceEvent, names: Names) -> str:
    is_nobodys = event.get("by") == ""  # of the system's: garbage, which a fault has put there
    return f"{'takes garbage as' if is_nobodys else 'publishes'} {subject(event, names)}"


_PHRASES: Final[dict[str, Callable[[TraceEvent, Names], str]]] = {
    "request": _request,
    "response": _response,
    "write": _write,
    "read": read,
    "command": _command,
    "stored": _stored,
    "decided": lambda event, names: f"{_DECIDES[event['decision']]} {subject(event, names)}",
    "charge": _money,
    "refund": _money,
    "intent": lambda event, names: f"{event['verb']} {event['id'] or ''}: {event['outcome']}",
    "webhook": lambda event, names: f"tells {event['consumer']} of {event['subject']}",
    "mail": lambda event, names: printable_text(f"mail to {event['to']}: {event['subject']}", 80),
    "crash": lambda event, names: "crashes and forgets everything",
    "failover": lambda event, names: f"fails over; what it did in {event['loses_s']:g} s is gone",
    "pause": lambda event, names: f"stands still for {event['s']:g} s",
    "wake": lambda event, names: "wakes, as if no time had passed",
    "forgets": _forgets,
    "given-up": _to_nobody,
    "limit": lambda event, names: f"takes no message above {event['most_bytes']} bytes",
    "leave": lambda event, names: "is told to end",
    "start": lambda event, names: "is up",
    "partition": _partition,
    "heal": _partition,
    "lost": _lost,
    "late": _late,
    "answered": lambda event, names: f"{event['to']} answers {event['verb']} with {event['says']}",
    "skew": _skew,
    "log": _log,
    "ack-expired": _unacknowledged,
}
