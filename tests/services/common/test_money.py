"""Dollars outside, whole cents inside."""

import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pytest import mark, raises

from services.common.money import Dollars, to_cents, to_dollars

DOLLARS: TypeAdapter[Decimal] = TypeAdapter(Dollars)
CENTS = st.integers(1, 100_000_000)


@given(CENTS)
def test_every_price_survives_the_way_out_and_in_as_a_number(cents):
    assert to_cents(DOLLARS.validate_python(json.loads(json.dumps(to_dollars(cents))))) == cents


@given(CENTS)
def test_every_price_survives_as_a_decimal_string(cents):
    text = f"{cents // 100}.{cents % 100:02}"
    assert to_cents(DOLLARS.validate_python(text)) == cents


@given(st.decimals(allow_nan=True, allow_infinity=True) | st.floats() | st.text(max_size=8))
def test_what_is_accepted_is_a_positive_number_of_whole_cents(price):
    try:
        dollars = DOLLARS.validate_python(price)
    except ValidationError:
        return
    assert 0 < to_cents(dollars) <= 100_000_000
    assert to_cents(dollars) == dollars * 100


@mark.parametrize("price", ["0.001", "1000000.01", 0, -1, 0.005, "NaN", True, None])
def test_what_is_no_price_is_refused(price):
    with raises(ValidationError):
        DOLLARS.validate_python(price)
