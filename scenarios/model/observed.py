"""What of a shop has been seen so far, and whether what is seen next is a step of the contract.

Each part of it is asked for what the contract makes of it, given who was the cause; what it has
become must be that.  All that is asked is known by then, so each event costs the same.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from scenarios.model.abstraction import mirror_of, order_of, replica_of, ticket_of
from scenarios.model.aggregates import NOTHING_HEARD, Message, Mirror, Order, Ticket
from scenarios.model.contract import Contract
from scenarios.model.machine import of_order, of_ticket

Part = Ticket | Order | Mirror
Documents = Mapping[str, Any]
LIST: Final = "POST /api/tickets"
EDIT: Final = "PUT /api/tickets"
PLACE: Final = "POST /api/orders"
CANCEL: Final = "DELETE /api/orders"
PAY: Final = "POST /api/payments"
# So many orders of a ticket are remembered although they have ended, or it would grow for ever.
# Source: services/tickets/domain.py
REMEMBERED: Final = 16


class Cause(NamedTuple):
    """Why something is written: a message, a call (its method and path, without an id), or time.

    `number` is the event with which it began.
    """

    call: str = ""
    message: Message | None = None
    number: int = 0


class Seen(NamedTuple):
    """A step: what was there, what it has become, and what the contract makes of it."""

    was: Part | None
    now: Part
    due: Part | None
    wrong: str = ""  # what else is


class Observed:
    """A shop, seen from its writes, its messages and its charges."""

    def __init__(self, rules: Contract | None = None) -> None:
        self._rules = rules or Contract()
        self.said: dict[tuple[str, str, int], Message] = {}
        self.orders: dict[str, Order] = {}
        self._replicas: dict[str, Ticket] = {}
        self._mirrors: dict[str, Mirror] = {}
        self._heard: dict[tuple[str, str], int] = {}  # ticket and order → version
        self._counting: dict[str, dict[str, Order]] = {}  # ticket → its orders not cancelled
        self._numbers: dict[str, int] = {}  # ticket → the last number of an order
        self._prices: dict[str, list[tuple[int, int]]] = {}  # until which event it cost what
        self._charges: dict[str, int] = {}

    # --- writes ----------------------------------------------------------------------------------

    def ticket(self, id: str, before: Documents | None, after: Documents, by: Cause) -> Seen:
        """Take down what tickets has written."""
        was, now, heard = ticket_of(before) if before else None, ticket_of(after), by.message
        due = None
        if was is None:
            due = Ticket(now.price) if by.call == LIST else None
        elif by.call == EDIT:
            due = self._rules.edited(was, was, now.price)
        elif heard is not None and heard.ticket == id:
            last = self._heard.get((id, heard.about), NOTHING_HEARD)
            due = self._rules.heard(was, last, heard)
            self._heard[id, heard.about] = max(last, heard.version)
        self._say(of_ticket(id, now))
        return Seen(was, now, due, self._cursors(before, after, heard))

    def _cursors(self, before: Documents | None, after: Documents, heard: Message | None) -> str:
        news = {} if heard is None else {heard.about: heard.version}
        due = (before or {}).get("orders_applied", {}) | news
        kept = after["orders_applied"]
        if len(kept) > REMEMBERED and self._have_ended(kept, int(after.get("forgotten", 0))):
            return f"it remembers {len(kept)} orders that have ended"
        if kept == due:
            return ""
        for order in sorted(due.keys() | kept.keys()):
            is_over = order in self.orders and not self.orders[order].is_open
            if kept.get(order) != due.get(order) and not (order not in kept and is_over):
                return f"it remembers version {kept.get(order)} of order {order[-6:]}"
        return ""

    def _have_ended(self, kept: Mapping[str, int], forgotten: int) -> bool:
        """Tell whether all have, and the first of them has no other to wait for."""
        known = [(self.orders[id], version) for id, version in kept.items() if id in self.orders]
        if len(known) < len(kept) or min(it.hold for it, _ in known) != forgotten + 1:
            return False
        return all(not it.is_open and version == it.version for it, version in known)

    def order(self, id: str, before: Documents | None, after: Documents, by: Cause) -> Seen:
        """Take down what orders has written."""
        was, now, ticket = (
            order_of(before) if before else None,
            order_of(after),
            after["ticket"]["id"],
        )
        due = self._placed(ticket, now, by) if was is None else self._ordered(id, was, by)
        self.orders[id] = now
        self._numbers[ticket] = max(now.hold, self._numbers.get(ticket, 0))
        counting = self._counting.setdefault(ticket, {})
        counting[id] = now
        if now.status == "cancelled":
            del counting[id]
        self._say(of_order(id, now, ticket))
        return Seen(was, now, due)

    def _placed(self, ticket: str, now: Order, by: Cause) -> Order | None:
        others = tuple(self._counting.get(ticket, {}).values())
        number = max(now.hold, self._numbers.get(ticket, 0) + 1)
        due = self._rules.placed(self._replicas.get(ticket), others, number)
        if due is None or by.call != PLACE:
            return None
        for until, price in reversed(self._prices.get(ticket, [])):
            if until < by.number:
                break
            if price == now.price:  # as it was when the buyer's wish came
                return due._replace(price=price)
        return due

    def _ordered(self, id: str, was: Order, by: Cause) -> Order | None:
        message = by.message
        if by.call == CANCEL or by == Cause():
            return self._rules.ended(was, "cancelled")
        if message is None or message.order != id:
            return None
        if message.type == "payment.created":
            return self._rules.ended(was, "complete")
        if message.type == "expiration.complete":
            return self._rules.ended(was, "cancelled")
        return self._rules.confirmed(was)

    def replica(
        self, id: str, before: Documents | None, after: Documents, by: Cause, number: int
    ) -> Seen:
        """Take down what orders has written of a ticket, as event `number`."""
        was, now, message = replica_of(before) if before else None, replica_of(after), by.message
        due = None
        if message is not None and message.about == id:
            due = self._rules.followed(was, message)
        named = self.orders.get(now.holder) if now.holder else None
        early = "its order is not confirmed yet" if named and named.status == "created" else ""
        if was is not None:
            self._prices.setdefault(id, []).append((number, was.price))
        self._replicas[id] = now
        return Seen(was, now, due, early)

    def mirror(self, id: str, before: Documents | None, after: Documents, by: Cause) -> Seen:
        """Take down what payments has written."""
        was, now, payment = (
            mirror_of(before) if before else None,
            mirror_of(after),
            after.get("payment"),
        )
        due = self._paid(was, now, by, id)
        self._mirrors[id] = now
        if payment and was and was.payment != now.payment:
            announced = Message("payment.created", payment["id"], 0, now.price, order=id)
            if now.payment in ("paid", "refunding") and was.payment == "pending":
                self._say(announced)
            elif now.payment == "refunded":
                self._say(announced._replace(type="payment.refunded", version=1))
        return Seen(was, now, due)

    def _paid(self, was: Mirror | None, now: Mirror, by: Cause, id: str) -> Mirror | None:
        if by.message is not None:
            return self._rules.mirrored(was, by.message) if by.message.about == id else None
        if was is None:
            return None
        charges = self._charges.get(id, 0)
        ways = [self._rules.charged(was, charges), self._rules.declined(was, charges)]
        ways.append(self._rules.refunded(was))
        if by.call == PAY:
            ways.append(self._rules.claimed(was))
        if was.payment in ("pending", "refunding"):
            ways.append(was)  # when Stripe is to be asked again
        return now if now in ways else next((it for it in ways if it), None)

    # --- what else happens -----------------------------------------------------------------------

    def charged(self, order: str, amount: int) -> str:
        """Take down that Stripe took money; return what is wrong with that, or nothing."""
        charges, mirror = self._charges.get(order, 0), self._mirrors.get(order)
        self._charges[order] = charges + 1
        if mirror is None or mirror.payment != "pending":
            return f"its payment is {mirror.payment if mirror else 'unknown'}, not pending"
        if not self._rules.is_key_new(charges):
            return "it is charged already"
        return "" if amount == mirror.price else f"it costs {mirror.price} cents"

    def refunded(self, order: str) -> str:
        """Return what is wrong with Stripe giving money back, or nothing."""
        mirror = self._mirrors.get(order)
        payment = mirror.payment if mirror else "unknown"
        return "" if payment == "refunding" else f"its payment is {payment}, not refunding"

    def is_said(self, message: Message) -> bool:
        """Tell whether a write has announced this; an alarm is announced by its order."""
        if message.type == "expiration.complete":
            return message.order in self.orders
        return self.said.get((message.type, message.about, message.version)) == message

    def heard_by(self, consumer: str, message: Message) -> int:
        """Return the last version that a service has stored of what a message is about.

        Of an order that has ended, whatever may still end it has been heard.
        """
        if consumer == "tickets":
            return self._heard.get((message.ticket or "", message.about), NOTHING_HEARD)
        if consumer == "payments":
            mirror = self._mirrors.get(message.about)
            return mirror.version if mirror else NOTHING_HEARD
        if message.type.startswith("ticket."):
            replica = self._replicas.get(message.about)
            return replica.version if replica else NOTHING_HEARD
        order = self.orders.get(message.order or "")
        return message.version if order and not order.is_open else NOTHING_HEARD

    def _say(self, message: Message) -> None:
        self.said[message.type, message.about, message.version] = message
