"""Orders as documents, and the replica of tickets beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pymongo.errors import DuplicateKeyError

from services.common.aggregate import Aggregates, Documents
from services.common.clock import iso
from services.common.errors import Conflict
from services.common.events import Document, Event
from services.common.outbox import Outbox
from services.orders.domain import (
    OPEN,
    Cents,
    Order,
    OrderId,
    PaymentId,
    Status,
    Ticket,
    TicketId,
    UserId,
)

# There only while the order is not cancelled, so that the unique index lets one order hold a
# ticket.  A sparse index works on every store; a partial one does not.
HELD: Final = "held_ticket"
# There only while the order is open: a buyer has so many slots, and no two open orders share one.
SLOT: Final = "open_slot"


class Taken(Exception):
    """Another order holds the ticket."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A moment that is none, and why not."""

    error: Exception


class Orders:
    """All orders, in one collection."""

    def __init__(self, documents: Documents, outbox: Outbox) -> None:
        self._documents = documents
        self._aggregates = Aggregates(documents, outbox)

    async def prepare(self) -> None:
        """Create the indexes; the first two unique ones keep a ticket from being sold twice."""
        await self._documents.create_index(HELD, unique=True, sparse=True)
        await self._documents.create_index([("ticket.id", 1), ("hold", 1)], unique=True)
        await self._documents.create_index(SLOT, unique=True, sparse=True)
        await self._documents.create_index([("user_id", 1), ("placed_at", 1), ("_id", 1)])
        await self._documents.create_index([("status", 1), ("expires_at", 1)])
        await self._documents.create_index("outbox.id", sparse=True)

    async def load(self, id: OrderId) -> Order | None:
        """Return one order, or None."""
        found = await self._aggregates.load(id)
        return None if found is None else _from_document(found)

    async def of_user(self, user: UserId, limit: int, after: Order | None) -> list[Order]:
        """Return up to `limit` of a user's orders, in the order they were placed."""
        # Ids alone only tell the second, and then the host; when an order ends tells nothing, since
        # what was placed before may have been given longer.
        condition: Document = {"user_id": user}
        if after is not None:
            condition["$or"] = later_than(after)
        as_placed = [("placed_at", 1), ("_id", 1)]
        found = self._documents.find(condition, {"outbox": 0}).sort(as_placed).limit(limit)
        return [_from_document(document) for document in await found.to_list()]

    async def open_of(self, user: UserId, slots: int) -> list[Order]:
        """Return the user's open orders in the first so many slots."""
        mine = [_slot(user, slot) for slot in range(1, slots + 1)]
        found = self._documents.find({SLOT: {"$in": mine}}, {"outbox": 0})
        return [_from_document(document) for document in await found.to_list()]

    async def open_until(self, moment: datetime) -> dict[OrderId, datetime | Unreadable]:
        """Return when the time is over of each open order for which that is by `moment`.

        One for which that cannot be read hides no other.
        """
        search = {
            "status": {"$in": [str(it) for it in OPEN]},
            "expires_at": {"$lte": iso(moment)},  # which sorts as text as it does in time
        }
        found = self._documents.find(search, {"expires_at": 1}).sort("expires_at", 1)
        return {OrderId(it["_id"]): _read(it["expires_at"]) for it in await found.to_list()}

    async def next_hold(self, ticket: TicketId) -> int:
        """Return the number that the next order for `ticket` would have, from 1 on.

        Raises: Taken, if the latest order holds the ticket.  This spares most of those who come
        second an attempt; what keeps a ticket from being sold twice is the unique index.
        """
        wanted = {"hold": 1, HELD: 1}
        latest = self._documents.find({"ticket.id": ticket}, wanted).sort("hold", -1).limit(1)
        found = await latest.to_list()
        if found and HELD in found[0]:
            raise Taken(ticket)
        return int(found[0]["hold"]) + 1 if found else 1

    async def insert(self, order: Order, events: Sequence[Event]) -> None:
        """Store a new order.  Raises: Taken, Conflict if its number or slot was drawn twice."""
        try:
            await self._aggregates.insert(_to_document(order), events)
        except DuplicateKeyError:
            if await self._documents.find_one({HELD: order.ticket_id}, {"_id": 1}):
                raise Taken(order.ticket_id) from None
            raise Conflict(order.ticket_id) from None

    async def commit(self, before: Order, after: Order, events: Sequence[Event]) -> None:
        """Store what `before` became.  Raises: Conflict."""
        await self._aggregates.commit(before.version, _to_document(after), events)


