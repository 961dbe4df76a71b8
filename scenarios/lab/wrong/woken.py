"""Notebook 9."""

from datetime import datetime, timedelta

from scenarios.lab.wrong.answers import WrongAnswer
from services.expiration.domain import OrderId
from services.expiration.repository import LEASE, Timers, _lease
from services.payments.domain import Order, OrderStatus
from services.payments.retry_policy import CERTAIN, PATIENCE


def what_was_decided_is_done(order: Order, now: datetime) -> bool:
    return True


def looks_at_the_order_alone(order: Order, now: datetime) -> bool:
    return order.status is not OrderStatus.CANCELLED and now < order.expires_at


def sends_until_the_others_give_up(order: Order, now: datetime) -> bool:
    payment = order.payment
    if payment is None or payment.sent_at is None:
        return False
    return now < payment.sent_at + CERTAIN + timedelta(minutes=1) and now < order.expires_at


def sends_when_it_was_patient(order: Order, now: datetime) -> bool:
    payment = order.payment
    return payment is not None and payment.sent_at is not None and now > payment.sent_at + PATIENCE


def looks_at_the_decision_alone(order: Order, now: datetime) -> bool:
    payment = order.payment
    return payment is not None and payment.sent_at is not None and now <= payment.sent_at + PATIENCE


async def taken_until_given_back(self: Timers, order: OrderId) -> bool:
    return bool(await self._redis.set(_lease(order), "mine", nx=True))


async def takes_it_from_others(self: Timers, order: OrderId) -> bool:
    return bool(await self._redis.set(_lease(order), "mine", px=LEASE))


async def looks_and_then_takes(self: Timers, order: OrderId) -> bool:
    if await self._redis.exists(_lease(order)):
        return False
    await self._redis.set(_lease(order), "mine", px=LEASE)
    return True


async def ends_in_a_second_write(self: Timers, order: OrderId) -> bool:
    taken = await self._redis.set(_lease(order), "mine", nx=True)
    if taken:
        await self._redis.pexpire(_lease(order), LEASE)
    return bool(taken)


async def lasts_a_second(self: Timers, order: OrderId) -> bool:
    return bool(await self._redis.set(_lease(order), "mine", nx=True, px=1_000))


async def does_not_listen(self: Timers, order: OrderId) -> bool:
    await self._redis.set(_lease(order), "mine", nx=True, px=LEASE)
    return True


WRONG = (
    WrongAnswer(
        "may-be-sent",
        "what was decided is done",
        what_was_decided_is_done,
        "sent-in-time",
        "return True",
    ),
    WrongAnswer(
        "may-be-sent",
        "as long as the order is not over, it may be charged",
        looks_at_the_order_alone,
        "money-conserved",
        "return order.status",
    ),
    WrongAnswer(
        "may-be-sent",
        "a minute more does no harm",
        sends_until_the_others_give_up,
        "sent-in-time",
        "return now <",
    ),
    WrongAnswer(
        "may-be-sent",
        "whoever has waited long enough may",
        sends_when_it_was_patient,
        "sent-in-time",
        "return payment",
    ),
    WrongAnswer(
        "may-be-sent",
        "what was decided in time is in time",
        looks_at_the_decision_alone,
        "sent-in-time",
        "return payment",
    ),
    WrongAnswer(
        "claim",
        "whoever takes it gives it back",
        taken_until_given_back,
        "nothing-stuck",
        "nx=True",
    ),
    WrongAnswer(
        "claim",
        "the last one to come has it",
        takes_it_from_others,
        "rung-by-one",
        "px=LEASE",
    ),
    WrongAnswer(
        "claim",
        "look whether somebody has it, and then take it",
        looks_and_then_takes,
        "rung-by-one",
        "return True",
    ),
    WrongAnswer(
        "claim",
        "first take it, then say for how long",
        ends_in_a_second_write,
        "nothing-stuck",
        "return bool(taken)",
    ),
    WrongAnswer(
        "claim",
        "to ring takes no time",
        lasts_a_second,
        "rung-by-one",
        "px=1_000",
    ),
    WrongAnswer(
        "claim",
        "it was written, so it is mine",
        does_not_listen,
        "rung-by-one",
        "return True",
    ),
)
