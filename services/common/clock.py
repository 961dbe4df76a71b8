"""The time, as something that is handed in."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time.  Sleeping and timeouts are plain asyncio and need no port."""

    def now(self) -> datetime:
        """Return the time in UTC, with its zone."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """Write a UTC moment as ISO 8601 with `Z`, to the millisecond.

    >>> iso(datetime(2030, 1, 1, 12, tzinfo=UTC))
    '2030-01-01T12:00:00.000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
