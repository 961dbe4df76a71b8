"""Ownership: nobody but its owner is let at an order, a payment, or a ticket to change it."""

from collections.abc import Iterator
from typing import Any, Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks.evidence import (
    MIRRORS,
    MOMENTS,
    ORDERS,
    TICKETS,
    Document,
    Evidence,
    store_of,
)
from scenarios.shop.checks.exchanges import (
    NOBODY,
    SESSION_S,
    Exchange,
    SignedIn,
    clock_slack_s,
    exchanges,
    id_in,
)
from scenarios.shop.checks.owners import Owned, Owners, is_before, owners_of
from scenarios.shop.checks.sense import PAY, makes_sense
from scenarios.shop.checks.words import moment, short

# What only the owner may do, and what it is done to.
OWN: Final = (
    ("GET /api/orders", "order"),
    ("DELETE /api/orders", "order"),
    ("PUT /api/tickets", "ticket"),
    ("GET /api/payments", "payment"),
)
# What anybody may do who is signed in.
SIGNED_IN: Final = ("POST /api/tickets", "POST /api/orders", "GET /api/orders", PAY)
TO_ANYBODY: Final = (408, 413, 429)  # and whatever says that the shop cannot, now


def owner_only(evidence: Evidence) -> Finding:
    """Follow who is signed in: a stranger is told so, and changes nothing; an owner is let in."""
    owners, slack_s = owners_of(evidence), clock_slack_s(evidence)
    is_exact = MOMENTS not in evidence.unseen
    tested, breaches = False, []
    for it in exchanges(evidence):
        target = _target(it)
        if target is None or not it.status:
            continue
        noun, id = target
        owned = owners.payable.get(id) if noun == "payable" else owners.of(noun, id)
        is_old = owned is not None and is_exact and is_before(owned, it.request)
        wrong = _wrong(it, owned, slack_s, is_old)
        tested |= it.user == NOBODY or owned is not None
        if wrong:
            breaches.append(Breach(_told(it, wrong), it.numbers))
    breaches += _changed_by_strangers(evidence, owners)
    return Finding(tested, breaches)


def _target(it: Exchange) -> tuple[str, str] | None:
    call = it.call
    for place, noun in OWN:
        if id := id_in(call, place):
            return noun, id
    if call == PAY and "orderId" in it.asked:
        return "payable", str(it.asked["orderId"])
    return ("", "") if call in SIGNED_IN else None


def _wrong(it: Exchange, owned: Owned | None, slack_s: float, is_old: bool) -> str:
    if it.status >= 500 or it.status in TO_ANYBODY:
        return ""
    if it.user == NOBODY:
        return "" if _is_due_to_nobody(it) else "is signed in as nobody"
    if (it.request.at_us - it.signed_in_us) / 1e6 > SESSION_S - slack_s:
        return ""  # who that still is depends on a clock
    if it.status == 401:
        return f"is signed in as user {short(it.user)}"
    if owned is None:
        return ""
    if owned.owner == it.user:
        return f"is user {short(it.user)}, whose it is" if it.status == 403 else ""
    return _as_a_stranger(it, owned, is_old)


def _is_due_to_nobody(it: Exchange) -> bool:
    # What makes no sense is refused before anybody asks whose it is.
    has_body = it.request["method"] in ("POST", "PUT")
    return it.status == 401 or (it.status == 400 and has_body)


def _as_a_stranger(it: Exchange, owned: Owned, is_old: bool) -> str:
    if it.status == 403 or (it.status == 404 and not is_old):
        return ""
    if it.status == 400 and not makes_sense(it):
        return ""
    return f"is user {short(it.user)}, and it is user {short(owned.owner)}'s"


def _told(it: Exchange, wrong: str) -> str:
    return (
        f"{it.request.host}, who {wrong}, was answered {it.said} to "
        f"{_readable(it.call)} at {moment(it.response.at_us)}"
    )


def _readable(call: str) -> str:
    begin, _, last = call.rpartition("/")
    return f"{begin}/{short(last)}" if len(last) == 24 else call


# --- what strangers have changed ------------------------------------------------------------------


def _changed_by_strangers(evidence: Evidence, owners: Owners) -> Iterator[Breach]:
    signed_in, asked = SignedIn(), dict[int, TraceEvent]()
    users: dict[int, str] = {}  # request → who was signed in, of those that may change something
    for event in evidence.of_kind("request", "response", "write", "charge"):
        if event.kind == "request":
            asked[event.number] = event
            if event["method"] != "GET":
                users[event.number] = signed_in.at(event.host)[0]
        elif event.kind == "response":
            if event["request"] in asked:
                signed_in.follow(asked.pop(event["request"]), event)
        elif event.cause in users:
            user = users[event.cause]
            what, owner = _changed(event, owners)
            if owner is not None and owner != user:
                request = evidence.event(event.cause)
                who = f"{request.host}, who is " + (f"user {short(user)}" if user else "nobody")
                yield Breach(
                    f"{what} of user {short(owner)} was {_done(event)} by the "
                    f"{request['method']} of {who}, at {moment(event.at_us)}",
                    [request.number, event.number],
                )


def _changed(event: TraceEvent, owners: Owners) -> tuple[str, str | None]:
    if event.kind == "charge":
        owned = owners.of("order", event["order"]) if event["outcome"] == "succeeded" else None
        return f"order {short(str(event['order']))}", owned.owner if owned else None
    store, document = store_of(event), _document(event)
    if store not in (TICKETS, ORDERS, MIRRORS):
        return "", None
    noun = "ticket" if store == TICKETS else "order"
    return f"{noun} {short(event['id'])}", document.get("user_id")


def _document(write: TraceEvent) -> Document:
    found: Any = write["before"] or write["after"]
    return dict(found)


def _done(event: TraceEvent) -> str:
    return "charged" if event.kind == "charge" else "written"
