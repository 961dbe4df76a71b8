"""Prices that change under the buyer, or on the way."""

from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from services.tickets.domain import Cents, Change, Ticket, UserId


def _edited_under_the_buyer(
    ticket: "Ticket", seller: "UserId", title: str, price: "Cents", known: int | None
) -> "Change":
    from services.common.errors import Forbidden, Stale
    from services.tickets import domain

    if ticket.user_id != seller:
        raise Forbidden
    if known is not None and known != ticket.version:
        raise Stale(f"The ticket has version {ticket.version} by now, not {known}")
    return domain._next(ticket, title=title, price_cents=price)


edited_while_reserved = Twin(
    name="edited-while-reserved",
    defence="a ticket that an order holds is not changed",
    invariant="charged-once",
    target="services.tickets.domain:edit",
    stand_in=_edited_under_the_buyer,
    tier="easy",
    incident=16,
)
