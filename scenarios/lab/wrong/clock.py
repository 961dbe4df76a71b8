"""Notebook 2."""

from contextlib import suppress
from dataclasses import replace

from scenarios.lab.wrong.answers import WrongAnswer
from services.common.events import OrderCancelled, OrderedTicket
from services.common.outages import SERVER_ERRORS
from services.expiration.domain import Timer
from services.expiration.use_cases import AlarmClock
from services.orders.domain import Change, Order, Status


def expires_what_is_paid(order: Order) -> Change:
    after = replace(order, version=order.version + 1, status=Status.CANCELLED)
    ticket = OrderedTicket(id=order.ticket_id)
    said = OrderCancelled(id=order.id, version=after.version, reason="expired", ticket=ticket)
    return after, [said]


def expires_only_what_was_confirmed(order: Order) -> Change:
    if order.status is not Status.AWAITING_PAYMENT:
        return order, []
    after = replace(order, version=order.version + 1, status=Status.CANCELLED)
    ticket = OrderedTicket(id=order.ticket_id)
    said = OrderCancelled(id=order.id, version=after.version, reason="expired", ticket=ticket)
    return after, [said]


async def forgets_first(self: AlarmClock, timer: Timer) -> None:
    if await self._timers.is_set(timer.order_id):
        await self._timers.settle(timer.order_id, self._clock.now())
        await self._announce(timer)


async def forgets_what_was_lost(self: AlarmClock, timer: Timer) -> None:
    if await self._timers.is_set(timer.order_id):
        with suppress(*SERVER_ERRORS):
            await self._announce(timer)
        await self._timers.settle(timer.order_id, self._clock.now())


def blames_the_buyer(order: Order) -> Change:
    if not order.is_open:
        return order, []
    after = replace(order, version=order.version + 1, status=Status.CANCELLED)
    ticket = OrderedTicket(id=order.ticket_id)
    return after, [OrderCancelled(id=order.id, version=after.version, reason="user", ticket=ticket)]


def expires_what_is_cancelled(order: Order) -> Change:
    if order.payment_id is not None:
        return order, []
    after = replace(order, version=order.version + 1, status=Status.CANCELLED)
    ticket = OrderedTicket(id=order.ticket_id)
    said = OrderCancelled(id=order.id, version=after.version, reason="expired", ticket=ticket)
    return after, [said]


async def forgets_in_any_case(self: AlarmClock, timer: Timer) -> None:
    if await self._timers.is_set(timer.order_id):
        try:
            await self._announce(timer)
        finally:
            await self._timers.settle(timer.order_id, self._clock.now())


async def never_forgets(self: AlarmClock, timer: Timer) -> None:
    if await self._timers.is_set(timer.order_id):
        await self._announce(timer)


async def rings_what_is_due(self: AlarmClock, timer: Timer) -> None:
    await self._announce(timer)
    await self._timers.settle(timer.order_id, self._clock.now())


WRONG = (
    WrongAnswer(
        "expire",
        "when the time is over, it is over for everybody",
        expires_what_is_paid,
        "terminal-is-final",
        "return after",
    ),
    WrongAnswer(
        "expire",
        "an order that was never confirmed is nobody's concern",
        expires_only_what_was_confirmed,
        "orders-settle",
        "return order, []",
    ),
    WrongAnswer(
        "ring",
        "forget first, so that nothing rings twice",
        forgets_first,
        "orders-settle",
        "await self._announce",
    ),
    WrongAnswer(
        "ring",
        "an announcement that fails is not worth an error",
        forgets_what_was_lost,
        "orders-settle",
        "await self._timers.settle",
    ),
    WrongAnswer(
        "expire",
        "cancelled is cancelled, whoever wanted it",
        blames_the_buyer,
        "told-as-it-is",
        "return after",
    ),
    WrongAnswer(
        "expire",
        "what is not paid is open",
        expires_what_is_cancelled,
        "told-as-it-is",
        "return after",
    ),
    WrongAnswer(
        "ring",
        "to tidy up belongs into finally",
        forgets_in_any_case,
        "orders-settle",
        "await self._timers.settle",
    ),
    WrongAnswer(
        "ring",
        "the end of the order will forget it",
        never_forgets,
        "story",
        "await self._announce",
    ),
    WrongAnswer(
        "ring",
        "whoever calls me has looked already",
        rings_what_is_due,
        "rung-while-set",
        "ask `is_set` before you announce",
    ),
)
