"""Durability: whatever was answered with 2xx is there in the end."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks.evidence import MIRRORS, ORDERS, TICKETS, USERS, Evidence
from scenarios.shop.checks.words import moment, short


def accepted_is_durable(evidence: Evidence) -> Finding:
    """Take each mutation answered with 2xx: what it said has not been undone."""
    tested, breaches = False, []
    for request, response in _accepted(evidence):
        promise = _promise(request)
        if promise is None:
            continue
        tested = True
        noun, store, id_of, broken = promise
        id = id_of(request, response)
        wrong = broken(evidence, id, response["body"])
        if wrong:
            breaches.append(
                Breach(
                    f"{noun} {short(id)}: {request['method']} {_route(request)} was answered "
                    f"{response['status']} at {moment(response.at_us)}, but {wrong}",
                    [request.number, response.number, *evidence.latest(store, id)],
                    for_good=True,  # nobody takes up again what is not there
                )
            )
    return Finding(tested, breaches)


def _accepted(evidence: Evidence) -> Iterator[tuple[TraceEvent, TraceEvent]]:
    for request, response in evidence.answers():
        if 200 <= (response.get("status") or 0) < 300:
            yield request, response


def _route(request: TraceEvent) -> str:
    return str(request["path"]).split("?")[0]


# --- what each mutation promises: None while it is kept, or else what became of it ----------------


def _signed_up(evidence: Evidence, id: str, body: Any) -> str | None:
    user = evidence.users.get(id)
    if user is None:
        return "there is no such user"
    return None if user["email"] == body["email"] else f"the address is {user['email']}"


def _password_replaced(evidence: Evidence, id: str, body: Any) -> str | None:
    user = evidence.users.get(id)
    if user is None:
        return "there is no such user"
    return None if user["epoch"] > 0 else "the old password still stands"


def _ticket_stored(evidence: Evidence, id: str, body: Any) -> str | None:
    ticket = evidence.tickets.get(id)
    if ticket is None:
        return f"there is no such ticket, in version {body['version']} or any"
    if ticket["version"] < body["version"]:
        return f"version {body['version']} is gone, and {ticket['version']} is the last"
    return None


def _order_placed(evidence: Evidence, id: str, body: Any) -> str | None:
    return None if id in evidence.orders else "there is no such order"


def _order_cancelled(evidence: Evidence, id: str, body: Any) -> str | None:
    order = evidence.orders.get(id)
    if order is None:
        return "there is no such order"
    if order["status"] == "cancelled":
        return None
    return f"the order is {order['status']} (version {order['version']})"


def _payment_begun(evidence: Evidence, id: str, body: Any) -> str | None:
    payment = (evidence.mirrors.get(id) or {}).get("payment")
    if payment is None:
        return f"there is no payment {short(body['id'])}"
    return None if payment["id"] == body["id"] else f"the payment is {short(payment['id'])}"


IdOf = Callable[[TraceEvent, TraceEvent], str]
Broken = Callable[[Evidence, str, Any], str | None]
Promise = tuple[str, str, IdOf, Broken]


def _id_answered(request: TraceEvent, response: TraceEvent) -> str:
    return str(response["body"]["id"])


def _id_in_path(request: TraceEvent, response: TraceEvent) -> str:
    return _route(request).rsplit("/", 1)[1]


def _order_paid(request: TraceEvent, response: TraceEvent) -> str:
    return str(response["body"]["orderId"])


PROMISES: Final[tuple[tuple[str, Promise], ...]] = (
    ("POST /api/users/signup", ("user", USERS, _id_answered, _signed_up)),
    ("POST /api/users/reset-password", ("user", USERS, _id_answered, _password_replaced)),
    ("POST /api/tickets", ("ticket", TICKETS, _id_answered, _ticket_stored)),
    ("PUT /api/tickets/[^/]+", ("ticket", TICKETS, _id_answered, _ticket_stored)),
    ("POST /api/orders", ("order", ORDERS, _id_answered, _order_placed)),
    ("DELETE /api/orders/[^/]+", ("order", ORDERS, _id_in_path, _order_cancelled)),
    ("POST /api/payments", ("order", MIRRORS, _order_paid, _payment_begun)),
)


def _promise(request: TraceEvent) -> Promise | None:
    asked = f"{request['method']} {_route(request)}"
    return next((promise for call, promise in PROMISES if re.fullmatch(call, asked)), None)
