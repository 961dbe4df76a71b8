"""What a trace's values become as bytes: the same values again, and nothing else."""

import pickle
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, StrEnum
from uuid import UUID

import pytest
from bson import Binary, Decimal128, Int64, ObjectId

from boxoffice.trace.packing import NotPlain, named, packed, unpacked


class Colour(StrEnum):
    RED = "red"


class Thing(Enum):
    ONE = 1


EAST = timezone(timedelta(hours=3), "east")


@pytest.mark.parametrize(
    "value",
    [
        {"a": [1, 2.5, None, True, "é", "\ud800", b"\x00"], 7: (1, {2})},
        datetime(2030, 1, 1, 0, 0, 0, 5, UTC),
        datetime(2030, 1, 1, tzinfo=EAST),
        {"at": datetime(2030, 1, 1), "for": timedelta(seconds=1.5)},
        [Decimal("1.10"), UUID(int=7)],
        [ObjectId("65f0c0ffee01234567890001"), Int64(7), Decimal128("1.1"), Binary(b"x", 4)],
    ],
)
def test_a_value_comes_back_as_it_was_of_the_same_type(value):
    again = unpacked(packed(value))
    assert again == value
    assert _types(again) == _types(value)


def _types(value):
    if isinstance(value, dict):
        return {name: _types(it) for name, it in value.items()}
    return [_types(it) for it in value] if isinstance(value, list | tuple) else type(value)


def test_what_equals_its_value_comes_back_as_that():
    again = unpacked(packed({"is": Colour.RED}))
    assert again == {"is": Colour.RED}
    assert type(again["is"]) is str


@pytest.mark.parametrize(
    "value", [Thing.ONE, object(), len, test_a_value_comes_back_as_it_was_of_the_same_type]
)
def test_what_is_of_another_kind_is_not_packed(value):
    with pytest.raises(NotPlain):
        packed([value])


@pytest.mark.parametrize("harm", [eval, pickle.loads, Thing])
def test_a_pickle_that_names_anything_else_is_refused(harm):
    with pytest.raises(pickle.UnpicklingError, match="a trace holds no"):
        unpacked(pickle.dumps(harm))


def test_a_class_that_is_not_known_here_cannot_be_asked_for_by_its_name():
    with pytest.raises(pickle.UnpicklingError, match=r"a trace holds no subprocess\.Popen"):
        named("subprocess.Popen")
