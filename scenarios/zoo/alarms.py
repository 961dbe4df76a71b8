"""Alarms that are lost, doubled, or trusted too much."""

from dataclasses import replace
from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from services.expiration.domain import OrderId, Timer
    from services.expiration.repository import Timers
    from services.expiration.use_cases import AlarmClock
    from services.orders.overdue import Overdue


async def _trust_the_alarm(overdue: "Overdue") -> float:
    from services.orders.overdue import SWEEP_S

    return SWEEP_S


async def _grace_before_the_end(self: "Overdue") -> float:
    from datetime import timedelta

    from services.orders.overdue import GRACE, SWEEP_S
    from services.orders.repository import Unreadable

    now, pause_s = self._clock.now(), SWEEP_S
    soon = await self._orders.open_until(now + GRACE + timedelta(seconds=SWEEP_S))
    for order, expires_at in soon.items():
        assert not isinstance(expires_at, Unreadable)
        left_s = (expires_at - GRACE - now).total_seconds()
        if left_s > 0.0:
            pause_s = min(pause_s, left_s)
        else:
            await self._end(order)
    return pause_s


async def _settle_then_announce(self: "AlarmClock", timer: "Timer") -> None:
    if await self._timers.is_set(timer.order_id):
        await self._timers.settle(timer.order_id, self._clock.now())
        await self._announce(timer)


async def _set_whatever_was_before(timers: "Timers", timer: "Timer") -> bool:
    from services.expiration.repository import TIMERS

    await timers._redis.zadd(TIMERS, {timer.order_id: timer.due.timestamp()})
    return True


async def _taken_until_it_is_given_back(timers: "Timers", order: "OrderId") -> bool:
    from services.expiration.repository import _lease

    taken = await timers._redis.set(_lease(order), timers._ids.secret(8).hex(), nx=True)
    return bool(taken)


async def _to_the_second(timers: "Timers", timer: "Timer") -> bool:
    due = timer.due.replace(microsecond=0)
    return bool(await alarm_to_the_second.real(timers, replace(timer, due=due)))


no_second_line = Twin(
    name="no-second-line",
    defence="orders ends what is open long past its time, whatever became of the alarm",
    invariant="orders-settle",
    shows="an order's alarm is lost, and nobody pays or cancels the order",
    target="services.orders.overdue:Overdue.sweep",
    stand_in=_trust_the_alarm,
    incident=12,
)

overdue_too_soon = Twin(
    name="overdue-too-soon",
    defence="an order is ended for its alarm only after its time, and a while later",
    invariant="alarms-on-time",
    shows="an order is left alone until its fifteen minutes are over",
    target="services.orders.overdue:Overdue.sweep",
    stand_in=_grace_before_the_end,
    tier="easy",
)

alarm_removed_first = Twin(
    name="alarm-removed-first",
    defence="a timer is removed after the broker has stored its event",
    invariant="alarms-on-time",
    shows="an order's time is over, and expiration dies, or what it announces is lost",
    target="services.expiration.use_cases:AlarmClock._ring",
    stand_in=_settle_then_announce,
)

alarm_set_again = Twin(
    name="alarm-set-again",
    defence="a second timer for an order replaces nothing and adds nothing",
    invariant="alarms-on-time",
    shows="order.created comes again after the order's timer has rung",
    target="services.expiration.repository:Timers.set",
    stand_in=_set_whatever_was_before,
    incident=20,
)

lease_for_ever = Twin(
    name="lease-for-ever",
    defence="a lease ends by itself where nobody lives to give it back",
    invariant="nothing-stuck",
    shows="expiration dies while it rings an alarm",
    target="services.expiration.repository:Timers.claim",
    stand_in=_taken_until_it_is_given_back,
)

alarm_to_the_second = Twin(
    name="alarm-to-the-second",
    defence="no alarm rings before its time, not even by part of a second",
    invariant="alarms-on-time",
    shows="an order is left alone until its fifteen minutes are over",
    target="services.expiration.repository:Timers.set",
    stand_in=_to_the_second,
)
