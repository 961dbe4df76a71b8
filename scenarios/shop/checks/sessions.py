"""Sessions: no response carries another user's order or payment."""

from collections.abc import Iterator
from typing import Any, Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks.evidence import ORDERS, Evidence
from scenarios.shop.checks.words import moment, short

SIGN_IN: Final = ("/api/users/signup", "/api/users/signin", "/api/users/reset-password")
SIGN_OUT: Final = "/api/users/signout"
NOBODY: Final = ""


def sessions_isolate(evidence: Evidence) -> Finding:
    """Follow who is signed in: what anybody is shown of orders and payments is their own.

    A response may be to the user of the moment of asking or of the moment of answering.
    """
    owners = _owners(evidence)
    signed_in: dict[str, str] = {}  # person → user
    asked: dict[int, tuple[TraceEvent, str]] = {}  # by whom: a user
    tested = False
    breaches: list[Breach] = []
    for event in evidence.of_kind("request", "response"):
        if event.kind == "request":
            asked[event.number] = event, signed_in.get(event.host, NOBODY)
            continue
        request, user = asked.pop(event["request"])
        _follow(request, event, signed_in)
        users = {user, signed_in.get(event.host, NOBODY)} - {NOBODY}
        for what, order, shown in _shown(request, event):
            tested = True
            said = {owner for owner in (shown, owners.get(order)) if owner is not None}
            breaches += [_leak(request, event, what, owner) for owner in sorted(said - users)]
    return Finding(tested, breaches)


def _owners(evidence: Evidence) -> dict[str, str]:
    owners = {id: order["user_id"] for id, order in evidence.orders.items()}
    for write in evidence.writes(ORDERS):
        document = write["before"] or write["after"]
        owners.setdefault(write["id"], document["user_id"])
    return owners


def _follow(request: TraceEvent, response: TraceEvent, signed_in: dict[str, str]) -> None:
    if not 200 <= (response.get("status") or 0) < 300:
        return
    path = request["path"].split("?")[0]
    if request["method"] != "POST":  # the page to which a letter leads has the path of a reset
        return
    if path in SIGN_IN:
        signed_in[response.host] = response["body"]["id"]
    elif path == SIGN_OUT:
        signed_in.pop(response.host, None)


def _shown(request: TraceEvent, response: TraceEvent) -> Iterator[tuple[str, str, str | None]]:
    # What is shown, the order that it belongs to, and the user that it says it belongs to.
    body: Any = response.get("body")
    for entry in body if isinstance(body, list) else [body]:
        if not isinstance(entry, dict):
            continue
        if request["path"].startswith("/api/orders") and "ticket" in entry:
            yield f"order {short(entry['id'])}", entry["id"], entry["userId"]
        elif request["path"].startswith("/api/payments") and "orderId" in entry:
            what = f"payment {short(entry['id'])} for order {short(entry['orderId'])}"
            yield what, entry["orderId"], None


def _leak(request: TraceEvent, response: TraceEvent, what: str, owner: str) -> Breach:
    return Breach(
        f"{what} of user {short(owner)} was shown to {response.host} by "
        f"{request['method']} {request['path']} at {moment(response.at_us)}",
        [request.number, response.number],
    )
