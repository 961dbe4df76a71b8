"""Devices from which somebody has signed in before, told by a cookie that lasts.

Whoever shows one is counted apart from strangers, so that strangers can lock nobody out.  It opens
nothing: the password is asked for all the same.  It names one account and its password's epoch; who
has signed up only has proven nothing, and a reset makes strangers of all devices but one.
Source: https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

import hmac
from datetime import timedelta
from typing import Final

import jwt
from fastapi import Request, Response

from services.auth.domain import User
from services.auth.visitors import Device
from services.common.ids import Ids

COOKIE: Final = "device"
LIFETIME: Final = timedelta(days=365)
PATH: Final = "/api/users"
_ALGORITHM: Final = "HS256"
_CLAIMS: Final = ("device", "user", "epoch")


class Devices:
    """Writes and reads device cookies.  `key` is that of sessions, from which ours is derived."""

    def __init__(self, key: str, ids: Ids, secure: bool = True) -> None:
        self._key = hmac.digest(key.encode(), COOKIE.encode(), "sha256")
        self._ids = ids
        self._secure = secure

    def remember(self, response: Response, user: User) -> None:
        """Let the device of whoever gets this response be one of the user's."""
        claims = {"device": self._ids.secret(16).hex(), "user": user.id, "epoch": user.epoch}
        response.set_cookie(
            COOKIE,
            jwt.encode(claims, self._key, algorithm=_ALGORITHM),
            max_age=int(LIFETIME.total_seconds()),
            path=PATH,
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )

    def read(self, request: Request) -> Device | None:
        """Return the device that sends a request, or None."""
        try:
            claims = jwt.decode(
                request.cookies.get(COOKIE, ""),
                self._key,
                algorithms=[_ALGORITHM],
                options={"require": list(_CLAIMS)},
            )
        except jwt.InvalidTokenError:
            return None
        return Device(*(claims[name] for name in _CLAIMS))
