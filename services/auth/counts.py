"""How often something was tried lately, counted where every process of the service sees it.

A count begins with the first attempt and is over a window later.  What is counted is an address,
so only a keyed hash of it is stored: nobody learns from a copy who had trouble signing in.
"""

import hmac
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from services.common.aggregate import Documents
from services.common.events import Document


@dataclass(frozen=True, slots=True)
class Count:
    """How many, and until when they are counted."""

    key: str
    number: int
    until: datetime

    def left_s(self, now: datetime) -> int:
        """Return after how many whole seconds the count is over."""
        return max(1, math.ceil((self.until - now).total_seconds()))


class Counts:
    """All counts of the last window, in one collection."""

    def __init__(self, documents: Documents, window: timedelta, secret: bytes) -> None:
        self._documents = documents
        self._window = window
        self._secret = secret

    async def prepare(self) -> None:
        """Create the index by which MongoDB itself drops what is over."""
        await self._documents.create_index("until", expireAfterSeconds=0)

    def key(self, *parts: str) -> str:
        """Return the key under which something is counted."""
        text = "\n".join(parts).encode()
        return hmac.digest(self._secret, text, "sha256")[:16].hex()

    async def of(self, keys: Sequence[str], now: datetime) -> list[Count]:
        """Return the counts under these keys that are not over."""
        running = {"_id": {"$in": list(keys)}, "until": {"$gt": now}}
        return [_from_document(found) for found in await self._documents.find(running).to_list()]

    async def add(self, key: str, now: datetime) -> Count:
        """Count one more, and return how many that makes."""
        while True:
            try:
                found = await self._documents.find_one_and_update(
                    {"_id": key, "until": {"$gt": now}},
                    {"$inc": {"failures": 1}, "$setOnInsert": {"until": now + self._window}},
                    upsert=True,
                    return_document=ReturnDocument.AFTER,
                )
            except DuplicateKeyError:  # it is over, or was begun by somebody else in this moment
                await self._documents.delete_one({"_id": key, "until": {"$lte": now}})
                continue
            assert found is not None, "an upsert finds what it has put there"
            return _from_document(found)

    async def take_back(self, key: str) -> None:
        """Count one less."""
        counted = {"_id": key, "failures": {"$gt": 0}}
        await self._documents.update_one(counted, {"$inc": {"failures": -1}})

    async def forget(self, key: str) -> None:
        """Begin anew."""
        await self._documents.delete_one({"_id": key})


def _from_document(found: Document) -> Count:
    return Count(found["_id"], int(found["failures"]), found["until"].replace(tzinfo=UTC))
