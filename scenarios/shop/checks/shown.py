"""Shown: each answer says what is stored of a thing, all of it and nothing else, and not of before.

Whoever is shown a ticket or an order reads what its version was written as; whoever is shown a
payment, what it was at some moment while they asked.  A read is made of the store's primary, so
that it knows whatever was written before it was asked for.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from boxoffice.clock import EPOCH
from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks.evidence import (
    MIRRORS,
    ORDERS,
    TICKETS,
    Document,
    Evidence,
    store_of,
)
from scenarios.shop.checks.exchanges import SESSION_S, Exchange, clock_slack_s, exchanges, id_in
from scenarios.shop.checks.known import WHO
from scenarios.shop.checks.undone import REPLICATED_US, is_undone
from scenarios.shop.checks.words import moment, short

# What each call that is granted is answered with.  Source: the contract, section 2.
GRANTED: Final[Mapping[str, tuple[int, ...]]] = {
    "POST /api/users/signup": (201,),
    "POST /api/users/forgot-password": (202,),
    "POST /api/tickets": (201,),
    "POST /api/orders": (201,),
    "POST /api/payments": (201, 202),
}
CANCEL: Final = "DELETE /api/orders"
DONE: Final = 204  # and nothing to show
DOORS: Final = ("/api/users/signup", "/api/users/signin", "/api/users/reset-password")


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is shown of one kind of thing: where it is stored, and how it is shown."""

    noun: str
    store: str
    shown: Callable[[Document], Document]


def _ticket(stored: Document) -> Document:
    holder = {"orderId": stored["holder"]} if "holder" in stored else {}
    return holder | {
        "id": stored["_id"],
        "title": stored["title"],
        "price": stored["price_cents"] / 100,
        "userId": stored["user_id"],
        "version": stored["version"],
    }


def _order(stored: Document) -> Document:
    ticket = stored["ticket"]
    price = ticket["price_cents"] / 100
    return {
        "id": stored["_id"],
        "userId": stored["user_id"],
        "status": stored["status"],
        "expiresAt": stored["expires_at"],
        "version": stored["version"],
        "ticket": {"id": ticket["id"], "title": ticket["title"], "price": price},
    }


KINDS: Final = {
    "/api/tickets": _Kind("ticket", TICKETS, _ticket),
    "/api/orders": _Kind("order", ORDERS, _order),
}


def shown_as_stored(evidence: Evidence) -> Finding:
    """Take each answer that grants something, and what was stored by then."""
    written = _versions(evidence)
    tested, breaches, slack_s = False, list[Breach](), clock_slack_s(evidence)
    for it in exchanges(evidence):
        if not it.succeeded:
            continue
        tested = True
        breaches += _granted(it)
        if it.request["method"] == "HEAD":
            continue
        path = it.call.partition(" ")[2]
        kind = next((kind for place, kind in KINDS.items() if path.startswith(place)), None)
        if kind is not None and it.status != DONE:
            breaches += _things(evidence, it, kind, written)
        elif path.startswith("/api/payments"):
            breaches += _payment(evidence, it)
        elif path in DOORS and it.request["method"] == "POST":
            breaches += _user(evidence, it)
        elif it.call == WHO:
            breaches += _session(evidence, it, slack_s)
    return Finding(tested, breaches)


def _granted(it: Exchange) -> Iterator[Breach]:
    due = (DONE,) if id_in(it.call, CANCEL) else GRANTED.get(it.call, (200,))
    if it.status not in due:
        yield _breach(it, f"{it.status}, where it is to be {' or '.join(map(str, due))}")
    elif it.status == DONE and it.body is not None:
        yield _breach(it, f"{it.body}, where there is nothing to show")


def _breach(it: Exchange, what: str, *proof: TraceEvent) -> Breach:
    said = f"{it.request.host} was answered {what} to {it.named} at {moment(it.response.at_us)}"
    return Breach(said, [*(event.number for event in proof), *it.numbers])


def _before(evidence: Evidence, store: str, id: str, event: TraceEvent) -> TraceEvent | None:
    """Return the last write to a document before an event, or None."""
    history = evidence.history(store, id)
    at = bisect_left(history, event.number, key=lambda write: write.number)
    return history[at - 1] if at else None


# --- tickets and orders ---------------------------------------------------------------------------


Versions = dict[tuple[str, str, int], list[TraceEvent]]  # by store, id and version


