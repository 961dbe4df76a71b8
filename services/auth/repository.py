"""Users as documents."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pymongo.errors import DuplicateKeyError

from services.auth.domain import Due, Email, Reset, User, UserId
from services.common.aggregate import Documents
from services.common.clock import iso
from services.common.errors import Conflict
from services.common.events import Document

_AS_BEFORE: Final = {"letter_due": True}  # as an earlier release promises a letter


class EmailInUse(Exception):
    """Somebody has signed up with this address before."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document that is no user of ours, and why not."""

    error: Exception


class Users:
    """All users, in one collection."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def prepare(self) -> None:
        """Create the indexes; the unique one is what an address cannot be used twice by."""
        await self._documents.create_index("email", unique=True)
        await self._documents.create_index("reset.token_hash", sparse=True)
        await self._documents.create_index("letter_due", sparse=True)
        await self._documents.create_index("password_hash")  # begins with its cost

    async def load(self, id: UserId) -> User | None:
        """Return one user, or None."""
        return await self._one({"_id": id})

    async def with_email(self, email: Email) -> User | None:
        """Return the user with this address, or None."""
        return await self._one({"email": email})

    async def with_reset(self, token_hash: str) -> User | None:
        """Return the user to whom a token was mailed, or None."""
        return await self._one({"reset.token_hash": token_hash})

    async def dearest_hash(self) -> bytes | None:
        """Return the password hash that costs most, or None where there is nobody."""
        dearest_first = [("password_hash", -1)]
        found = await self._documents.find_one({}, {"password_hash": 1}, sort=dearest_first)
        return None if found is None else found["password_hash"].encode()

    async def letters_due(self, now: datetime, at_most: int) -> list[User | Unreadable]:
        """Return the users whose letter may be tried now, new ones first; a bad one hides none."""
        when = [{"letter_due.after": {"$lte": iso(now)}}, {"letter_due.tries": 0}, _AS_BEFORE]
        due = {"letter_due": {"$exists": True}, "$or": when}  # the first is what has an index
        found = self._documents.find(due).sort("letter_due.after", 1).limit(at_most)
        return [_read(document) for document in await found.to_list()]

    async def count_letters_due(self) -> int:
        """Return how many users wait for a letter, whenever it may be tried."""
        return await self._documents.count_documents({"letter_due": {"$exists": True}})

    async def insert(self, user: User) -> None:
        """Store a new user.  Raises: EmailInUse."""
        try:
            await self._documents.insert_one(_to_document(user))
        except DuplicateKeyError:
            raise EmailInUse from None

    async def commit(self, before: User, after: User) -> None:
        """Store what `before` became.  Raises: Conflict."""
        found = await self._documents.replace_one(
            {"_id": before.id, "version": before.version}, _to_document(after)
        )
        if found.matched_count == 0:
            raise Conflict(before.id)

    async def _one(self, condition: Document) -> User | None:
        found = await self._documents.find_one(condition)
        return None if found is None else _from_document(found)


def _read(found: Document) -> User | Unreadable:
    try:
        return _from_document(found)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        return Unreadable(error)


def _to_document(user: User) -> Document:
    document: Document = {
        "_id": user.id,
        "email": user.email,
        "password_hash": user.password_hash.decode(),
        "epoch": user.epoch,
        "version": user.version,
    }
    if user.reset is not None:
        expires_at = iso(user.reset.expires_at)
        document["reset"] = {"token_hash": user.reset.token_hash, "expires_at": expires_at}
    if user.letter_due is not None:
        document["letter_due"] = _due_to_document(user.letter_due)
    return document


def _from_document(found: Document) -> User:
    return User(
        id=UserId(found["_id"]),
        email=Email(found["email"]),
        password_hash=found["password_hash"].encode(),
        epoch=found["epoch"],
        version=found["version"],
        reset=_reset(found["reset"]) if "reset" in found else None,
        letter_due=_due(found["letter_due"]) if "letter_due" in found else None,
    )


def _reset(found: Document) -> Reset:
    expires_at = datetime.fromisoformat(found["expires_at"]).astimezone(UTC)
    return Reset(found["token_hash"], expires_at)


def _due_to_document(due: Due) -> Document:
    after: Document = {} if due.after is None else {"after": iso(due.after)}
    return {"tries": due.tries, **after}


def _due(found: Document | bool) -> Due:
    if isinstance(found, bool):  # `_AS_BEFORE`
        return Due()
    after = found.get("after")
    moment = None if after is None else datetime.fromisoformat(after).astimezone(UTC)
    return Due(found["tries"], moment)
