"""Right answers to the first three notebooks."""

import asyncio
import hashlib
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from services.common.events import (
    OrderAwaitingPayment,
    OrderCancelled,
    OrderCompleted,
    OrderedTicket,
)
from services.common.versioning import OutOfOrder
from services.orders import domain
from services.orders.domain import Order, Status
from tests.scenarios.lab.styles import logged, logged_while_waiting, right


def moved(order: Order, status: Status, event: Any, **more: Any) -> Any:
    after = replace(order, version=order.version + 1, status=status)
    ticket = OrderedTicket(id=after.ticket_id)
    return after, [event(id=after.id, version=after.version, ticket=ticket, **more)]


def paid(order: Order, payment: Any) -> Any:
    known = replace(order, payment_id=payment)
    return moved(known, Status.COMPLETE, OrderCompleted, payment_id=payment)


# --- 1 --------------------------------------------------------------------------------------------


@right("confirm")
def with_match(order: Order) -> Any:
    match order.status:
        case Status.CREATED:
            return moved(order, Status.AWAITING_PAYMENT, OrderAwaitingPayment)
        case _:
            return order, []


@right("confirm")
def with_tuples_and_more_parameters(o, log=None, *args, **named):
    if o.status == "created":
        after = replace(o, version=o.version + 1, status=Status("awaiting:payment"))
        said = OrderAwaitingPayment(id=o.id, version=after.version, ticket={"id": o.ticket_id})
        return after, (said,)
    return o, ()


@right("confirm")
def with_a_list(order):
    fresh = order.status is Status.CREATED
    return list(with_match(order)) if fresh else [order, []]


@right("confirm")
@logged
def decorated(order):
    return with_match(order)


class Desk:
    def confirm(self, order: Order) -> Any:
        return with_match(order)

    def __call__(self, order: Order) -> Any:
        return with_match(order)


right("confirm")(Desk().confirm)
right("confirm")(Desk())
right("confirm")(partial(lambda kind, order: with_match(order), "a kind"))
right("confirm")(
    lambda it: (it, []) if it.version else moved(it, Status.AWAITING_PAYMENT, OrderAwaitingPayment)
)


@right("complete")
def with_a_dict(order, payment):
    may_be_paid = {Status.CREATED: True, Status.AWAITING_PAYMENT: True}
    return paid(order, payment) if may_be_paid.get(order.status) else (order, [])


@right("complete")
def with_other_names(it, payment_id):
    return paid(it, payment_id) if it.is_open else (it, [])


@right("complete")
def with_a_default(order: "Order", payment: str = "", **ignored: Any) -> Any:
    ended = {Status.CANCELLED, Status.COMPLETE}
    result: Any = order, []
    if order.status not in ended:
        result = paid(order, payment)
    return result


@right("complete")
def with_try(order, payment):
    try:
        order = {"created": order, "awaiting:payment": order}[order.status]
    except KeyError:
        return order, []
    return paid(order, payment)


# --- 2 --------------------------------------------------------------------------------------------


@right("expire")
def with_a_pattern(order):
    match order:
        case Order(status=Status.CREATED | Status.AWAITING_PAYMENT):
            return moved(order, Status.CANCELLED, OrderCancelled, reason="expired")
    return order, []


@right("expire")
def with_early_returns(order, now=None):
    if order.status is Status.COMPLETE:
        return (order, [])
    if order.status is Status.CANCELLED:
        return (order, [])
    return moved(order, Status.CANCELLED, OrderCancelled, reason="expired")


right("expire")(lambda it: domain._cancelled(it, "expired") if it.is_open else (it, []))
right("expire")(lru_cache(maxsize=None)(with_a_pattern))


@right("ring")
async def with_a_guard(self, timer):
    if not await self._timers.is_set(timer.order_id):
        return
    await self._announce(timer)
    await self._timers.settle(timer.order_id, self._clock.now())


@right("ring")
async def with_else(clock, it, /):
    try:
        if await clock._timers.is_set(it.order_id):
            await clock._announce(it)
    except Exception:
        raise
    else:
        await clock._timers.settle(it.order_id, clock._clock.now())


@right("ring")
@logged_while_waiting
async def with_a_result(self, timer):
    if await self._timers.is_set(timer.order_id):
        async with asyncio.timeout(30):
            await self._announce(timer)
        return await self._timers.settle(timer.order_id, self._clock.now())


@right("ring")
@logged
async def with_tasks(self, timer):
    if await self._timers.is_set(timer.order_id):
        await asyncio.gather(self._announce(timer))
        await asyncio.create_task(self._timers.settle(timer.order_id, self._clock.now()))


@right("ring")
async def forgetting_what_is_forgotten_too(self, timer):
    if await self._timers.is_set(timer.order_id) is True:
        await self._announce(timer)
    await self._timers.settle(timer.order_id, self._clock.now())


# --- 3 --------------------------------------------------------------------------------------------


@right("seen")
def with_in(ticket, order, version):
    return order in ticket.orders_applied and ticket.orders_applied[order] >= version


@right("seen")
def with_key_error(ticket, order, version):
    try:
        return version <= ticket.orders_applied[order]
    except KeyError:
        return False


@right("seen")
def with_a_range(ticket, order_id, v):
    return v in range(ticket.orders_applied.get(order_id, -1) + 1)


@right("seen")
def with_a_refusal(ticket, order, version):
    last = ticket.orders_applied.get(order, -1)
    if version > last + 1:
        raise OutOfOrder(order)
    return not version > last


right("charge-key")(lambda order, payment: f"{order.id}/{payment.attempt}")


@right("charge-key")
def with_a_hash(order, payment):
    return hashlib.sha256(f"{order.id} {payment.attempt}".encode()).hexdigest()


@right("charge-key")
def with_join(order, payment, between="-"):
    return between.join(map(str, (payment.id, payment.attempt)))


@right("charge-key")
def with_the_token(order, payment):
    return order.id + ":" + payment.token
