"""What the payments service does: for buyers, when orders speak, and until Stripe has answered."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from services.common import tracing
from services.common.clock import Clock
from services.common.errors import Conflict, Declined, Forbidden, NotFound, Unavailable
from services.common.events import Event
from services.common.ids import Ids
from services.common.telemetry import Telemetry
from services.common.versioning import NOTHING_APPLIED, Decision, OutOfOrder
from services.payments import domain
from services.payments.cashier import Absent, Cashier, Outcome, Refused, Taken, Unknown
from services.payments.domain import Order, OrderId, Payment, PaymentId, Status, UserId
from services.payments.repository import Orders

LOOK_TIMEOUT_S: Final = 1.0  # for one document, when the process is about to end


class Ledger:
    """What may be written to one order's document, again if someone else was first."""

    def __init__(self, orders: Orders, telemetry: Telemetry) -> None:
        self._orders = orders
        self._telemetry = telemetry

    async def change(
        self, id: OrderId, change: Callable[[Order], tuple[Order, Sequence[Event]]]
    ) -> tuple[Order, bool]:
        """Load, decide and commit; return the order, and whether it changed.  Raises: NotFound."""
        while True:  # each turn means that someone else got on, so there is progress
            before = await self._orders.load(id)
            if before is None:
                raise NotFound("There is no such order", "orderId")
            after, events = change(before)
            if after is before:
                return before, False
            try:
                await self._orders.commit(before, after, events)
                return after, True
            except Conflict:
                self._telemetry.conflict(id)

    async def claim(self, before: Order, after: Order) -> bool:
        """Commit what `before` became, unless someone else was first; return whether it was us."""
        try:
            await self._orders.commit(before, after, [])
        except Conflict:
            return False
        return True


class Settlement:
    """Asks Stripe about a payment and records the answer.  Safe to repeat and to run twice.

    A charge is sent, or repeated, only while that may be; otherwise Stripe's books are looked at:
    what is found there is adopted, what is not is never charged (`retry_policy.py` says when).
    """

    def __init__(
        self, ledger: Ledger, cashier: Cashier, clock: Clock, telemetry: Telemetry
    ) -> None:
        self._ledger = ledger
        self._cashier = cashier
        self._clock = clock
        self._telemetry = telemetry

    async def resume(self, order: Order) -> None:
        """Ask Stripe once more, unless another process is about to."""
        asking = domain.asking(order, self._clock.now())
        if await self._ledger.claim(order, asking):
            await self.settle(asking)

    async def settle(self, order: Order) -> tuple[Order, Outcome]:
        """Ask Stripe for what the payment is waiting for, and record what it says."""
        payment = order.payment
        assert payment is not None, "there is no payment to ask Stripe about"
        if payment.status is Status.PENDING:
            return await self._charge(order, payment)
        return await self._refund(order, payment)

    async def _charge(self, order: Order, payment: Payment) -> tuple[Order, Outcome]:
        asked_at = self._clock.now()
        outcome = await self._charged(order, payment, asked_at)
        now, attempt = self._clock.now(), payment.attempt

        def change(it: Order) -> domain.Change:
            match outcome:
                case Taken(stripe_id):
                    return domain.charged(it, stripe_id, now)
                case Refused():
                    return domain.declined(it, attempt, now)
                case Absent():
                    return domain.not_there(it, attempt, asked_at), []
            return it, []

        if not isinstance(outcome, Unknown):
            order, _ = await self._ledger.change(order.id, change)
        return order, outcome

    async def _charged(self, order: Order, payment: Payment, now: datetime) -> Outcome:
        if domain.may_be_sent(order, now):
            outcome = await self._cashier.charge(order, payment)
            self._told("charge", order, outcome)
            if not isinstance(outcome, Unknown) or not outcome.is_kept:
                return outcome
        found = await self._cashier.look_up(order, payment)
        self._told("lookup", order, found)
        return found

    async def _refund(self, order: Order, payment: Payment) -> tuple[Order, Outcome]:
        outcome = await self._cashier.refund(order, payment)
        if isinstance(outcome, Unknown) and outcome.is_kept:
            outcome = await self._cashier.look_up_refund(payment)
        self._told("refund", order, outcome)
        now, refusals = self._clock.now(), payment.refusals
        if isinstance(outcome, Taken):
            order, _ = await self._ledger.change(order.id, lambda it: domain.refunded(it, now))
        elif isinstance(outcome, Refused):
            order, _ = await self._ledger.change(
                order.id, lambda it: (domain.refund_refused(it, refusals, now), [])
            )
        return order, outcome

    def _told(self, call: str, order: Order, outcome: Outcome) -> None:
        why = outcome.message if isinstance(outcome, Refused) else ""
        self._telemetry.charged(call, order.id, type(outcome).__name__.lower(), why)