def _versions(evidence: Evidence) -> Versions:
    found: Versions = {}
    for write in evidence.writes(TICKETS, ORDERS):
        if write["after"] is not None:
            key = store_of(write), write["id"], write["after"]["version"]
            found.setdefault(key, []).append(write)
    return found


def _things(evidence: Evidence, it: Exchange, kind: _Kind, written: Versions) -> Iterator[Breach]:
    undone = is_undone(evidence, kind.store, it)
    for body in it.body if isinstance(it.body, list) else [it.body]:
        id, version = str(body.get("id")), body.get("version")
        named, found = f"{kind.noun} {short(id)}", written.get((kind.store, id, version), [])
        if not found and not undone:
            yield _breach(it, f"version {version} of {named}, which never was,")
        elif found and (wrong := _others(body, [kind.shown(one["after"]) for one in found])):
            said = f"version {version} of {named} with another {wrong} than it had"
            yield _breach(it, said, found[-1])
        last = None if undone else _before(evidence, kind.store, id, it.request)
        newest = version if last is None or last["after"] is None else last["after"]["version"]
        if last is not None and newest > version:
            since = f"which is {newest} since {moment(last.at_us)}"
            yield _breach(it, f"version {version} of {named}, {since},", last)


def _others(body: Document, possible: list[Document]) -> str:
    """Return what of a body is otherwise than in each of those that are possible; "": nothing."""
    if body in possible:
        return ""
    due = possible[-1]
    wrong = [name for name in {**due, **body} if due.get(name, "") != body.get(name, "")]
    return ", ".join(sorted(wrong))


# --- payments -------------------------------------------------------------------------------------


def _payment(evidence: Evidence, it: Exchange) -> Iterator[Breach]:
    body = it.body
    order = str(body.get("orderId"))
    if body.keys() != {"id", "orderId", "status"}:
        yield _breach(it, f"{', '.join(sorted(body))} of a payment,")
        return
    if it.call == "POST /api/payments" and order != it.asked.get("orderId"):
        yield _breach(it, f"the payment for another order, {short(order)},")
    if (id := id_in(it.call, "GET /api/payments")) and id != body["id"]:
        yield _breach(it, f"another payment, {short(body['id'])},")
    until_us = it.response.at_us + REPLICATED_US
    first = _before(evidence, MIRRORS, order, it.request)
    during = [
        write
        for write in evidence.history(MIRRORS, order)
        if write.number > it.request.number and write.at_us <= until_us
    ]
    states = [_of(write) for write in (first, *during) if write is not None]
    if is_undone(evidence, MIRRORS, it) or (body["id"], body["status"]) in states:
        return
    had = ", ".join(dict.fromkeys(status for _, status in states if status)) or "nothing"
    said = f"payment {short(body['id'])} for order {short(order)}, {body['status']},"
    yield _breach(it, f"{said} and it was {had}, ", *((first,) if first else ()))


def _of(write: TraceEvent) -> tuple[str, str]:
    payment = (write["after"] or {}).get("payment") or {}
    return str(payment.get("id", "")), str(payment.get("status", ""))


# --- people ---------------------------------------------------------------------------------------


def _user(evidence: Evidence, it: Exchange) -> Iterator[Breach]:
    known = evidence.users.get(str(it.body.get("id")))
    if known is not None and it.body != {"id": known["_id"], "email": known["email"]}:
        yield _breach(it, f"{it.body} of user {short(known['_id'])},")


def _session(evidence: Evidence, it: Exchange, slack_s: float) -> Iterator[Breach]:
    who = it.body.get("currentUser")
    if who is None:
        return
    known = evidence.users.get(str(who.get("id")), {})
    lasts_s = who.get("exp", 0) - who.get("iat", 0)
    if who.keys() != {"id", "email", "iat", "exp"} or who["email"] != known.get("email"):
        yield _breach(it, f"{who},")
    elif lasts_s != SESSION_S:
        yield _breach(it, f"a session of {lasts_s} s, not of {SESSION_S:.0f},")
    elif not _is_current(it, who, slack_s):
        yield _breach(it, "a session that is over, or yet to come,")


def _is_current(it: Exchange, who: Document, slack_s: float) -> bool:
    now_s = EPOCH.timestamp() + it.response.at_us / 1e6
    return bool(who["iat"] <= now_s + slack_s and now_s < who["exp"] + slack_s)
