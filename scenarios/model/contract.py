"""The rules, each a guard and a step.

A step takes an aggregate, and mostly a message, and returns what the aggregate becomes, or None
where it stays as it is: the message is a repetition, comes too early, or changes nothing.  All that
a step does is one write, and its announcement belongs to it.  Each guard is a method of its own, so
that a shop without it is a subclass of three lines.
"""

from typing import Final

from scenarios.model.aggregates import NOTHING_HEARD, Id, Message, Mirror, Order, Ticket

ENDS: Final = {"order.cancelled": "cancelled", "order.completed": "complete"}


class Contract:
    """What each service does on its own, and when it does nothing."""

    # --- guards ----------------------------------------------------------------------------------

    def is_next(self, heard: int, announced: int) -> bool:
        """One more is applied; the same or less is a repetition, and more than that a gap."""
        return announced == heard + 1

    def is_current(self, seen: Ticket, ticket: Ticket) -> bool:
        """A write is made only of the version that was read."""
        return seen.version == ticket.version

    def is_free(self, orders: tuple[Order, ...]) -> bool:
        """At most one order of a ticket is not cancelled."""
        return all(order.status == "cancelled" for order in orders)

    def is_later(self, hold: int, ticket: Ticket) -> bool:
        """A lower number never displaces a higher one."""
        return hold > ticket.hold

    def is_holder(self, order: Id, ticket: Ticket) -> bool:
        """A ticket is let go only for the order that holds it."""
        return ticket.holder == order

    def may_end(self, order: Order) -> bool:
        """What is complete or cancelled stays so."""
        return order.is_open

    def is_key_new(self, charges: int) -> bool:
        """Asked again with the same key, Stripe answers again and does nothing."""
        return charges == 0

    def is_refused(self, charges: int) -> bool:
        """Silence is not a refusal: a card is declined only if Stripe says so."""
        return charges == 0

    def is_owed(self, mirror: Mirror) -> bool:
        """What was paid for a cancelled order goes back."""
        return mirror.status == "cancelled"

    # --- tickets ---------------------------------------------------------------------------------

    def edited(self, seen: Ticket, ticket: Ticket, price: int) -> Ticket | None:
        """The seller changes the price of what nobody holds."""
        if seen.holder is not None or not self.is_current(seen, ticket):
            return None
        return seen._replace(version=seen.version + 1, price=price)

    def heard(self, ticket: Ticket, last: int, message: Message) -> Ticket | None:
        """An order speaks, of which version `last` was the last one heard."""
        if not self.is_next(last, message.version):
            return None
        after = ticket._replace(version=ticket.version + 1)
        if message.type == "order.created" and self.is_later(message.hold, ticket):
            return after._replace(holder=message.about, hold=message.hold)
        if message.type == "order.cancelled" and self.is_holder(message.about, ticket):
            return after._replace(holder=None)
        return after

    # --- orders ----------------------------------------------------------------------------------

    def placed(
        self, replica: Ticket | None, orders: tuple[Order, ...], number: int
    ) -> Order | None:
        """Somebody orders a ticket that orders knows, as the `number`-th of all who have."""
        if replica is None or not self.is_free(orders):
            return None
        return Order(replica.price, number)

    def confirmed(self, order: Order) -> Order | None:
        """Tickets has reserved the ticket."""
        if order.status != "created":
            return None
        return order._replace(status="awaiting:payment", version=order.version + 1)

    def ended(self, order: Order, status: str) -> Order | None:
        """It is paid, or its buyer or the clock has had enough."""
        if not self.may_end(order):
            return None
        return order._replace(status=status, version=order.version + 1)

    def followed(self, replica: Ticket | None, message: Message) -> Ticket | None:
        """Tickets speaks.  Whom it names is confirmed before, so that a crash between forgets none.

        The cursor moves last.
        """
        if not self.is_next(replica.version if replica else NOTHING_HEARD, message.version):
            return None
        return Ticket(message.price, message.version, message.order)

    # --- payments --------------------------------------------------------------------------------

    def mirrored(self, mirror: Mirror | None, message: Message) -> Mirror | None:
        """An order speaks."""
        if not self.is_next(mirror.version if mirror else NOTHING_HEARD, message.version):
            return None
        if mirror is None:
            return Mirror(message.price, message.version)
        after = mirror._replace(
            version=message.version,
            status=ENDS.get(message.type, mirror.status),
        )
        is_back = after.payment == "paid" and self.is_owed(after)
        return after._replace(payment="refunding") if is_back else after

    def claimed(self, mirror: Mirror) -> Mirror | None:
        """The buyer pays.  That they do is written down before Stripe hears of it."""
        if mirror.payment != "none" or mirror.status == "cancelled":
            return None
        return mirror._replace(payment="pending")

    def charged(self, mirror: Mirror, charges: int) -> Mirror | None:
        """Stripe has said that it took the money."""
        if mirror.payment != "pending" or charges == 0:
            return None
        return mirror._replace(payment="refunding" if self.is_owed(mirror) else "paid")

    def declined(self, mirror: Mirror, charges: int) -> Mirror | None:
        """Stripe has said that it did not, and will not.  Another card may be tried."""
        if mirror.payment != "pending" or not self.is_refused(charges):
            return None
        return mirror._replace(payment="none")

    def refunded(self, mirror: Mirror) -> Mirror | None:
        """Stripe has said that it gave the money back."""
        return mirror._replace(payment="refunded") if mirror.payment == "refunding" else None
