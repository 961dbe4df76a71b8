"""Notebook 10."""

from dataclasses import replace
from datetime import datetime

from scenarios.lab.wrong.answers import WrongAnswer
from services.common.events import PaymentCreated
from services.payments import domain
from services.payments.cashier import Absent, Outcome, Refused, Taken, Unknown
from services.payments.domain import (
    Change,
    Order,
    OrderStatus,
    Payment,
    Status,
    _paying,
    _settled,
)
from services.payments.use_cases import Settlement


def _said(order: Order, payment: Payment, stripe_id: str) -> list[PaymentCreated]:
    return [
        PaymentCreated(
            id=payment.id,
            version=0,
            order_id=order.id,
            stripe_id=stripe_id,
            amount=order.price_cents,
        )
    ]


def keeps_what_came_too_late(order: Order, stripe_id: str, now: datetime) -> Change:
    payment = order.payment
    if payment is None or payment.status is not Status.PENDING:
        return order, []
    after = replace(_settled(payment, Status.PAID, now), stripe_id=stripe_id)
    return _paying(order, after), _said(order, payment, stripe_id)


def leaves_the_cancelled_alone(order: Order, stripe_id: str, now: datetime) -> Change:
    payment = order.payment
    if payment is None or payment.status is not Status.PENDING:
        return order, []
    if order.status is OrderStatus.CANCELLED:
        return order, []
    after = replace(_settled(payment, Status.PAID, now), stripe_id=stripe_id)
    return _paying(order, after), _said(order, payment, stripe_id)


def tells_nobody_of_the_money(order: Order, stripe_id: str, now: datetime) -> Change:
    payment = order.payment
    if payment is None or payment.status is not Status.PENDING:
        return order, []
    owed = order.status is OrderStatus.CANCELLED
    after = _settled(payment, Status.REFUNDING if owed else Status.PAID, now)
    return _paying(order, replace(after, stripe_id=stripe_id)), []


def gives_back_by_the_clock(order: Order, stripe_id: str, now: datetime) -> Change:
    payment = order.payment
    if payment is None or payment.status is not Status.PENDING:
        return order, []
    owed = now >= order.expires_at
    after = _settled(payment, Status.REFUNDING if owed else Status.PAID, now)
    paid = _paying(order, replace(after, stripe_id=stripe_id))
    return paid, _said(order, payment, stripe_id)


def settles_what_was_settled(order: Order, stripe_id: str, now: datetime) -> Change:
    payment = order.payment
    assert payment is not None
    owed = order.status is OrderStatus.CANCELLED
    after = _settled(payment, Status.REFUNDING if owed else Status.PAID, now)
    paid = _paying(order, replace(after, stripe_id=stripe_id))
    return paid, _said(order, payment, stripe_id)


async def silence_is_no(self: Settlement, order: Order, payment: Payment, now: datetime) -> Outcome:
    outcome = await self._cashier.charge(order, payment)
    return Refused("No answer") if isinstance(outcome, Unknown) else outcome


async def silence_is_yes(
    self: Settlement, order: Order, payment: Payment, now: datetime
) -> Outcome:
    outcome = await self._cashier.charge(order, payment)
    return Taken(order.id) if isinstance(outcome, Unknown) else outcome


async def asks_for_ever(self: Settlement, order: Order, payment: Payment, now: datetime) -> Outcome:
    return await self._cashier.charge(order, payment)


async def sends_whatever_the_time(
    self: Settlement, order: Order, payment: Payment, now: datetime
) -> Outcome:
    outcome = await self._cashier.charge(order, payment)
    if isinstance(outcome, Unknown) and outcome.is_kept:
        return await self._cashier.look_up(order, payment)
    return outcome


async def never_looks(self: Settlement, order: Order, payment: Payment, now: datetime) -> Outcome:
    if domain.may_be_sent(order, now):
        return await self._cashier.charge(order, payment)
    return Absent()


async def believes_what_is_kept(
    self: Settlement, order: Order, payment: Payment, now: datetime
) -> Outcome:
    if domain.may_be_sent(order, now):
        return await self._cashier.charge(order, payment)
    return await self._cashier.look_up(order, payment)


WRONG = (
    WrongAnswer(
        "charged",
        "who has paid has paid",
        keeps_what_came_too_late,
        "money-conserved",
        "return _paying",
    ),
    WrongAnswer(
        "charged",
        "a cancelled order is over, so nothing is to be done",
        leaves_the_cancelled_alone,
        "nothing-stuck",
        "return order, []",
    ),
    WrongAnswer(
        "charged",
        "the money is there, and that is what counts",
        tells_nobody_of_the_money,
        "money-conserved",
        "return _paying",
    ),
    WrongAnswer(
        "charged",
        "what came after the deadline is given back",
        gives_back_by_the_clock,
        "money-conserved",
        "return paid",
    ),
    WrongAnswer(
        "charged",
        "Stripe took the money, so that it is paid, whatever was known before",
        settles_what_was_settled,
        "settled-once",
        "return paid",
    ),
    WrongAnswer(
        "ask",
        "no answer is a no",
        silence_is_no,
        "money-conserved",
        "self._cashier.charge",
    ),
    WrongAnswer(
        "ask",
        "no answer will be a yes",
        silence_is_yes,
        "money-conserved",
        "return Taken",
    ),
    WrongAnswer(
        "ask",
        "as long as there is no answer, ask again",
        asks_for_ever,
        "sent-in-time",
        "self._cashier.charge",
    ),
    WrongAnswer(
        "ask",
        "one key, so that to send it again does no harm",
        sends_whatever_the_time,
        "sent-in-time",
        "self._cashier.charge",
    ),
    WrongAnswer(
        "ask",
        "what may not be sent any more was never sent",
        never_looks,
        "money-conserved",
        "self._cashier.charge",
    ),
    WrongAnswer(
        "ask",
        "who asks with the same key learns it in the end",
        believes_what_is_kept,
        "nothing-stuck",
        "self._cashier",
    ),
)
