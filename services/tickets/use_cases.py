"""What the tickets service does: for sellers, and when orders speak."""

from collections.abc import Callable

from services.common.errors import Conflict, LostRace, NotFound
from services.common.ids import Ids
from services.common.telemetry import Telemetry
from services.common.versioning import Decision
from services.tickets import domain
from services.tickets.domain import Cents, Change, OrderId, Ticket, TicketId, UserId
from services.tickets.repository import Tickets


class TicketsForPeople:
    """What sellers and visitors ask for."""

    def __init__(self, tickets: Tickets, ids: Ids) -> None:
        self._tickets = tickets
        self._ids = ids

    async def offer(self, seller: UserId, title: str, price: Cents) -> Ticket:
        """Put a ticket up for sale."""
        ticket = Ticket(TicketId(self._ids.object_id()), title, price, seller)
        await self._tickets.insert(ticket, domain.offer(ticket))
        return ticket

    async def show(self, id: TicketId) -> Ticket:
        """Return one ticket.  Raises: NotFound."""
        ticket = await self._tickets.load(id)
        if ticket is None:
            raise NotFound
        return ticket

    async def for_sale(self, limit: int, after: TicketId | None) -> list[Ticket]:
        """Return up to `limit` tickets that are for sale, and come after `after`."""
        return await self._tickets.for_sale(limit, after)

    async def edit(
        self, id: TicketId, seller: UserId, title: str, price: Cents, known: int | None
    ) -> Ticket:
        """Change a ticket.  Raises: NotFound, Forbidden, Stale, Invalid, LostRace."""
        before = await self.show(id)
        after, events = domain.edit(before, seller, title, price, known)
        try:
            await self._tickets.commit(before, after, events)
        except Conflict:
            raise LostRace("Somebody else changed the ticket; look at it again") from None
        return after


class TicketsOnOrders:
    """What happens to a ticket when one of its orders speaks."""

    def __init__(self, tickets: Tickets, telemetry: Telemetry) -> None:
        self._tickets = tickets
        self._telemetry = telemetry

    async def reserve(self, id: TicketId, order: OrderId, version: int, hold: int) -> Decision:
        """Hold the ticket for a new order.  Raises: NotFound, OutOfOrder."""
        return await self._change(id, hold, lambda it: domain.reserve(it, order, version, hold))

    async def release(
        self, id: TicketId, order: OrderId, version: int, hold: int | None
    ) -> Decision:
        """Let go of the ticket of a cancelled order.  Raises: NotFound, OutOfOrder."""
        return await self._change(id, hold, lambda it: domain.release(it, order, version), order)

    async def complete(
        self, id: TicketId, order: OrderId, version: int, hold: int | None
    ) -> Decision:
        """Keep the ticket for good for an order that was paid.  Raises: NotFound, OutOfOrder."""
        return await self._change(id, hold, lambda it: domain.note(it, order, version), order)

    async def note(self, id: TicketId, order: OrderId, version: int, hold: int | None) -> Decision:
        """Remember what changes nothing here.  Raises: NotFound, OutOfOrder."""
        return await self._change(id, hold, lambda it: domain.note(it, order, version))

    async def _change(
        self,
        id: TicketId,
        hold: int | None,
        change: Callable[[Ticket], Change],
        ends: OrderId | None = None,
    ) -> Decision:
        while True:  # each turn means that someone else got on, so there is progress
            before = await self._tickets.load(id)
            if before is None:
                raise NotFound("There is no such ticket")
            if domain.is_forgotten(before, hold):
                return Decision.DUPLICATE
            after, events = change(before)
            if not events:
                return Decision.DUPLICATE
            if ends is not None:
                after = domain.end(after, ends, hold)
            try:
                await self._tickets.commit(before, after, events)
                return Decision.APPLY
            except Conflict:
                self._telemetry.conflict(id)
