"""Moments as documents and messages write them, and as a world counts them."""

from datetime import datetime

from boxoffice.clock import EPOCH


def seconds_of(written: str) -> float:
    """Return a moment in virtual seconds since the world began.

    >>> seconds_of("2030-01-01T00:15:00.500Z")
    900.5
    """
    return (datetime.fromisoformat(written) - EPOCH).total_seconds()


def seconds_of_date(written: str) -> float:
    """Return the same of a moment that a store keeps as a date of its own, which has no zone.

    >>> seconds_of_date("2030-01-01T00:15:00.500000")
    900.5
    """
    return seconds_of(f"{written}Z")
