"""Dollars at the door, whole cents inside, never a float in between."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

# A JSON number or a decimal string, since forms send strings.
Dollars = Annotated[Decimal, Field(gt=0, le=1_000_000, decimal_places=2)]


def to_cents(dollars: Decimal) -> int:
    """Return whole cents.

    >>> to_cents(Decimal("20.1"))
    2010
    """
    return int(dollars * 100)


def to_dollars(cents: int) -> float:
    """Return the JSON number that stands for so many cents.

    >>> to_dollars(2010)
    20.1
    """
    return cents / 100
