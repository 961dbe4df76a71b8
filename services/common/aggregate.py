"""One aggregate, one document, one conditional write.

The write carries the new state, its version and the events still to be published.  Either all of it
happens or none, on any MongoDB, with no transaction.
"""

from collections.abc import Sequence
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection

from services.common.errors import Conflict
from services.common.events import Document, Event
from services.common.outbox import Outbox

Documents = AsyncCollection[Document]


class Aggregates:
    """The aggregates of one collection.

    `counter` is the field that every write is conditional on and increments: `version`, or
    `revision` in a document whose version belongs to another service.
    """

    def __init__(self, documents: Documents, outbox: Outbox, counter: str = "version") -> None:
        self._documents = documents
        self._outbox = outbox
        self._counter = counter

    async def load(self, id: str) -> Document | None:
        """Return the state of one aggregate, or None where there is none."""
        return await self.load_where({"_id": id})

    async def load_where(self, condition: Document) -> Document | None:
        """Return the state of the one aggregate that matches, or None."""
        return await self._documents.find_one(condition, {"outbox": 0})

    async def insert(self, state: Document, events: Sequence[Event]) -> None:
        """Store a new aggregate.  Raises: pymongo.errors.DuplicateKeyError."""
        document = {field: value for field, value in state.items() if value is not None}
        await self._documents.insert_one(document | {"outbox": self._outbox.seal(events)})
        if events:  # most of what a service hears of others it only keeps
            self._outbox.wake()

    async def commit(self, before: int, state: Document, events: Sequence[Event]) -> None:
        """Store `state` if the document's counter still is `before`.  Raises: Conflict."""
        found = await self._documents.update_one(
            {"_id": state["_id"], self._counter: before},
            _changes(state) | {"$push": {"outbox": {"$each": self._outbox.seal(events)}}},
        )
        if found.matched_count == 0:
            raise Conflict(state["_id"])
        if events:  # most of what a service hears of others it only keeps
            self._outbox.wake()


def _changes(state: Document) -> dict[str, Any]:
    # A field without a value is absent, not null: a sparse unique index passes over what is absent.
    kept = {field: value for field, value in state.items() if value is not None and field != "_id"}
    dropped = {field: "" for field, value in state.items() if value is None}
    return {"$set": kept} | ({"$unset": dropped} if dropped else {})
