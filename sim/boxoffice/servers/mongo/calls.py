"""What every method of a collection does: one call on the link, with its effect at the server."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from bson import ObjectId

from boxoffice.servers.mongo.collection import IndexedCollection
from boxoffice.servers.mongo.concerns import NO_CONCERNS, Concerns
from boxoffice.servers.mongo.copies import as_aware, deepcopy
from boxoffice.servers.mongo.terms import Document

if TYPE_CHECKING:
    from boxoffice.servers.mongo.database import FakeDatabase

Answer = TypeVar("Answer")
Effect = Callable[[IndexedCollection], Answer]


class Calls:
    """A collection by its name, and the way to it."""

    def __init__(
        self, database: "FakeDatabase", name: str, concerns: Concerns = NO_CONCERNS
    ) -> None:
        self.database = database
        self.name = name
        self._concerns = concerns

    async def _read(self, verb: str, effect: Effect[Answer]) -> Answer:
        client, db = self.database.client, self.database.name
        return await client.read(db, self.name, verb, effect, self._concerns)

    async def _write(self, verb: str, effect: Effect[Answer]) -> Answer:
        client, db = self.database.client, self.database.name
        return await client.write(db, self.name, verb, effect, self._concerns)

    def _found(self, answer: Answer) -> Answer:
        return as_aware(answer) if self._concerns.tz_aware else answer


def with_id(document: Any) -> Document:
    """Give a document an id, as PyMongo does before it sends it, and return what is sent.

    Raises: TypeError.
    """
    if not isinstance(document, Mapping):
        raise TypeError(f"document must be a mapping, not {type(document)}")
    if "_id" not in document:
        document["_id"] = ObjectId()  # type: ignore[index]
    sent: Document = deepcopy(document)
    return sent
