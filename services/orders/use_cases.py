"""What the orders service does: for buyers, and when tickets, payments or the clock speak."""

import math
from collections.abc import Callable
from datetime import timedelta

from services.common.clock import Clock
from services.common.errors import Conflict, Invalid, NotFound, TooMany
from services.common.ids import Ids
from services.common.money import is_chargeable
from services.common.telemetry import Telemetry
from services.common.versioning import NOTHING_APPLIED, Decision, is_next
from services.orders import domain
from services.orders.domain import Change, Order, OrderId, PaymentId, Ticket, TicketId, UserId
from services.orders.repository import Orders, Taken, TicketReplica


class OrderBook:
    """What may be done with one order, again if someone else was first."""

    def __init__(self, orders: Orders, telemetry: Telemetry) -> None:
        self._orders = orders
        self._telemetry = telemetry

    async def get(self, id: OrderId) -> Order:
        """Return one order.  Raises: NotFound."""
        order = await self._orders.load(id)
        if order is None:
            raise NotFound("There is no such order")
        return order

    async def change(self, id: OrderId, change: Callable[[Order], Change]) -> Decision:
        """Load, decide and commit.  Raises: NotFound and whatever `change` raises."""
        while True:  # each turn means that someone else got on, so there is progress
            before = await self.get(id)
            after, events = change(before)
            if not events:
                return Decision.DUPLICATE
            try:
                await self._orders.commit(before, after, events)
                return Decision.APPLY
            except Conflict:
                self._telemetry.conflict(id)


class OrdersForPeople:
    """What buyers ask for."""

    def __init__(
        self,
        orders: Orders,
        tickets: TicketReplica,
        book: OrderBook,
        clock: Clock,
        ids: Ids,
        window: timedelta,
        most_open: int,
    ) -> None:
        self._orders = orders
        self._tickets = tickets
        self._book = book
        self._clock = clock
        self._ids = ids
        self._window = window
        self._most_open = most_open

    async def place(self, buyer: UserId, ticket_id: TicketId) -> Order:
        """Order a ticket.

        Raises: NotFound, TooMany open orders of the buyer, Invalid if another order holds the
        ticket or its price is none: an older release listed what no card can be charged for.
        """
        ticket = await self._tickets.load(ticket_id)
        if ticket is None:
            raise NotFound("There is no such ticket", "ticketId")
        if not is_chargeable(ticket.price_cents):
            raise Invalid("The ticket's price cannot be charged to a card", "ticketId")
        slot = 1  # most buyers have no other open order, and are spared a look
        while True:  # each turn means that another order, for this ticket or by this buyer, came
            try:
                order = await self._drawn(buyer, ticket, slot)
                await self._orders.insert(order, domain.place(order))
                return order
            except Taken:
                raise Invalid("The ticket is already reserved", "ticketId") from None
            except Conflict:
                slot = await self._free_slot(buyer)

    async def _free_slot(self, buyer: UserId) -> int:
        # Counting open orders and then inserting would let any number in at once; of two orders
        # that draw the same slot, the unique index refuses one.
        opened = await self._orders.open_of(buyer, self._most_open)
        free = set(range(1, self._most_open + 1)) - {order.slot for order in opened}
        if not free:
            first_ends = min(order.expires_at for order in opened)
            wait_s = math.ceil((first_ends - self._clock.now()).total_seconds())
            raise TooMany(
                f"You have {self._most_open} open orders; pay for one or cancel one first",
                max(1, wait_s),
            )
        return min(free)

    async def _drawn(self, buyer: UserId, ticket: Ticket, slot: int) -> Order:
        now = self._clock.now()
        return Order(
            id=OrderId(self._ids.object_id()),
            user_id=buyer,
            ticket_id=ticket.id,
            title=ticket.title,
            price_cents=ticket.price_cents,
            placed_at=now,
            expires_at=now + self._window,
            hold=await self._orders.next_hold(ticket.id),
            slot=slot,
        )

    async def of(self, user: UserId, limit: int, after: OrderId | None) -> list[Order]:
        """Return up to `limit` of a user's orders, as placed, from after `after` on.

        Raises: Invalid, if `after` is no order of the user's.
        """
        last = None if after is None else await self._orders.load(after)
        if after is not None and (last is None or last.user_id != user):
            raise Invalid("There is no order of yours with this id", "after")
        return await self._orders.of_user(user, limit, last)

    async def show(self, id: OrderId, user: UserId) -> Order:
        """Return one order to its owner.  Raises: NotFound, Forbidden."""
        return (await self._book.get(id)).shown_to(user)

    async def cancel(self, id: OrderId, user: UserId) -> None:
        """Cancel an order for its owner.  Raises: NotFound, Forbidden, Invalid if complete."""
        await self._book.change(id, lambda it: domain.cancel(it.shown_to(user)))


class OrdersOnEvents:
    """What happens to orders when others speak."""

    def __init__(self, tickets: TicketReplica, book: OrderBook) -> None:
        self._tickets = tickets
        self._book = book

    async def follow(self, ticket: Ticket) -> Decision:
        """Take over a version of a ticket, and confirm the order that it is reserved for.

        The order comes first: `confirm` is harmless when repeated.  The cursor moves last, so that
        a crash in between only means doing both again.

        Raises: OutOfOrder, NotFound.
        """
        known = await self._tickets.load(ticket.id)
        applied = NOTHING_APPLIED if known is None else known.version
        if not is_next(f"ticket {ticket.id}", applied=applied, announced=ticket.version):
            return Decision.DUPLICATE
        if ticket.order_id is not None:
            await self._book.change(ticket.order_id, domain.confirm)
        try:
            await self._tickets.advance(applied, ticket)
        except Conflict:  # the same message, handled by somebody faster
            return Decision.DUPLICATE
        return Decision.APPLY

    async def expire(self, id: OrderId) -> Decision:
        """Cancel an order whose time is over.  Raises: NotFound."""
        return await self._book.change(id, domain.expire)

    async def complete(self, id: OrderId, payment: PaymentId) -> Decision:
        """Complete an order that was paid.  Raises: NotFound."""
        return await self._book.change(id, lambda it: domain.complete(it, payment))
