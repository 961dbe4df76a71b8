"""Slips about how long something is good, and whose it is."""

from datetime import timedelta
from typing import Any

from services.expiration.repository import LEASE, _lease
from services.payments.domain import OrderStatus
from services.payments.retry_policy import CERTAIN, PATIENCE
from tests.scenarios.lab.slips import wrong


def sent(order: Any) -> Any:
    return order.payment.sent_at


wrong(
    "may-be-sent",
    lambda order, now: False,
    lambda order, now: None,
    lambda order, now: "yes",
    lambda order, now: now < sent(order),
    lambda order, now: now <= order.payment.since + CERTAIN + PATIENCE,
    lambda order, now: now - sent(order) > PATIENCE or now < order.expires_at,
    lambda order, now: now <= sent(order) + timedelta(hours=1),
    lambda order, now: now <= sent(order) + PATIENCE * 2 and now < order.expires_at,
    lambda order, now: order.status is OrderStatus.OPEN,
    lambda order, now: order.status is OrderStatus.CANCELLED or now <= sent(order) + PATIENCE * 60,
    lambda order, now: now - sent(order) <= 10,
    lambda order, now: now >= order.expires_at,
    lambda order, now: now <= sent(order) + PATIENCE and order.status is not OrderStatus.CANCELLED,
)


def leased(*more: Any, key: Any = _lease, answer: Any = bool, **options: Any) -> Any:
    async def claim(self: Any, order: Any) -> Any:
        return answer(await self._redis.set(key(order), "mine", *more, **options))

    return claim


wrong(
    "claim",
    leased(),
    leased(nx=True, ex=86_400),
    leased(nx=True, px=1),
    leased(xx=True, px=LEASE),
    leased(nx=True, px=LEASE, answer=lambda it: not it),
    leased(nx=True, px=LEASE, answer=lambda it: None),
    leased(nx=True, px=LEASE * 100),
    leased(key=lambda order: "timers", nx=True, px=LEASE),
)


@wrong("claim")
async def nobody_has_it(self: Any, order: Any) -> bool:
    return False


@wrong("claim")
async def everybody_has_it(self: Any, order: Any) -> bool:
    return True


_mine: set[Any] = set()


@wrong("claim")
async def remembers_it_by_itself(self: Any, order: Any) -> bool:
    if (id(self), order) in _mine:
        return False
    _mine.add((id(self), order))
    return True
