"""Errors as MongoDB words them.

Source: https://www.mongodb.com/docs/manual/reference/error-codes/
"""

from typing import Any, Final

from pymongo.errors import InvalidName, OperationFailure

from boxoffice.servers.mongo.terms import Document

INTERNAL_ERROR: Final = 1
BAD_VALUE: Final = 2
FAILED_TO_PARSE: Final = 9
TYPE_MISMATCH: Final = 14
ILLEGAL_OPERATION: Final = 20
NAMESPACE_NOT_FOUND: Final = 26
INDEX_NOT_FOUND: Final = 27
CONFLICTING_OPERATORS: Final = 40
CURSOR_NOT_FOUND: Final = 43
NAMESPACE_EXISTS: Final = 48
COMMAND_NOT_FOUND: Final = 59
INVALID_NAMESPACE: Final = 73
INDEX_CONFLICT: Final = 86
NOT_IMPLEMENTED: Final = 238
DUPLICATE_KEY: Final = 11000
_NAMES: Final = {
    INTERNAL_ERROR: "InternalError",
    BAD_VALUE: "BadValue",
    FAILED_TO_PARSE: "FailedToParse",
    TYPE_MISMATCH: "TypeMismatch",
    ILLEGAL_OPERATION: "IllegalOperation",
    NAMESPACE_NOT_FOUND: "NamespaceNotFound",
    INDEX_NOT_FOUND: "IndexNotFound",
    CONFLICTING_OPERATORS: "ConflictingUpdateOperators",
    CURSOR_NOT_FOUND: "CursorNotFound",
    NAMESPACE_EXISTS: "NamespaceExists",
    COMMAND_NOT_FOUND: "CommandNotFound",
    INVALID_NAMESPACE: "InvalidNamespace",
    INDEX_CONFLICT: "IndexKeySpecsConflict",
    NOT_IMPLEMENTED: "NotImplemented",
    DUPLICATE_KEY: "DuplicateKey",
}


class Refusal(Exception):
    """The server will not do a command."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def as_answer(error: Exception) -> Document:
    """Return the answer to a command that ended with `error`."""
    said = _words(error)
    return {"ok": 0.0, **said, "codeName": _NAMES.get(said["code"], f"Location{said['code']}")}


def as_write_error(index: int, error: Exception) -> Document:
    """Return what is said of the one write in a command that ended with `error`."""
    return {"index": index, **_words(error)}


def _words(error: Exception) -> Document:
    if isinstance(error, OperationFailure):
        details: Any = error.details or {}
        keys = {name: details[name] for name in ("keyPattern", "keyValue") if name in details}
        return {
            "errmsg": str(details.get("errmsg", error)),
            "code": error.code or BAD_VALUE,
            **keys,
        }
    return {"errmsg": str(error) or type(error).__name__, "code": _code(error)}


def _code(error: Exception) -> int:
    match error:
        case Refusal(code=code):
            return code
        case NotImplementedError():
            return NOT_IMPLEMENTED
        case InvalidName():
            return INVALID_NAMESPACE
    return INTERNAL_ERROR
