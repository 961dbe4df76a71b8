"""Right answers to notebook 9."""

from datetime import datetime, timedelta
from typing import Any

from services.expiration.repository import LEASE, _lease
from services.payments import domain, retry_policy
from services.payments.domain import OrderStatus
from tests.scenarios.lab.styles import logged, logged_while_waiting, right

right("may-be-sent")(
    lambda order, now: (
        order.payment.sent_at is not None
        and now - order.payment.sent_at <= retry_policy.PATIENCE
        and order.status != "cancelled"
        and now < order.expires_at
    )
)


@right("may-be-sent")
def with_early_returns(order: Any, now: datetime) -> bool:
    sent_at = order.payment.sent_at
    if sent_at is None:
        return False
    if order.status is OrderStatus.CANCELLED:
        return False
    if now >= order.expires_at:
        return False
    return (now - sent_at).total_seconds() <= 10.0


@right("may-be-sent")
@logged
def with_all(order, now, *ignored):
    sent_at = order.payment.sent_at or datetime.min.replace(tzinfo=now.tzinfo)
    return all(
        [
            sent_at + timedelta(seconds=10) >= now,
            now < order.expires_at,
            order.status in (OrderStatus.OPEN, OrderStatus.COMPLETE),
        ]
    )


@right("may-be-sent")
def with_production_inside(order, now):
    prompt = now <= order.payment.sent_at + retry_policy.PATIENCE
    return prompt and domain._is_repeatable(order, now)


@right("claim")
async def in_milliseconds(self: Any, order: Any) -> bool:
    return await self._redis.set(f"lease:{order}", b"1", nx=True, px=30_000) is not None


@right("claim")
async def in_seconds(self, order):
    return (await self._redis.set(_lease(order), order, ex=30, nx=True)) or False


@right("claim")
@logged_while_waiting
async def with_a_name_of_its_own(timers, of):
    name = timers._ids.secret(4).hex()
    await timers._redis.set(_lease(of), name, nx=True, ex=LEASE)
    return await timers._redis.get(_lease(of)) == name.encode()


@right("claim")
async def with_a_look_before(self, order):
    if await self._redis.exists(_lease(order)):
        return False
    return bool(await self._redis.set(_lease(order), 1, px=LEASE, nx=True))
