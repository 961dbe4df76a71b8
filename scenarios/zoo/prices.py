"""Prices that change under the buyer, or on the way."""

from decimal import Decimal
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


def _by_float(dollars: Decimal) -> int:
    return int(float(dollars) * 100)


edited_while_reserved = Twin(
    name="edited-while-reserved",
    defence="a ticket that an order holds is not changed",
    invariant="keeps-to-its-own",
    shows="a seller changes the price of a ticket that is ordered",
    target="services.tickets.domain:edit",
    stand_in=_edited_under_the_buyer,
    tier="easy",
    incident=16,
)

cents_by_float = Twin(
    name="cents-by-float",
    defence="a price is the same to the cent, however it was written",
    invariant="prices-to-the-cent",
    shows="a ticket is listed at a price that is no whole number in binary, such as 19.99",
    target="services.common.money:to_cents",
    stand_in=_by_float,
    tier="easy",
)
