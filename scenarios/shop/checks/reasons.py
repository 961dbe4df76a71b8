"""Reasons: whoever is refused is refused for what is so at some moment while they ask.

Who may not see or do a thing is `ownership.py`'s, 409 and 412 are `conditional.py`'s, a seat that
is taken `told.py`'s, and too many open orders `open_orders.py`'s.
"""

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, urlsplit

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks.charging import CERTAIN_S, REFUSALS
from scenarios.shop.checks.disturbances import Disturbances
from scenarios.shop.checks.evidence import (
    COUNTS,
    MIRRORS,
    ORDERS,
    REPLICAS,
    TICKETS,
    USERS,
    Document,
    Evidence,
)
from scenarios.shop.checks.exchanges import Exchange, exchanges, id_in, skew_s
from scenarios.shop.checks.sense import PAY, makes_sense
from scenarios.shop.checks.undone import REPLICATED_US, is_undone
from scenarios.shop.checks.way import TROUBLE
from scenarios.shop.checks.words import moment
from scenarios.shop.moments import seconds_of, seconds_of_date

# What a service says of itself is none of these.
OF_OTHERS: Final = tuple(kind for kind in TROUBLE if kind != "skew")
A_LITTLE_S: Final = 0.3
ORDER: Final = "POST /api/orders"
RESERVED: Final = "reserved"  # the word by which an edit is refused because of an order
# Of one account, so many wrong passwords are heard of at least.  Source: rate_limits.py
GUESSES: Final = 10
# How often a client may do the rest is a setting.
LIMITS: Final = {
    "sign_ups_per_client": "POST /api/users/signup",
    "letters_per_client": "POST /api/users/forgot-password",
}
# What a person asks for by its id, where it is looked for, and how it is called.
NAMED: Final = (
    ("GET /api/tickets", TICKETS, "ticket"),
    ("PUT /api/tickets", TICKETS, "ticket"),
    ("GET /api/orders", ORDERS, "order"),
    ("DELETE /api/orders", ORDERS, "order"),
)
ASKED: Final = ((ORDER, "ticketId", REPLICAS, "ticket"), (PAY, "orderId", MIRRORS, "order"))


@dataclass(slots=True)
class _Known:
    """What is looked up again and again."""

    evidence: Evidence
    skew_s: float
    amiss: set[int] = field(default_factory=set)  # answers before which something was amiss
    refused: dict[str, list[int]] = field(default_factory=dict)  # order → Stripe's refusals

    def states(self, store: str, id: str, it: Exchange) -> list[Document]:
        """Return what a document was, from when something was asked for until it was answered."""
        return [one["after"] or {} for one in self.writes(store, id, it)]

    def writes(self, store: str, id: str, it: Exchange) -> list[TraceEvent]:
        """Return the writes by which it was so."""
        history = self.evidence.history(store, id)
        first = bisect_left(history, it.request.number, key=lambda write: write.number)
        until_us = it.response.at_us + REPLICATED_US
        found = history[max(0, first - 1) : first]
        return [*found, *(one for one in history[first:] if one.at_us <= until_us)]

    def was_there(self, store: str, id: str, it: Exchange) -> bool:
        """Tell whether there was such a document already when it was asked for."""
        history = self.evidence.history(store, id)
        return bool(history) and history[0].number < it.request.number

    def is_undone(self, store: str, it: Exchange) -> bool:
        """Tell whether what was read may have been taken back."""
        return is_undone(self.evidence, store, it)


def refused_for_a_reason(evidence: Evidence) -> Finding:
    """Take each refusal, and what was so by then."""
    known = _known(evidence)
    tested, breaches = False, list[Breach]()
    for it in exchanges(evidence):
        if it.status >= 400:
            tested = True
            wrong = _wrong(known, it)
            if wrong:
                breaches.append(_breach(it, wrong))
    return Finding(tested, breaches)


def _known(evidence: Evidence) -> _Known:
    known = _Known(evidence, 2.0 * skew_s(evidence), _amiss(evidence))
    for charge in evidence.of_kind("charge"):
        if charge["outcome"] in REFUSALS:
            known.refused.setdefault(str(charge["order"]), []).append(charge.number)
    return known


def _amiss(evidence: Evidence) -> set[int]:
    """Return the answers that something of which no service is the cause may have made a 503."""
    asked_us = {it.response.number: it.request.at_us for it in exchanges(evidence)}
    disturbances, found = Disturbances(), set[int]()
    for event in evidence.of_kind(*OF_OTHERS, "response"):
        if event.kind != "response":
            if not _is_a_little_late(event):
                disturbances.follow(event)
        elif event.number in asked_us and disturbances.were(asked_us[event.number], event.at_us):
            found.add(event.number)
    return found


def _is_a_little_late(event: TraceEvent) -> bool:
    # No request asks for so much that this makes it late.
    return event.kind == "late" and not event.get("unheard") and event["s"] < A_LITTLE_S


def _breach(it: Exchange, wrong: str) -> Breach:
    said = f"{it.request.host} was answered {it.said} to {it.named}"
    return Breach(f"{said} at {moment(it.response.at_us)}, {wrong}", it.numbers)


