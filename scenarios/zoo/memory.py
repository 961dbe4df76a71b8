"""What is forgotten without a word of it, or too soon."""

from dataclasses import replace
from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from services.tickets.domain import OrderId, Ticket


def _nothing_is_forgotten(ticket: "Ticket", hold: int | None) -> bool:
    return False


def _the_first_that_ended(ticket: "Ticket", order: "OrderId", hold: int | None) -> "Ticket":
    from services.tickets.domain import REMEMBERED

    if hold is None:
        return ticket
    applied, ended = dict(ticket.orders_applied), {**ticket.ended, hold: order}
    forgotten = ticket.forgotten
    while len(applied) > REMEMBERED and ended:
        forgotten = min(ended)
        applied.pop(ended.pop(forgotten), None)
    return replace(ticket, orders_applied=applied, ended=ended, forgotten=forgotten)


no_memory_of_the_forgotten = Twin(
    name="no-memory-of-the-forgotten",
    defence="a ticket knows up to which number its orders have ended",
    invariant="nothing-stuck",
    shows="a seat changes hands so often that its first orders are forgotten",
    target="services.tickets.domain:is_forgotten",
    stand_in=_nothing_is_forgotten,
    tier="hard",
)

forgets_the_open = Twin(
    name="forgets-the-open",
    defence="no order is forgotten before all of lower numbers have ended",
    invariant="reservation-agrees",
    shows="a seat changes hands, and news of an early order is late",
    target="services.tickets.domain:end",
    stand_in=_the_first_that_ended,
    tier="hard",
)
