"""Tickets as documents."""

from collections.abc import Sequence

from services.common.aggregate import Aggregates, Documents
from services.common.events import Document, Event
from services.common.outbox import Outbox
from services.tickets.domain import Cents, OrderId, Ticket, TicketId, UserId


class Tickets:
    """All tickets, in one collection."""

    def __init__(self, documents: Documents, outbox: Outbox) -> None:
        self._documents = documents
        self._aggregates = Aggregates(documents, outbox)

    async def prepare(self) -> None:
        """Create the index that the relay searches."""
        await self._documents.create_index("outbox.id", sparse=True)

    async def load(self, id: TicketId) -> Ticket | None:
        """Return one ticket, or None."""
        found = await self._aggregates.load(id)
        return None if found is None else _from_document(found)

    async def for_sale(self, limit: int, after: TicketId | None) -> list[Ticket]:
        """Return up to `limit` tickets that no order holds, oldest first, from `after` on."""
        condition: Document = {"holder": {"$exists": False}}
        if after is not None:
            condition["_id"] = {"$gt": after}
        found = self._documents.find(condition, {"outbox": 0}).sort("_id", 1).limit(limit)
        return [_from_document(document) for document in await found.to_list()]

    async def insert(self, ticket: Ticket, events: Sequence[Event]) -> None:
        """Store a new ticket."""
        await self._aggregates.insert(_to_document(ticket), events)

    async def commit(self, before: Ticket, after: Ticket, events: Sequence[Event]) -> None:
        """Store what `before` became.  Raises: Conflict."""
        await self._aggregates.commit(before.version, _to_document(after), events)


def _to_document(ticket: Ticket) -> Document:
    return {
        "_id": ticket.id,
        "title": ticket.title,
        "price_cents": ticket.price_cents,
        "user_id": ticket.user_id,
        "version": ticket.version,
        "holder": ticket.holder,
        "hold": ticket.hold,
        "orders_applied": dict(ticket.orders_applied),
        "forgotten": ticket.forgotten,
        "ended": {str(hold): order for hold, order in ticket.ended.items()},
    }


def _from_document(found: Document) -> Ticket:
    return Ticket(
        id=TicketId(found["_id"]),
        title=found["title"],
        price_cents=Cents(found["price_cents"]),
        user_id=UserId(found["user_id"]),
        version=found["version"],
        holder=OrderId(found["holder"]) if "holder" in found else None,
        hold=found["hold"],
        orders_applied={OrderId(id): version for id, version in found["orders_applied"].items()},
        # A ticket of a release before this one has neither.
        forgotten=found.get("forgotten", 0),
        ended={int(hold): OrderId(order) for hold, order in found.get("ended", {}).items()},
    )
