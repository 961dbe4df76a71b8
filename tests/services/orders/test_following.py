"""Orders follows what tickets says of each ticket, and confirms whom it is reserved for."""

import asyncio

from services.common.versioning import Decision
from services.orders.domain import Cents, OrderId, Ticket, TicketId, UserId
from services.orders.use_cases import OrdersOnEvents


class Tickets:
    def __init__(self) -> None:
        self.known = None

    async def load(self, id):
        return self.known

    async def advance(self, before, ticket) -> None:
        self.known = ticket


class Book:
    def __init__(self) -> None:
        self.changed: list[str] = []

    async def change(self, id, change) -> Decision:
        self.changed.append(id)
        return Decision.APPLY


def ticket(version: int, order: str | None) -> Ticket:
    held = None if order is None else OrderId(order)
    seat = TicketId("t"), "Seat", Cents(4_500), UserId("sue")
    return Ticket(*seat, version=version, order_id=held)


def followed(*orders: str | None) -> list[str]:
    """Follow a ticket that is reserved for these in turn; return whom orders has looked at."""
    tickets, book = Tickets(), Book()
    following = OrdersOnEvents(tickets, book)

    async def follow() -> None:
        for version, order in enumerate(orders):
            assert await following.follow(ticket(version, order)) is Decision.APPLY

    asyncio.run(follow())
    return book.changed


def test_an_order_is_confirmed_when_its_ticket_is_reserved_and_not_at_each_version_after():
    assert followed(None, "ana", "ana", "ana") == ["ana"]


def test_each_order_that_a_ticket_goes_to_is_confirmed():
    assert followed(None, "ana", None, "ben", "ana", "ana") == ["ana", "ben", "ana"]


def test_one_that_is_reserved_when_it_is_first_heard_of_is_confirmed():
    assert followed("ana", "ana") == ["ana"]