class PaymentsForPeople:
    """What buyers ask for."""

    def __init__(
        self,
        orders: Orders,
        ledger: Ledger,
        settlement: Settlement,
        clock: Clock,
        ids: Ids,
        wake: Callable[[], None],
    ) -> None:
        self._orders = orders
        self._ledger = ledger
        self._settlement = settlement
        self._clock = clock
        self._ids = ids
        self._wake = wake

    async def pay(self, id: OrderId, user: UserId, token: str) -> Payment:
        """Pay for an order, or return the payment that was made or begun before.

        What carries no trace of its own goes on with the order's: one purchase, one trace.
        Raises: NotFound, Forbidden, Invalid if the order is over, Declined.
        """
        payment_id, now = PaymentId(self._ids.object_id()), self._clock.now()
        order, claimed = await self._ledger.change(
            id, lambda it: (domain.claim(it.paid_by(user), payment_id, token, now), [])
        )
        tracing.join(order.traceparent)
        if claimed:
            order, outcome = await self._settlement.settle(order)
            if isinstance(outcome, Refused):
                raise Declined(outcome.told)
        assert order.payment is not None, "claimed, so there is a payment"
        if order.payment.status is Status.DECLINED:  # given up: it took too long to ask Stripe
            raise Declined("The payment came too late and was not made")
        if order.payment.is_unsettled:
            self._wake()
        return order.payment

    async def begun(self, id: OrderId, user: UserId) -> Payment:
        """Return the payment that was begun or made for an order.  Raises: Unavailable."""
        async with asyncio.timeout(LOOK_TIMEOUT_S):
            order = await self._orders.load(id)
        payment = None if order is None or order.user_id != user else order.payment
        if payment is None or payment.status not in (Status.PENDING, Status.PAID):
            raise Unavailable("The payment was not begun; try again")
        return payment

    async def show(self, id: PaymentId, user: UserId) -> tuple[OrderId, Payment]:
        """Return one payment and its order's id to its owner.  Raises: NotFound, Forbidden."""
        order = await self._orders.with_payment(id)
        if order is None or order.payment is None:
            raise NotFound
        if order.user_id != user:
            raise Forbidden
        return order.id, order.payment


class PaymentsOnOrders:
    """What happens to the mirror of an order when orders speak."""

    def __init__(
        self, orders: Orders, ledger: Ledger, clock: Clock, wake: Callable[[], None]
    ) -> None:
        self._orders = orders
        self._ledger = ledger
        self._clock = clock
        self._wake = wake

    async def open(self, order: Order) -> Decision:
        """Mirror a new order."""
        try:
            await self._orders.insert(order)
        except Conflict:
            return Decision.DUPLICATE
        return Decision.APPLY

    async def cancelled(self, id: OrderId, version: int) -> Decision:
        """The order was cancelled.  Raises: OutOfOrder."""
        now = self._clock.now()
        decision = await self._told(id, version, lambda it: domain.cancelled(it, version, now))
        self._wake()  # there may be a refund to make
        return decision

    async def completed(self, id: OrderId, version: int) -> Decision:
        """The order is complete.  Raises: OutOfOrder."""
        return await self._told(id, version, lambda it: domain.completed(it, version))

    async def noted(self, id: OrderId, version: int) -> Decision:
        """Remember what changes nothing here.  Raises: OutOfOrder."""
        return await self._told(id, version, lambda it: domain.noted(it, version))

    async def _told(self, id: OrderId, version: int, change: Callable[[Order], Order]) -> Decision:
        try:
            _, changed = await self._ledger.change(id, lambda it: (change(it), []))
        except NotFound:  # cancelled before it was created, so to speak
            reason = f"order {id}: version {version} came after {NOTHING_APPLIED}"
            raise OutOfOrder(reason) from None
        return Decision.APPLY if changed else Decision.DUPLICATE
