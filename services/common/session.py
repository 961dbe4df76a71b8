"""The session: a signed cookie that says who somebody is for half an hour.

Every service that has the key can read it and none needs to ask auth.  A bad or expired token is
nobody's.  The algorithm is pinned, or a forger could choose one (RFC 8725, section 3.1).
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Annotated, Final

import jwt
from fastapi import Depends, Request, Response

from services.common.clock import Clock
from services.common.errors import Unauthenticated

COOKIE: Final = "jwt"
LIFETIME: Final = timedelta(minutes=30)
REMEMBERED: Final = 10_000  # tokens that were found good; about 5 MB
_ALGORITHM: Final = "HS256"
_CLAIMS: Final = {"id": str, "email": str, "iat": int, "exp": int, "epoch": int}


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in.  `epoch` counts the user's password resets: a reset ends older sessions."""

    id: str
    email: str
    iat: int
    exp: int
    epoch: int


class Sessions:
    """Writes and reads session cookies."""

    def __init__(self, key: str, clock: Clock, secure: bool = True) -> None:
        self._key = key
        self._clock = clock
        self._secure = secure
        # Who is signed in asks again and again, and a signature stays good or bad.
        self._verified = lru_cache(REMEMBERED)(self._verify)

    def open(self, response: Response, user_id: str, email: str, epoch: int) -> None:
        """Sign somebody in."""
        now = self._clock.now()
        claims = {
            "id": user_id,
            "email": email,
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
            "epoch": epoch,
        }
        token = jwt.encode(claims, self._key, algorithm=_ALGORITHM)
        self._set(response, token, int(LIFETIME.total_seconds()))

    def close(self, response: Response) -> None:
        """Sign somebody out."""
        self._set(response, "", 0)

    def read(self, request: Request) -> Session | None:
        """Return the session that a request carries, or None."""
        try:
            session = self._verified(request.cookies.get(COOKIE, ""))
        except jwt.InvalidTokenError:
            return None
        return session if session.exp > self._clock.now().timestamp() else None

    def _verify(self, token: str) -> Session:
        """Return what a token says, whenever that may be.  Raises: jwt.InvalidTokenError."""
        claims = jwt.decode(
            token,
            self._key,
            algorithms=[_ALGORITHM],
            # PyJWT would ask the machine for the time; the clock that was handed in decides.
            options={"require": list(_CLAIMS), "verify_exp": False, "verify_iat": False},
        )
        if any(type(claims[name]) is not kind for name, kind in _CLAIMS.items()):
            raise jwt.InvalidTokenError("signed with our key, but by no release of ours")
        return Session(**{name: claims[name] for name in _CLAIMS})

    def _set(self, response: Response, value: str, max_age_s: int) -> None:
        response.set_cookie(
            COOKIE,
            value,
            max_age=max_age_s,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )


async def _maybe(request: Request) -> Session | None:
    session: Session | None = request.app.state.sessions.read(request)
    return session


async def _surely(request: Request) -> Session:
    session = await _maybe(request)
    if session is None:
        raise Unauthenticated
    return session


Anyone = Annotated[Session | None, Depends(_maybe)]
SignedIn = Annotated[Session, Depends(_surely)]
