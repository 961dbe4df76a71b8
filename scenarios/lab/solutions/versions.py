"""Notebook 5."""

from collections.abc import Sequence

from services.common.aggregate import Aggregates, _changes
from services.common.errors import Conflict
from services.common.events import Document, Event
from services.common.versioning import Decision


def decide(*, applied: int, announced: int) -> Decision:
    """Compare one number with the number after another."""
    if announced == applied + 1:
        return Decision.APPLY
    return Decision.DUPLICATE if announced <= applied else Decision.GAP


async def commit(self: Aggregates, before: int, state: Document, events: Sequence[Event]) -> None:
    """State, version and events in one write, on condition that nobody was faster."""
    announced = {"$push": {"outbox": {"$each": self._outbox.seal(events)}}}
    condition = {"_id": state["_id"], self._counter: before}
    found = await self._documents.update_one(condition, _changes(state) | announced)
    if found.matched_count == 0:
        raise Conflict(state["_id"])
    self._outbox.wake()
