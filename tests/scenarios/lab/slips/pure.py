"""Slips in functions that look at what they are given and return something."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from services.common.events import (
    OrderAwaitingPayment,
    OrderCancelled,
    OrderCompleted,
    OrderedTicket,
)
from services.common.versioning import Decision, OutOfOrder
from services.orders.domain import Status
from services.tickets.domain import _after, _seen
from tests.scenarios.lab.slips import wrong

APPLY, DUPLICATE, GAP = Decision.APPLY, Decision.DUPLICATE, Decision.GAP


def said(order: Any, event: Any, **more: Any) -> Any:
    fields = {"id": order.id, "version": order.version, "ticket": OrderedTicket(id=order.ticket_id)}
    return event(**(fields | more))


def moved(order: Any, status: Status, event: Any, by: int = 1, **more: Any) -> Any:
    after = replace(order, version=order.version + by, status=status)
    return after, [said(after, event, **more)]


def confirmed(order: Any, **more: Any) -> Any:
    return moved(order, Status.AWAITING_PAYMENT, OrderAwaitingPayment, **more)


def cancelled(order: Any, **more: Any) -> Any:
    return moved(order, Status.CANCELLED, OrderCancelled, **({"reason": "expired"} | more))


def paid(order: Any, payment: Any, **more: Any) -> Any:
    known = replace(order, payment_id=payment)
    return moved(known, Status.COMPLETE, OrderCompleted, **({"payment_id": payment} | more))


# --- an order on its way --------------------------------------------------------------------------

wrong(
    "confirm",
    lambda it: (it, []),
    lambda it: None,
    lambda it: it,
    lambda it: [],
    lambda it: (it, confirmed(it)[1]),
    lambda it: confirmed(it, by=2) if it.status is Status.CREATED else (it, []),
    lambda it: confirmed(it) if it.version == 1 else (it, []),
    lambda it: confirmed(it) if it.status == "open" else (it, []),
    lambda it: cancelled(it) if it.status is Status.CREATED else (it, []),
    lambda it: confirmed(it) if it.is_open or it.status is Status.COMPLETE else (it, []),
    lambda it: confirmed(it, id="0" * 24) if it.status is Status.CREATED else (it, []),
    lambda it: (replace(it, status=Status.AWAITING_PAYMENT), []),
    lambda it: confirmed(it, ticket=OrderedTicket(id="0" * 24)) if it.version == 0 else (it, []),
)
wrong(
    "complete",
    lambda it, payment: (it, []),
    lambda it, payment: paid(it, payment) if it.status is Status.CREATED else (it, []),
    lambda it, payment: paid(it, payment) if it.payment_id else (it, []),
    lambda it, payment: paid(it, "p") if it.is_open else (it, []),
    lambda it, payment: paid(it, it.id) if it.is_open else (it, []),
    lambda it, payment: paid(it, payment, by=2) if it.is_open else (it, []),
    lambda it, payment: cancelled(it) if it.is_open else (it, []),
    lambda it, payment: confirmed(it) if it.is_open else (it, []),
    lambda it, payment: (paid(it, payment)[0], []) if it.is_open else (it, []),
    lambda it, payment: paid(it, payment) if not it.is_open else (it, []),
)
wrong(
    "expire",
    lambda it: (it, []),
    lambda it: cancelled(it) if it.status is Status.CREATED else (it, []),
    lambda it: cancelled(it) if not it.is_open else (it, []),
    lambda it: cancelled(it) if it.status is not Status.CANCELLED else (it, []),
    lambda it: cancelled(it, by=2) if it.is_open else (it, []),
    lambda it: cancelled(it, by=0) if it.is_open else (it, []),
    lambda it: confirmed(it) if it.is_open else (it, []),
    lambda it: (cancelled(it)[0], []) if it.is_open else (it, []),
    lambda it: cancelled(it, reason="late") if it.is_open else (it, []),
)

# --- the rule, and who remembers what -------------------------------------------------------------

wrong(
    "decide",
    lambda *, applied, announced: GAP,
    lambda *, applied, announced: APPLY if announced >= applied else DUPLICATE,
    lambda *, applied, announced: APPLY if announced == applied else GAP,
    lambda *, applied, announced: APPLY if abs(announced - applied) == 1 else DUPLICATE,
    lambda *, applied, announced: (
        APPLY if announced == applied + 1 else GAP if announced <= applied else DUPLICATE
    ),
    lambda *, applied, announced: APPLY if announced == 0 else DUPLICATE,
    lambda *, applied, announced: GAP if applied < 0 else APPLY,
    lambda *, applied, announced: (
        APPLY
        if announced in (applied + 1, applied + 2)
        else DUPLICATE
        if announced <= applied
        else GAP
    ),
    lambda *, applied, announced: APPLY if announced % 2 == 0 else DUPLICATE,
    lambda *, applied, announced: announced == applied + 1,
    lambda *, applied, announced: "apply",
    lambda *, applied, announced: [DUPLICATE, APPLY, GAP][announced - applied],
    lambda *, announced: APPLY,
)
wrong(
    "seen",
    lambda ticket, order, version: True,
    lambda ticket, order, version: order in ticket.orders_applied,
    lambda ticket, order, version: order == ticket.holder,
    lambda ticket, order, version: version == 0,
    lambda ticket, order, version: version <= ticket.orders_applied.get(order, 0),
    lambda ticket, order, version: version > ticket.orders_applied.get(order, -1),
    lambda ticket, order, version: version <= max(ticket.orders_applied.values(), default=-1),
    lambda ticket, order, version: version <= len(ticket.orders_applied),
    lambda ticket, order, version: version <= ticket.hold,
    lambda ticket, order, version: version in ticket.orders_applied,
    lambda ticket, order, version: version <= ticket.orders_applied[order],
    lambda ticket, order, version: ticket.orders_applied.get(order),
)


@wrong("seen")
def that_calls_everything_early(ticket: Any, order: Any, version: int) -> bool:
    if version != ticket.orders_applied.get(order, -1):
        raise OutOfOrder(order)
    return True


wrong(
    "charge-key",
    lambda order, payment: "charge",
    lambda order, payment: payment.token,
    lambda order, payment: str(payment.attempt),
    lambda order, payment: f"{order.user_id}-{payment.attempt}",
    lambda order, payment: f"{order.id}-{order.price_cents}",
    lambda order, payment: payment.id,
    lambda order, payment: f"{order.id}-{payment.status}",
    lambda order, payment: f"{order.id}-{payment.attempt}-{order.version}",
    lambda order, payment: uuid4().hex,
    lambda order, payment: "",
    lambda order, payment: order.id * 20,
    lambda order, payment: order.id.encode(),
    lambda order, payment: f"{order.id}-{payment.attempt}-{uuid4()}",
    lambda order, payment: f"{payment.attempt}-{order.id}"[:3],
)

# --- a seat ---------------------------------------------------------------------------------------

wrong(
    "reserve",
    lambda ticket, order, version, hold: (ticket, []),
    lambda ticket, order, version, hold: _after(ticket, order, version),
    lambda ticket, order, version, hold: (
        (ticket, [])
        if _seen(ticket, order, version)
        else _after(ticket, order, version, holder=order)
    ),
    lambda ticket, order, version, hold: (
        (ticket, []) if _seen(ticket, order, version) else _after(ticket, order, version, hold=hold)
    ),
    lambda ticket, order, version, hold: (
        (ticket, [])
        if _seen(ticket, order, version) or hold < ticket.hold
        else _after(ticket, order, version, holder=order, hold=hold)
    ),
    lambda ticket, order, version, hold: (
        (ticket, [])
        if _seen(ticket, order, version)
        else _after(ticket, order, version, holder=order, hold=hold)
        if hold == ticket.hold + 1
        else _after(ticket, order, version)
    ),
    lambda ticket, order, version, hold: (
        (ticket, [])
        if _seen(ticket, order, version)
        else _after(ticket, order, version, holder=order, hold=hold)
        if hold < ticket.hold or ticket.hold == 0
        else _after(ticket, order, version)
    ),
    lambda ticket, order, version, hold: _after(ticket, order, version, holder=order, hold=hold),
    lambda ticket, order, version, hold: (replace(ticket, holder=order, hold=hold), []),
)
wrong(
    "release",
    lambda ticket, order, version: (ticket, []),
    lambda ticket, order, version: _after(ticket, order, version, holder=None),
    lambda ticket, order, version: (
        (ticket, [])
        if _seen(ticket, order, version)
        else _after(ticket, order, version, holder=order)
    ),
    lambda ticket, order, version: (
        (ticket, [])
        if _seen(ticket, order, version)
        else _after(ticket, order, version)
        if ticket.holder == order
        else _after(ticket, order, version, holder=None)
    ),
    lambda ticket, order, version: (replace(ticket, holder=None), []),
    lambda ticket, order, version: (
        (ticket, [])
        if _seen(ticket, order, version)
        else _after(ticket, order, version + 1, holder=None)
        if ticket.holder == order
        else _after(ticket, order, version + 1)
    ),
    lambda ticket, order, version: (
        (ticket, [])
        if _seen(ticket, order, version)
        else _after(ticket, ticket.holder or order, version, holder=None)
    ),
    lambda ticket, order, version: _after(ticket, order, version, holder=None)[0],
)
