"""Dollars at the door, whole cents inside, never a float in between."""

import math
import re
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, WithJsonSchema

from services.common.validation_messages import InvalidValue

# What Stripe charges in dollars at least and at most, so that whatever is listed can be paid.
# Source: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
LEAST_CENTS: Final = 50
GREATEST_CENTS: Final = 99_999_999
RULE: Final = (
    "A price is from 0.50 to 999999.99, with at most two decimals:"
    ' a number, or digits as in "20.00"'
)
_DIGITS: Final = re.compile(r"[0-9]+(\.[0-9]{1,2})?")


def is_chargeable(cents: int) -> bool:
    """Tell whether so much can be charged to a card.

    >>> [is_chargeable(it) for it in (49, 50, 99_999_999, 100_000_000)]
    [False, True, True, False]
    """
    return LEAST_CENTS <= cents <= GREATEST_CENTS


def _price(given: Any) -> Decimal:
    # No other type, and no other spelling: Decimal would take "1_0", " 10", "1e1" and "١٠" for ten.
    dollars = _number(given)
    # In this order: of a number with more digits than Decimal reckons with, there is no remainder.
    if dollars is None or not is_chargeable(int(dollars * 100)) or dollars * 100 % 1:
        raise InvalidValue(RULE)
    return dollars


def _number(given: Any) -> Decimal | None:
    # The length of a number is no matter here: the greatest price has nine characters.
    if type(given) is str and len(given) <= 32 and _DIGITS.fullmatch(given):
        return Decimal(given)
    if type(given) is int and abs(given) <= GREATEST_CENTS:
        return Decimal(given)
    if type(given) is float and math.isfinite(given) and abs(given) <= GREATEST_CENTS:
        return Decimal(repr(given))  # the shortest decimal that is this number: 20.1, as it came
    if type(given) is Decimal and given.is_finite() and abs(given) <= GREATEST_CENTS:
        return given
    return None


# A JSON number or a decimal string, since forms send strings.
Dollars = Annotated[
    Decimal,
    BeforeValidator(_price),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0.5, "maximum": 999_999.99, "multipleOf": 0.01},
                {"type": "string", "pattern": r"^[0-9]+(\.[0-9]{1,2})?$"},
            ]
        }
    ),
]


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
