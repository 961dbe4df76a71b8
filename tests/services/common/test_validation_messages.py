"""What is wrong with a value is said in sentences of ours."""

from string import Formatter
from typing import Annotated, get_args

from pydantic import (
    BaseModel,
    EmailStr,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
)
from pydantic_core.core_schema import ErrorType
from pytest import mark, raises

from services.common.text import OneLine
from services.common.validation_messages import MESSAGES, InvalidValue, message_for

KNOWN = {
    *("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length"),
    *("max_digits", "decimal_places", "whole_digits"),
}


class Form(BaseModel):
    email: EmailStr = "ana@example.com"
    size: int = Field(1, gt=0)
    name: str = ""

    @field_validator("name")
    @classmethod
    def _known(cls, name: str) -> str:
        if name == "foreign":
            raise ValueError("invalid literal for a library that nobody knows")
        if name:
            raise InvalidValue("This is nobody")
        return name


def said(**values: object) -> str:
    try:
        Form(**values)  # type: ignore[arg-type]
    except ValidationError as wrong:
        return message_for(dict(wrong.errors()[0]))
    raise AssertionError


def test_every_error_of_pydantics_has_a_sentence_of_ours():
    assert set(get_args(ErrorType)) - MESSAGES.keys() == set(), "say these in our words, too"
    assert MESSAGES.keys() - set(get_args(ErrorType)) == set(), "pydantic knows these no more"


@mark.parametrize("type", MESSAGES)
def test_a_sentence_needs_nothing_that_pydantic_may_not_know(type):
    needed = {name for _, name, _, _ in Formatter().parse(MESSAGES[type]) if name}
    assert needed <= KNOWN
    assert message_for({"type": type, "ctx": dict.fromkeys(KNOWN, 7)})


def test_a_validator_of_ours_speaks_for_itself_and_no_library_does():
    assert said(name="x") == "This is nobody"
    assert said(name="foreign") == "This is not a value that is possible here"
    assert said(email="nonsense") == "This is not an email address"
    assert said(size=0) == "This has to be more than 0"
    assert (
        message_for({"type": "of another release"}) == "This is not a value that is possible here"
    )


def test_a_text_has_characters_also_where_a_validator_of_ours_has_read_it():
    class Titled(BaseModel):
        title: Annotated[OneLine, StringConstraints(strip_whitespace=True, max_length=3)]

    with raises(ValidationError) as wrong:
        Titled(title="four")
    assert message_for(dict(wrong.value.errors()[0])) == "This has to have 3 characters at most"
