"""Who sent a request, by a name that is short enough for a lane."""

from collections import OrderedDict
from typing import Any, Final

import jwt
from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from services.common.session import COOKIE

REMEMBERED: Final = 1_000
SOMEBODY: Final = "somebody"
LONGEST: Final = 254  # letters of an address.  Source: RFC 5321, section 4.5.3.1.3


class People:
    """What stands before the @, or the whole address of somebody who shares that with another."""

    def __init__(self) -> None:
        self._named = OrderedDict[str, str]()  # the name of each address, the last ones

    def who(self, headers: Headers, body: Any) -> str:
        """Return whom a session is of, else who wants one.

        Nothing depends on it but a name in a drawing, so the signature is left to the services.
        """
        session = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        try:
            said = jwt.decode(session, options={"verify_signature": False}).get("email")
        except jwt.InvalidTokenError:
            said = body.get("email") if isinstance(body, dict) else None
        if not isinstance(said, str) or not 0 < len(said) <= LONGEST:
            return SOMEBODY
        return self._name(said)

    def _name(self, email: str) -> str:
        email = email.lower()
        if email not in self._named:
            short = email.partition("@")[0]
            self._named[email] = email if short in self._named.values() else short
            if len(self._named) > REMEMBERED:
                self._named.popitem(last=False)
        return self._named[email]
