"""Tickets that are sold twice, or let go for the wrong order."""

from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from services.orders.repository import Orders
    from services.tickets.domain import Change, OrderId, Ticket


async def _plain_indexes(orders: "Orders") -> None:
    from services.orders.repository import HELD, SLOT

    # Whether the ticket is held is still looked up before an order is inserted.
    await orders._documents.create_index(HELD, sparse=True)
    await orders._documents.create_index([("ticket.id", 1), ("hold", 1)])
    await orders._documents.create_index(SLOT, unique=True, sparse=True)
    await orders._documents.create_index([("user_id", 1), ("placed_at", 1), ("_id", 1)])
    await orders._documents.create_index([("status", 1), ("expires_at", 1)])
    await orders._documents.create_index("outbox.id", sparse=True)


def _release_for_anyone(ticket: "Ticket", order: "OrderId", version: int) -> "Change":
    from services.tickets import domain

    if domain._seen(ticket, order, version):
        return ticket, []
    return domain._after(ticket, order, version, holder=None)


def _reserve_for_the_latest_to_speak(
    ticket: "Ticket", order: "OrderId", version: int, hold: int
) -> "Change":
    from services.tickets import domain

    if domain._seen(ticket, order, version):
        return ticket, []
    return domain._after(ticket, order, version, holder=order, hold=hold)


def _reserve_if_free(ticket: "Ticket", order: "OrderId", version: int, hold: int) -> "Change":
    from services.tickets import domain

    if domain._seen(ticket, order, version):
        return ticket, []
    if ticket.holder is not None:
        return domain._after(ticket, order, version)
    return domain._after(ticket, order, version, holder=order, hold=hold)


async def _numbers_by_convention(orders: "Orders") -> None:
    from services.orders.repository import HELD, SLOT

    await orders._documents.create_index(HELD, unique=True, sparse=True)
    await orders._documents.create_index([("ticket.id", 1), ("hold", 1)])
    await orders._documents.create_index(SLOT, unique=True, sparse=True)
    await orders._documents.create_index([("user_id", 1), ("placed_at", 1), ("_id", 1)])
    await orders._documents.create_index([("status", 1), ("expires_at", 1)])
    await orders._documents.create_index("outbox.id", sparse=True)


no_unique_hold = Twin(
    name="no-unique-hold",
    defence="a unique index lets one order hold a ticket",
    invariant="no-double-sale",
    shows="two people order one ticket in the same instant: of two by luck, of a crowd always",
    target="services.orders.repository:Orders.prepare",
    stand_in=_plain_indexes,
    incident=3,
)

no_holder_check = Twin(
    name="no-holder-check",
    defence="a ticket is let go only by the order that holds it",
    invariant="holder-releases",
    shows="tickets hears late of a cancelled order, and somebody else has the seat by then",
    target="services.tickets.domain:release",
    stand_in=_release_for_anyone,
    incident=7,
)

no_fencing = Twin(
    name="no-fencing",
    defence="a lower hold never displaces a higher one",
    invariant="holder-releases",
    shows="a seat is ordered, cancelled and ordered again, and tickets hears of it out of order",
    target="services.tickets.domain:reserve",
    stand_in=_reserve_for_the_latest_to_speak,
    incident=28,
)

first_come_keeps = Twin(
    name="first-come-keeps",
    defence="a higher hold displaces a lower one that has not been let go yet",
    invariant="reservation-agrees",
    shows="a seat is ordered again, and tickets hears of that before the cancellation",
    target="services.tickets.domain:reserve",
    stand_in=_reserve_if_free,
)

numbers_drawn_twice = Twin(
    name="numbers-drawn-twice",
    defence="no two orders for a ticket have one number",
    invariant="reservation-agrees",
    shows="two people order one ticket in the same instant, and one of them cancels",
    target="services.orders.repository:Orders.prepare",
    stand_in=_numbers_by_convention,
    tier="hard",
)
