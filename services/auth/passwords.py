"""Passwords, hashed slowly with bcrypt in a thread, so that nobody else has to wait.

A comparison always does as much work as one with the dearest hash that is stored: what is left to
do after a cheaper one, or where there is nobody, is done on nobody's password.  So how long it
takes says neither whether there is such an account nor how old its hash is.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final

import bcrypt

from services.common.clock import Clock
from services.common.errors import Unavailable

AT_ONCE: Final = 4  # threads of a process that hash; the others serve, and look up names
PATIENCE_S: Final = 5.0  # with a queue of others before one's own turn
LOOK_AGAIN: Final = timedelta(minutes=1)  # for a dearer hash, which another process may have stored

Dearest = Callable[[], Awaitable[bytes | None]]


class Passwords:
    """Hashes and compares; `rounds` is bcrypt's cost, a power of two.

    `dearest` returns the stored hash that costs most, if there is any.
    """

    def __init__(self, rounds: int, dearest: Dearest, clock: Clock) -> None:
        self._rounds = rounds
        self._dearest = dearest
        self._clock = clock
        self._most_rounds = rounds
        self._looked_at: datetime | None = None
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def hash(self, password: bytes) -> bytes:
        """Return the salted hash of a password.  Raises: Unavailable, if too many wait."""
        async with self._turn():
            salt = bcrypt.gensalt(self._rounds)
            return await asyncio.to_thread(bcrypt.hashpw, password, salt)

    async def match(self, spellings: Sequence[bytes], expected: bytes | None) -> bytes | None:
        """Return the spelling that was hashed; without an expected hash, None, just as late.

        Raises: Unavailable, if too many wait.
        """
        await self._look()
        if expected is not None:
            self._most_rounds = max(self._most_rounds, rounds_of(expected))
        async with self._turn():
            return await asyncio.to_thread(_match, spellings, expected, self._most_rounds)

    def is_old(self, hashed: bytes) -> bool:
        """Tell whether a hash costs something else than new ones do."""
        return rounds_of(hashed) != self._rounds

    async def _look(self) -> None:
        now = self._clock.now()
        if self._looked_at is None or now - self._looked_at >= LOOK_AGAIN:
            found = await self._dearest()
            self._most_rounds = max(self._rounds, rounds_of(found) if found else 0)
            self._looked_at = now

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._turns.acquire()
        except TimeoutError:
            raise Unavailable("Too many people at once; try again later") from None
        try:
            yield
        finally:
            self._turns.release()


def rounds_of(hashed: bytes) -> int:
    """Return the cost of a hash, as a power of two.

    >>> rounds_of(b"$2b$12$" + b"." * 53)
    12
    """
    return int(hashed.split(b"$")[2])


def _match(spellings: Sequence[bytes], expected: bytes | None, most_rounds: int) -> bytes | None:
    for spelling in spellings:
        if expected is not None and bcrypt.checkpw(spelling, expected):
            return spelling
        for rounds in _left(expected, most_rounds):
            bcrypt.checkpw(spelling, b"$2b$%02d$" % rounds + b"." * 53)  # nobody's
    return None


def _left(expected: bytes | None, most_rounds: int) -> Iterator[int]:
    # Each round more doubles the work: 2^4, and 2^4 + 2^5 + 2^6, is 2^7.
    if expected is None:
        yield most_rounds
    else:
        yield from range(rounds_of(expected), most_rounds)