def later_than(order: Order) -> list[Document]:
    """Return conditions, of which what was placed after `order` meets one."""
    at = None if order.placed_at is None else iso(order.placed_at)
    # What has no moment stands before all that have one, as MongoDB sorts.
    longer = {"$ne": None} if at is None else {"$gt": at}
    return [{"placed_at": longer}, {"placed_at": at, "_id": {"$gt": order.id}}]


class TicketReplica:
    """What tickets last said of each ticket."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def load(self, id: TicketId) -> Ticket | None:
        """Return the ticket as last heard of, or None."""
        found = await self._documents.find_one({"_id": id})
        return None if found is None else _ticket(found)

    async def advance(self, before: int, ticket: Ticket) -> None:
        """Store the ticket if the last version applied is `before`.  Raises: Conflict."""
        state = {
            "title": ticket.title,
            "price_cents": ticket.price_cents,
            "user_id": ticket.user_id,
            "version": ticket.version,
            "order_id": ticket.order_id,
        }
        try:
            if ticket.version == 0:
                await self._documents.insert_one({"_id": ticket.id, **state})
                return
        except DuplicateKeyError:
            raise Conflict(ticket.id) from None
        found = await self._documents.update_one(
            {"_id": ticket.id, "version": before}, {"$set": state}
        )
        if found.matched_count == 0:
            raise Conflict(ticket.id)


def _ticket(found: Document) -> Ticket:
    order = found["order_id"]
    return Ticket(
        id=TicketId(found["_id"]),
        title=found["title"],
        price_cents=Cents(found["price_cents"]),
        user_id=UserId(found["user_id"]),
        version=found["version"],
        order_id=None if order is None else OrderId(order),
    )


def _to_document(order: Order) -> Document:
    return {
        "_id": order.id,
        "user_id": order.user_id,
        "ticket": {"id": order.ticket_id, "title": order.title, "price_cents": order.price_cents},
        "placed_at": None if order.placed_at is None else iso(order.placed_at),
        "expires_at": iso(order.expires_at),
        "hold": order.hold,
        "status": str(order.status),
        "version": order.version,
        "payment_id": order.payment_id,
        HELD: None if order.status is Status.CANCELLED else order.ticket_id,
        SLOT: _slot(order.user_id, order.slot) if order.is_open and order.slot else None,
    }


def _slot(user: UserId, slot: int) -> str:
    return f"{user}-{slot}"


def _from_document(found: Document) -> Order:
    ticket = found["ticket"]
    _, _, slot = found.get(SLOT, "").rpartition("-")
    return Order(
        id=OrderId(found["_id"]),
        user_id=UserId(found["user_id"]),
        ticket_id=TicketId(ticket["id"]),
        title=ticket["title"],
        price_cents=Cents(ticket["price_cents"]),
        placed_at=_moment(found["placed_at"]) if "placed_at" in found else None,
        expires_at=_moment(found["expires_at"]),
        hold=found["hold"],
        slot=int(slot) if slot else None,
        status=Status(found["status"]),
        version=found["version"],
        payment_id=PaymentId(found["payment_id"]) if "payment_id" in found else None,
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _read(text: str) -> datetime | Unreadable:
    try:
        return _moment(text)
    except (ValueError, OverflowError) as error:
        return Unreadable(error)
