"""What is forgotten without a word of it."""

from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from services.tickets.domain import Ticket


def _nothing_is_forgotten(ticket: "Ticket", hold: int | None) -> bool:
    return False


no_memory_of_the_forgotten = Twin(
    name="no-memory-of-the-forgotten",
    defence="a ticket knows up to which number its orders have ended",
    invariant="nothing-stuck",
    target="services.tickets.domain:is_forgotten",
    stand_in=_nothing_is_forgotten,
    tier="hard",
)
