"""The world's clock and its ids, as the services are handed them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from boxoffice.clock.randomness import Random

EPOCH: Final = datetime(2030, 1, 1, tzinfo=UTC)  # every world begins here


def as_datetime(seconds: float) -> datetime:
    """Return the moment that is so many seconds after 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=round(seconds * 1_000_000))


class Clock(Protocol):
    """Tells the time.  Sleeping and timeouts are plain asyncio and need no port."""

    def now(self) -> datetime:
        """Return the time in UTC, with its zone."""
        ...


class HostClock:
    """One host's clock: the virtual time, and by how much this host is wrong about it."""

    def __init__(self, now: Callable[[], float], skew_s: float = 0.0) -> None:
        self._now = now
        self.skew_s = skew_s

    def now(self) -> datetime:
        """Return the time in UTC that this host believes."""
        return EPOCH + timedelta(microseconds=round((self._now() + self.skew_s) * 1_000_000))


class HostIds:
    """Ids like MongoDB's: seconds, a host's own five bytes, a counter; and seeded secrets."""

    def __init__(self, clock: HostClock, random: Random) -> None:
        self._clock = clock
        self._random = random
        self._machine = random.randbytes(5).hex()
        self._counter = random.randrange(1 << 16)

    def object_id(self) -> str:
        """Return a new id: 24 hexadecimal digits, later ids sorting after earlier ones."""
        self._counter += 1
        seconds = int(self._clock.now().timestamp())
        return f"{seconds:08x}{self._machine}{self._counter:06x}"

    def secret(self, size: int) -> bytes:
        """Return `size` bytes that nobody in the world can predict."""
        return self._random.randbytes(size)
