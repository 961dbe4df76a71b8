"""Letters that were asked for, each under the address for which it was.

Whoever asks for a letter writes here, whether the address is anybody's or not; who that is, is
looked up later (clerk.py).  So neither the answer nor its time tells.  However often strangers ask
for the letters of others, no letter is refused: what is asked for too soon comes later, in one.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from services.auth.domain import Email
from services.common.aggregate import Documents
from services.common.events import Document

FREE_LETTERS: Final = 3  # to one address, before the pauses grow
LEAST_PAUSE: Final = timedelta(seconds=10)  # who clicks twice wants one letter
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(minutes=15)  # half as long as a token is good for
MEMORY: Final = timedelta(hours=1)  # after the last letter, all is as at first
LEASE: Final = timedelta(seconds=30)  # for whoever sees to a wish; then another may


@dataclass(frozen=True, slots=True)
class LetterRequest:
    """A letter that somebody wants at an address which had so many before."""

    email: Email
    letters: int


class LetterRequests:
    """All wishes, in one collection.

    A document has a `due` while its wish is open, and only afterwards an `until`, at which it is
    dropped: what nobody could see to for hours is seen to all the same.
    """

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def prepare(self) -> None:
        """Create the indexes, also that by which MongoDB drops what is over."""
        await self._documents.create_index("until", expireAfterSeconds=0)
        await self._documents.create_index("due", sparse=True)

    async def ask(self, email: Email, now: datetime) -> datetime:
        """Wish for a letter, and return when it is due; one that is due already will do."""
        found = await self._documents.find_one({"_id": email})
        known = {} if found is None or _is_over(found, now) else found
        due = max(now, _utc(known.get("next", now)))
        wish = {"$set": {"due": due, "letters": known.get("letters", 0)}, "$unset": {"until": ""}}
        # As it was seen: of one that was granted meanwhile the next may come only after a pause.
        seen = {"$exists": False} if found is None else found["letters"]
        try:
            unwished = {"_id": email, "due": {"$exists": False}, "letters": seen}
            await self._documents.update_one(unwished, wish, upsert=True)
        except DuplicateKeyError:
            pass
        return due

    async def claim(self, now: datetime) -> LetterRequest | None:
        """Take on the wish that has been due for longest, or None; another may after `LEASE`."""
        found = await self._documents.find_one_and_update(
            {"due": {"$lte": now}},
            {"$set": {"due": now + LEASE}},
            sort=[("due", 1)],
            return_document=ReturnDocument.AFTER,
        )
        return None if found is None else LetterRequest(Email(found["_id"]), int(found["letters"]))

    async def granted(self, wish: LetterRequest, now: datetime) -> None:
        """Close a wish, and say when the next may be granted."""
        letters = wish.letters + 1
        kept = {"letters": letters, "next": now + pause_after(letters), "until": now + MEMORY}
        open_still = {"_id": wish.email, "letters": wish.letters}
        await self._documents.update_one(open_still, {"$set": kept, "$unset": {"due": ""}})

    async def next_due(self) -> datetime | None:
        """Return when the next wish is due, or None where there is none."""
        wished: Document = {"due": {"$exists": True}}
        found = await self._documents.find_one(wished, {"due": 1}, sort=[("due", 1)])
        return None if found is None else _utc(found["due"])


def pause_after(letters: int) -> timedelta:
    """Return how long an address waits for the letter after so many.

    >>> [pause_after(letters) // timedelta(seconds=1) for letters in (1, 2, 3, 4, 7, 1_000)]
    [10, 10, 60, 120, 900, 900]
    """
    over = min(letters - FREE_LETTERS, 16)
    return min(FIRST_PAUSE * 2**over, LONGEST_PAUSE) if over >= 0 else LEAST_PAUSE


def _is_over(found: Document, now: datetime) -> bool:
    return "until" in found and _utc(found["until"]) <= now


def _utc(found: datetime) -> datetime:
    return found.replace(tzinfo=UTC)
