"""A server's error by its code, told or raised as nats-py meets it."""

from typing import Any, Final, NoReturn

import nats.errors
import nats.js.errors

from boxoffice.servers.jetstream.errors import ApiError

NO_RESPONDERS: Final = "503"  # of core NATS: JetStream is off, or has no leader
# Source: server/errors.json of nats-server.
_SAID: Final = {
    10008: (503, "JetStream system temporarily unavailable"),
    10023: (503, "insufficient resources"),
    10028: (500, "insufficient memory resources available"),
    10039: (503, "JetStream not enabled for account"),
    10047: (500, "insufficient storage resources available"),
    10054: (400, "message size exceeds maximum allowed"),
    10071: (400, "wrong last sequence: 1"),
    10077: (503, "maximum bytes exceeded"),
    10118: (500, "stream is offline"),
}


def refusal(says: str) -> dict[str, Any] | None:
    """Return JetStream's answer with this `err_code`, or None where nobody answers.

    Raises: ValueError for a code that is not known here.
    """
    if says == NO_RESPONDERS:
        return None
    if not says.isdecimal() or int(says) not in _SAID:
        raise ValueError(f"NATS says {NO_RESPONDERS} or one of {', '.join(map(str, _SAID))}")
    code, description = _SAID[int(says)]
    return ApiError(code, int(says), description).on_the_wire()


def end_of_fetch(says: str) -> NoReturn:
    """Raise what a fetch makes of it.  Raises: ServiceUnavailableError, TimeoutError.

    nats-py takes a 409, such as a change of leaders, for a fetch that found nothing.
    """
    if says == "409":
        raise nats.errors.TimeoutError
    raise nats.js.errors.ServiceUnavailableError
