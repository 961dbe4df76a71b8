"""What HTTP promises to people, and is not kept."""

from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from services.tickets.domain import Cents, Ticket, TicketId, UserId
    from services.tickets.use_cases import TicketsForPeople


async def _conflict_is_nobodys(
    self: "TicketsForPeople",
    id: "TicketId",
    seller: "UserId",
    title: str,
    price: "Cents",
    known: int | None,
) -> "Ticket":
    from services.tickets import domain

    before = await self.show(id)
    after, events = domain.edit(before, seller, title, price, known)
    await self._tickets.commit(before, after, events)
    return after


async def _lost_race_is_won(
    self: "TicketsForPeople",
    id: "TicketId",
    seller: "UserId",
    title: str,
    price: "Cents",
    known: int | None,
) -> "Ticket":
    from services.common.errors import Conflict
    from services.tickets import domain

    before = await self.show(id)
    after, events = domain.edit(before, seller, title, price, known)
    try:
        await self._tickets.commit(before, after, events)
    except Conflict:  # somebody has edited it in this very moment
        return after
    return after


def _any_version(if_match: str | None) -> int | None:
    if_match_ignored.real(if_match)  # refuses what is no ETag
    return None


conflict_unanswered = Twin(
    name="conflict-unanswered",
    defence="whoever loses a race is told so, by a 409",
    invariant="no-lost-update",
    target="services.tickets.use_cases:TicketsForPeople.edit",
    stand_in=_conflict_is_nobodys,
    incident=19,
)

conflict_swallowed = Twin(
    name="conflict-swallowed",
    defence="nobody is told that an edit was made that was not",
    invariant="no-lost-update",
    target="services.tickets.use_cases:TicketsForPeople.edit",
    stand_in=_lost_race_is_won,
)

if_match_ignored = Twin(
    name="if-match-ignored",
    defence="an edit of a version that is not the latest is refused",
    invariant="no-lost-update",
    target="services.tickets.api:_version_in",
    stand_in=_any_version,
    tier="easy",
)
