"""Who sent a request, by a name that is short enough for a lane."""

import json
from collections import OrderedDict
from typing import Any, Final

import jwt
from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from services.common.session import COOKIE

REMEMBERED: Final = 1_000
SOMEBODY: Final = "somebody"


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
        return self._name(said) if isinstance(said, str) and said else SOMEBODY

    def _name(self, email: str) -> str:
        email = email.lower()
        if email not in self._named:
            short = email.partition("@")[0]
            self._named[email] = email if short in self._named.values() else short
            if len(self._named) > REMEMBERED:
                self._named.popitem(last=False)
        return self._named[email]


def parsed(content: bytes, longest: int) -> Any:
    """Return the body of a request or an answer; None, if it is none of ours or too long."""
    try:
        return json.loads(content) if 0 < len(content) <= longest else None
    except (ValueError, RecursionError):
        return None
