"""Dollars outside, whole cents inside."""

import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pytest import mark, raises

from services.common.money import RULE, Dollars, to_cents, to_dollars

DOLLARS: TypeAdapter[Decimal] = TypeAdapter(Dollars)
CENTS = st.integers(50, 99_999_999)


@given(CENTS)
def test_every_price_survives_the_way_out_and_in_as_a_number(cents):
    assert to_cents(DOLLARS.validate_python(json.loads(json.dumps(to_dollars(cents))))) == cents


@given(CENTS)
def test_every_price_survives_as_a_decimal_string(cents):
    text = f"{cents // 100}.{cents % 100:02}"
    assert to_cents(DOLLARS.validate_python(text)) == cents


@given(st.decimals(allow_nan=True, allow_infinity=True) | st.floats() | st.text(max_size=8))
def test_what_is_accepted_can_be_charged_and_is_whole_cents(price):
    try:
        dollars = DOLLARS.validate_python(price)
    except ValidationError:
        return
    assert 50 <= to_cents(dollars) <= 99_999_999
    assert to_cents(dollars) == dollars * 100


@given(st.from_regex(r"\s*[-+]?[\d_]{1,6}([.,]\d{0,3})?(e\d)?\s*", fullmatch=True))
def test_a_text_is_a_price_only_if_it_is_ascii_digits_with_at_most_two_decimals(text):
    whole, point, cents = text.partition(".")
    digits = set(whole + cents) <= set("0123456789") and whole
    in_form = digits and (bool(cents) == bool(point)) and len(cents) <= 2
    try:
        DOLLARS.validate_python(text)
    except ValidationError:
        assert not in_form or not 50 <= round(float(text) * 100) <= 99_999_999
    else:
        assert in_form


@mark.parametrize(
    "price",
    [
        *("0.001", "1000000.01", 0, -1, 0.005, "NaN", True, False, None, [], {}, b"20"),
        *("0.49", 0.49, "1000000", 1_000_000, 10**400, "9" * 5_000, "0" * 40 + "20"),
        *("1_0", " 10", "10 ", "10\n", "\u0661\u0660", "\uff11\uff10", "\u00b2\u00b2"),
        *("1e2", "+1", "-1", "0x10", "10,00", "10.", ".50", "1.2.3", "10.001", "", ".", "$10"),
        *(10.001, float("inf"), float("nan"), -0.0, 1e22, 5e-324),
    ],
)
def test_what_is_no_price_is_refused_with_the_rule(price):
    with raises(ValidationError) as error:
        DOLLARS.validate_python(price)
    assert [it["msg"] for it in error.value.errors()] == [f"Value error, {RULE}"]
