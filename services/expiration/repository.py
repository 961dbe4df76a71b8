"""Timers in Redis: one sorted set, in which every command is one step.

The score of an order is the second at which its timer is due.  When the order is settled, or its
timer has rung, the score becomes negative: minus the second at which that was.  Such a tombstone
keeps a late repetition of the order's creation from setting the timer again.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from redis.asyncio import Redis

from services.common.ids import Ids
from services.expiration.domain import OrderId, Timer

TIMERS: Final = "timers"
LEASE: Final = timedelta(seconds=30)  # how long a crashed process keeps a timer from the others
REMEMBERED: Final = timedelta(days=7)  # how long an order's creation may be repeated
BATCH: Final = 16
_KEPT: Final = "timers:kept"
_TRIED: Final = "timers:tried"


class Timers:
    """All timers."""

    def __init__(self, redis: Redis, ids: Ids) -> None:
        self._redis = redis
        self._ids = ids

    async def set(self, timer: Timer) -> bool:
        """Set a timer unless there is or was one for this order; return whether it was set."""
        added = await self._redis.zadd(TIMERS, {timer.order_id: timer.due.timestamp()}, nx=True)
        return bool(added)

    async def is_set(self, order: OrderId) -> bool:
        """Tell whether an order's timer has neither rung nor been settled."""
        score = await self._redis.zscore(TIMERS, order)
        return score is not None and score > 0

    async def settle(self, order: OrderId, now: datetime) -> bool:
        """Forget an order's timer and never set it again; return whether that was news."""
        score = await self._redis.zscore(TIMERS, order)
        if score is not None and score < 0:
            return False
        await self._redis.zadd(TIMERS, {order: -now.timestamp()})
        return True

    async def next(self) -> list[Timer]:
        """Return the timers that are due first, due or not, in the order of their moments."""
        found: list[Any] = await self._redis.zrange(
            TIMERS, "(0", "+inf", byscore=True, offset=0, num=BATCH, withscores=True
        )
        return [_timer(member, score) for member, score in found]

    async def count(self, now: datetime) -> tuple[int, int]:
        """Return how many timers there are, and how many of them are due by `now`."""
        counted = await self._redis.zcount(TIMERS, "(0", "+inf")
        return counted, await self._redis.zcount(TIMERS, "(0", now.timestamp())

    async def claim(self, order: OrderId) -> bool:
        """Take the lease on a timer; return False while another process has it."""
        taken = await self._redis.set(_lease(order), self._ids.secret(8).hex(), nx=True, px=LEASE)
        return bool(taken)

    async def release(self, order: OrderId) -> None:
        """Give the lease back, the timer being settled."""
        await self._redis.delete(_lease(order))

    async def forget_before(self, now: datetime) -> None:
        """Drop the tombstones that no repetition can need any more."""
        oldest = f"({-(now - REMEMBERED).timestamp()}"
        await self._redis.zremrangebyscore(TIMERS, oldest, "(0")

    async def are_lost(self) -> bool:
        """Tell whether Redis has come up empty since `are_kept` was said."""
        return not await self._redis.exists(_KEPT)

    async def try_to_keep(self) -> None:
        """Find out whether Redis takes anything at all.  Raises: redis.RedisError, if not."""
        await self._redis.set(_TRIED, 1, px=LEASE)

    async def are_kept(self) -> None:
        """Say that from now on this Redis knows all timers."""
        await self._redis.set(_KEPT, 1)


def _lease(order: OrderId) -> str:
    return f"lease:{order}"


def _timer(member: bytes, score: float) -> Timer:
    return Timer(OrderId(member.decode()), datetime.fromtimestamp(score, UTC))
