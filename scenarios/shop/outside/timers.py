"""Expiration's timers, and the leases on them, as Redis has them."""

from typing import Any

from redis.asyncio import Redis


async def read_timers(redis: Redis) -> tuple[dict[str, float], list[str]]:
    """Return the score of each order's timer, and the orders whose timers are leased.

    Raises: redis.RedisError.
    """
    timers: Any = await redis.zrange("timers", 0, -1, withscores=True)
    leases = [key.decode() async for key in redis.scan_iter("lease:*")]
    scores = {order.decode(): float(score) for order, score in timers}
    return scores, sorted(it.removeprefix("lease:") for it in leases)
