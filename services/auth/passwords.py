"""Passwords, hashed slowly with bcrypt in a thread, so that nobody else has to wait."""

import asyncio
from functools import cache

import bcrypt


class Passwords:
    """Hashes and compares; `rounds` is bcrypt's cost, a power of two."""

    def __init__(self, rounds: int) -> None:
        self._rounds = rounds

    async def hash(self, password: bytes) -> bytes:
        """Return the salted hash of a password."""
        return await asyncio.to_thread(self._hash, password)

    async def match(self, password: bytes, expected: bytes | None) -> bool:
        """Compare; without an expected hash it takes just as long, and the answer is no."""
        hashed = _anybody(self._rounds) if expected is None else expected
        same = await asyncio.to_thread(bcrypt.checkpw, password, hashed)
        return same and expected is not None

    def _hash(self, password: bytes) -> bytes:
        return bcrypt.hashpw(password, bcrypt.gensalt(self._rounds))


@cache
def _anybody(rounds: int) -> bytes:
    # Nobody's password: what an unknown address is compared with.  The salt may be any.
    return bcrypt.hashpw(b"nobody's password", b"$2b$%02d$" % rounds + b"." * 22)