def _wrong(known: _Known, it: Exchange) -> str:
    match it.status:
        case 400:
            return _no_sense(known, it)
        case 402:
            return _not_declined(known, it)
        case 404:
            return _not_missing(known, it)
        case 429:
            return _not_counted(known, it)
        case 503:
            return _not_amiss(known, it)
    return ""


def _no_sense(known: _Known, it: Exchange) -> str:
    """Return why something that makes sense should not have been refused, or ""."""
    if it.call == PAY and makes_sense(it):
        return _payable(known, it)
    if it.call == "POST /api/users/signup" and "email" in it.asked and "in use" in it.said:
        return _not_in_use(known, it)
    if it.call in ("GET /api/orders", "GET /api/tickets"):
        return _listable(known, it)
    is_about_edit = makes_sense(it) or RESERVED in it.said
    if (id := id_in(it.call, "PUT /api/tickets")) and is_about_edit:
        states = known.states(TICKETS, id, it)
        is_due = not states or any("holder" in one for one in states)
        return "" if is_due or known.is_undone(TICKETS, it) else "and no order held it"
    if id := id_in(it.call, "DELETE /api/orders"):
        states = known.states(ORDERS, id, it)
        is_due = not states or any(one.get("status") == "complete" for one in states)
        return "" if is_due or known.is_undone(ORDERS, it) else "and it was not complete"
    return ""


def _payable(known: _Known, it: Exchange) -> str:
    states = known.states(MIRRORS, str(it.asked.get("orderId")), it)
    over_s = [seconds_of(one["expires_at"]) for one in states if one]
    if not over_s or known.is_undone(MIRRORS, it):
        return ""
    is_over = it.response.at_us / 1e6 + known.skew_s >= min(over_s)
    is_cancelled = any(one.get("status") == "cancelled" for one in states)
    return "" if is_over or is_cancelled else "and it was neither cancelled nor over"


def _not_in_use(known: _Known, it: Exchange) -> str:
    address, until_us = str(it.asked["email"]).strip().lower(), it.response.at_us + REPLICATED_US
    users = known.evidence.writes(USERS)
    had = (one for one in users if one["after"] and one["after"]["email"] == address)
    is_due = any(one.at_us <= until_us for one in had) or known.is_undone(USERS, it)
    return "" if is_due else "and nobody had signed up with this address"


def _listable(known: _Known, it: Exchange) -> str:
    query = parse_qs(urlsplit(it.request["path"]).query)
    limit, after = query.get("limit", ["50"])[0], query.get("after", [""])[0]
    if not (limit.isdecimal() and 1 <= int(limit) <= 100):
        return ""
    if it.call == "GET /api/orders" and after:
        mine = known.states(ORDERS, after, it)
        is_due = not known.was_there(ORDERS, after, it) or mine[0].get("user_id") != it.user
        return "" if is_due or known.is_undone(ORDERS, it) else "and that is an order of theirs"
    return "" if after else "and it makes sense"


def _not_declined(known: _Known, it: Exchange) -> str:
    order = str(it.asked.get("orderId"))
    since, until = it.request.number, it.response.number
    was_refused = any(since < number < until for number in known.refused.get(order, ()))
    # By somebody else, or before: what it notes itself is a reason only once that is certain.
    certain_us = it.request.at_us + CERTAIN_S * 1e6
    written = known.writes(MIRRORS, order, it)
    others = (one for one in written if one.cause != since or one.at_us >= certain_us)
    payments = (((one["after"] or {}).get("payment") or {}) for one in others)
    is_declined = any(one.get("status") == "declined" for one in payments)
    is_due = was_refused or is_declined or known.is_undone(MIRRORS, it)
    return "" if is_due else "and Stripe had refused no card"


def _not_missing(known: _Known, it: Exchange) -> str:
    for place, store, noun in NAMED:
        if (id := id_in(it.call, place)) and known.was_there(store, id, it):
            return "" if known.is_undone(store, it) else f"and there was this {noun}"
    for call, name, store, noun in ASKED:
        if it.call == call and known.was_there(store, str(it.asked.get(name)), it):
            is_due = known.is_undone(store, it)
            return "" if is_due else f"and {store.partition('.')[0]} had heard of the {noun}"
    return ""


def _not_counted(known: _Known, it: Exchange) -> str:
    limits = {call: known.evidence.limits.get(name) for name, call in LIMITS.items()}
    most = GUESSES if it.call == "POST /api/users/signin" else limits.get(it.call)
    if most is None or known.is_undone(COUNTS, it):
        return ""
    for one in known.evidence.writes(COUNTS):
        if one.number > it.response.number:
            break
        after = one["after"] or {"failures": 0}
        if (
            after["failures"] >= most
            and seconds_of_date(after["until"]) + known.skew_s >= it.request.at_us / 1e6
        ):
            return ""
    return f"and nothing was counted {most} times"


def _not_amiss(known: _Known, it: Exchange) -> str:
    if not it.request["path"].startswith("/api/"):  # what an operator asks is `readiness.py`'s
        return ""
    is_due = it.response.number in known.amiss
    return "" if is_due or not known.evidence.prompt else "and nothing was in the way"
