"""A server's error by its code, raised as PyMongo raises it."""

from typing import Final, NoReturn

from pymongo.helpers_shared import _check_command_response

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


def refuse(code: int) -> NoReturn:
    """Raise what PyMongo makes of this answer.  Raises: OperationFailure, NotPrimaryError."""
    name = NAMES.get(code, f"Location{code}")
    answer = {"ok": 0.0, "code": code, "codeName": name, "errmsg": name}
    _check_command_response(answer, None)
    raise AssertionError("PyMongo takes no answer that is not ok")
