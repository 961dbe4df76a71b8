"""Lists that show what is not for sale, or show it twice, or not all."""

from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from services.common.events import Document
    from services.orders.domain import Order, UserId
    from services.orders.repository import Orders
    from services.tickets.domain import Ticket, TicketId
    from services.tickets.repository import Tickets


async def _all_tickets(tickets: "Tickets", limit: int, after: "TicketId | None") -> "list[Ticket]":
    return await _found(tickets, {} if after is None else {"_id": {"$gt": after}}, limit)


async def _from_the_last_on(
    tickets: "Tickets", limit: int, after: "TicketId | None"
) -> "list[Ticket]":
    condition: Document = {"holder": {"$exists": False}}
    if after is not None:
        condition["_id"] = {"$gte": after}
    return await _found(tickets, condition, limit)


async def _found(tickets: "Tickets", condition: "Document", limit: int) -> "list[Ticket]":
    from services.tickets.repository import _from_document

    found = tickets._documents.find(condition, {"outbox": 0}).sort("_id", 1).limit(limit)
    return [_from_document(document) for document in await found.to_list()]


async def _one_too_few(
    orders: "Orders", user: "UserId", limit: int, after: "Order | None"
) -> "list[Order]":
    # As if whoever asks for one more than a page did not do so to see whether there is another.
    found: list[Order] = await page_without_next.real(orders, user, max(1, limit - 1), after)
    return found


sold_is_listed = Twin(
    name="sold-is-listed",
    defence="what an order holds is not listed for sale",
    invariant="lists-are-whole",
    shows="a ticket is ordered, and somebody looks at what is for sale",
    target="services.tickets.repository:Tickets.for_sale",
    stand_in=_all_tickets,
    tier="easy",
)

page_repeats = Twin(
    name="page-repeats",
    defence="a page begins after the last one of the page before",
    invariant="lists-are-whole",
    shows="somebody reads a list of tickets in several pages",
    target="services.tickets.repository:Tickets.for_sale",
    stand_in=_from_the_last_on,
    tier="easy",
)

page_without_next = Twin(
    name="page-without-next",
    defence="a page leads on as long as there is more",
    invariant="lists-are-whole",
    shows="somebody reads a list of orders in several pages",
    target="services.orders.repository:Orders.of_user",
    stand_in=_one_too_few,
    tier="easy",
)
