"""What is wrong with a value, in sentences of ours: pydantic speaks to whoever wrote the model."""

from collections.abc import Mapping
from typing import Any, Final

_TEXT: Final = "This has to be text"
_NUMBER: Final = "This has to be a number"
_WHOLE: Final = "This has to be a whole number"
_DATE: Final = "This has to be a date"
_MOMENT: Final = "This has to be a time and a date"
_TIME: Final = "This has to be a time"
_LIST: Final = "This has to be a list"
_OBJECT: Final = "This has to be a JSON object"
_ADDRESS: Final = "This is not a URL"
_ID: Final = "This is not a UUID"
_CHOICE: Final = "This is none of the values that are possible here"
_NOTHING_ELSE: Final = "This is not a value that is possible here"
_MISSING: Final = "This is missing"
_UNKNOWN: Final = "There is no such field"
_DEEP: Final = "This is nested too deeply"
_FIXED: Final = "This cannot be changed"

# By pydantic's type of error; what stands in braces is what pydantic knows about it.
MESSAGES: Final[Mapping[str, str]] = {
    "missing": _MISSING,
    "missing_argument": _MISSING,
    "missing_keyword_only_argument": _MISSING,
    "missing_positional_only_argument": _MISSING,
    "extra_forbidden": _UNKNOWN,
    "unexpected_keyword_argument": _UNKNOWN,
    "unexpected_positional_argument": _UNKNOWN,
    "no_such_attribute": _UNKNOWN,
    "multiple_argument_values": "This is given more than once",
    "frozen_field": _FIXED,
    "frozen_instance": _FIXED,
    "json_invalid": "The body is not valid JSON",
    "json_type": "The body is not valid JSON",
    "recursion_loop": _DEEP,
    "recursion_depth_exceeded": _DEEP,
    "string_type": _TEXT,
    "string_unicode": "This is not valid Unicode",
    "string_too_short": "This has to have {min_length} characters at least",
    "string_too_long": "This has to have {max_length} characters at most",
    "string_pattern_mismatch": "This has characters that are not possible here, or too many",
    "string_not_ascii": "This has to be ASCII",
    "bytes_type": _TEXT,
    "bytes_too_short": "This has to have {min_length} bytes at least",
    "bytes_too_long": "This has to have {max_length} bytes at most",
    "bytes_invalid_encoding": "This is not encoded as it should be",
    "greater_than": "This has to be more than {gt}",
    "greater_than_equal": "This has to be {ge} at least",
    "less_than": "This has to be less than {lt}",
    "less_than_equal": "This has to be {le} at most",
    "multiple_of": "This has to be a multiple of {multiple_of}",
    "finite_number": _NUMBER,
    "bool_type": "This has to be true or false",
    "bool_parsing": "This has to be true or false",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": "This number is too large",
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "decimal_max_digits": "This has to have {max_digits} digits at most",
    "decimal_max_places": "This has to have {decimal_places} decimals at most",
    "decimal_whole_digits": "This has to have {whole_digits} digits before the point at most",
    "fraction_type": _NUMBER,
    "fraction_parsing": _NUMBER,
    "complex_type": _NUMBER,
    "complex_str_parsing": _NUMBER,
    "too_short": "This has to have {min_length} entries at least",
    "too_long": "This has to have {max_length} entries at most",
    "list_type": _LIST,
    "deque_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "iterable_type": _LIST,
    "iteration_error": _LIST,
    "named_tuple_type": _LIST,
    "arguments_type": _LIST,
    "set_item_not_hashable": "This has entries that are not possible here",
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dataclass_type": _OBJECT,
    "dataclass_exact_type": _OBJECT,
    "dict_type": _OBJECT,
    "frozen_dict_type": _OBJECT,
    "ordered_dict_type": _OBJECT,
    "counter_type": _OBJECT,
    "mapping_type": _OBJECT,
    "invalid_key": _OBJECT,
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "union_tag_invalid": _CHOICE,
    "union_tag_not_found": _CHOICE,
    "none_required": "This has to be null",
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "date_past": "This has to be in the past",
    "date_future": "This has to be in the future",
    "time_type": _TIME,
    "time_parsing": _TIME,
    "time_delta_type": "This has to be a length of time",
    "time_delta_parsing": "This has to be a length of time",
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_object_invalid": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "datetime_past": "This has to be in the past",
    "datetime_future": "This has to be in the future",
    "timezone_naive": "This has to be without a time zone",
    "timezone_aware": "This has to have a time zone",
    "timezone_offset": "This has another time zone than it should",
    "url_type": _ADDRESS,
    "url_parsing": _ADDRESS,
    "url_syntax_violation": _ADDRESS,
    "url_too_long": "This has to have {max_length} characters at most",
    "url_scheme": _ADDRESS,
    "uuid_type": _ID,
    "uuid_parsing": _ID,
    "uuid_version": _ID,
    # What no JSON can be or not be: only a mistake of ours leads here, and people are told no more.
    "is_instance_of": _NOTHING_ELSE,
    "is_subclass_of": _NOTHING_ELSE,
    "callable_type": _NOTHING_ELSE,
    "needs_python_object": _NOTHING_ELSE,
    "get_attribute_error": _NOTHING_ELSE,
    "default_factory_not_called": _NOTHING_ELSE,
    "missing_sentinel_error": _NOTHING_ELSE,
    "ellipsis_error": _NOTHING_ELSE,
    "assertion_error": _NOTHING_ELSE,
    "value_error": _NOTHING_ELSE,
}


def message_for(error: Mapping[str, Any]) -> str:
    """Return what one of pydantic's errors says, to people.

    What our own validators raise is said as it is; what others raise as `ValueError` is not.
    """
    known: Mapping[str, Any] = error.get("ctx") or {}
    if error["type"] == "value_error" and "reason" in known:  # email-validator, by way of pydantic
        return "This is not an email address"
    if error["type"] == "value_error" and isinstance(known.get("error"), InvalidValue):
        return str(known["error"])
    # The length of a text that a validator of ours has read is any sequence's to pydantic.
    of_text = f"string_{error['type']}" if isinstance(error.get("input"), str) else ""
    return MESSAGES.get(of_text, MESSAGES.get(error["type"], _NOTHING_ELSE)).format_map(known)


class InvalidValue(ValueError):
    """What a validator of ours refuses, in a sentence for people."""
