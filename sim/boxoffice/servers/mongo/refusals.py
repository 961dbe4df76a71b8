"""A server's error by its code, raised as PyMongo raises it."""

from typing import Final, NoReturn

from pymongo.helpers_shared import (
    _check_command_response,
    _check_write_command_response,
)

# Source: src/mongo/base/error_codes.yml of MongoDB.
NAMES: Final = {
    13: "Unauthorized",
    18: "AuthenticationFailed",
    50: "MaxTimeMSExpired",
    64: "WriteConcernFailed",
    91: "ShutdownInProgress",
    112: "WriteConflict",
    133: "FailedToSatisfyReadPreference",
    189: "PrimarySteppedDown",
    262: "ExceededTimeLimit",
    10107: "NotWritablePrimary",
    11600: "InterruptedAtShutdown",
    11602: "InterruptedDueToReplStateChange",
    13435: "NotPrimaryNoSecondaryOk",
    14031: "OutOfDiskSpace",
}
# Said beside an answer that is ok: it is done, and too few members have it.
UNCONFIRMED: Final = frozenset({64})


def refuse(code: int) -> NoReturn:
    """Raise what PyMongo makes of this answer.

    Raises: OperationFailure, of which WriteConcernError is one; NotPrimaryError.
    """
    name = NAMES.get(code, f"Location{code}")
    if code in UNCONFIRMED:
        concern = {"code": code, "codeName": name, "errmsg": name}
        _check_write_command_response({"ok": 1.0, "writeConcernError": concern})
    answer = {"ok": 0.0, "code": code, "codeName": name, "errmsg": name}
    _check_command_response(answer, None)
    raise AssertionError("PyMongo takes no answer that is not ok")
