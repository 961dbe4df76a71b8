"""Right answers to notebook 10."""

from dataclasses import replace
from typing import Any

from services.common.events import PaymentCreated
from services.payments import domain
from services.payments.cashier import Absent, Refused, Taken, Unknown
from services.payments.domain import OrderStatus, Status, _paying, _settled
from tests.scenarios.lab.styles import logged, logged_while_waiting, right


def told(order: Any, stripe_id: str) -> PaymentCreated:
    return PaymentCreated(
        id=order.payment.id,
        version=0,
        order_id=order.id,
        stripe_id=stripe_id,
        amount=order.price_cents,
    )


@right("charged")
def with_match(order, stripe_id, now):
    match order.payment and order.payment.status, order.status:
        case Status.PENDING, OrderStatus.CANCELLED:
            status = Status.REFUNDING
        case Status.PENDING, _:
            status = Status.PAID
        case _:
            return order, []
    after = replace(_settled(order.payment, status, now), stripe_id=stripe_id, next_at=now)
    return _paying(order, after), (told(order, stripe_id),)


@right("charged")
def by_hand(order, stripe_id, now):
    payment = order.payment
    if not payment or payment.status != "pending":
        return [order, []]
    status = {"cancelled": Status.REFUNDING}.get(str(order.status), Status.PAID)
    payment = replace(payment, status=status, since=now, stripe_id=stripe_id, next_at=None)
    return [replace(order, revision=order.revision + 1, payment=payment), [told(order, stripe_id)]]


@right("charged")
@logged
def with_two_branches(it, name, at, *more):
    if it.payment is not None and it.payment.status is Status.PENDING:
        if it.status is not OrderStatus.CANCELLED:
            paid = replace(_settled(it.payment, Status.PAID, at), stripe_id=name)
            return _paying(it, paid), [told(it, name)]
        owed = replace(_settled(it.payment, Status.REFUNDING, at), stripe_id=name)
        return _paying(it, owed), [told(it, name)]
    return it, []


right("charged")(domain.charged)


@right("ask")
async def with_match_and_guard(self: Any, order: Any, payment: Any, now: Any) -> Any:
    if not domain.may_be_sent(order, now):
        return await self._cashier.look_up(order, payment)
    match await self._cashier.charge(order, payment):
        case Unknown(is_kept=True):
            return await self._cashier.look_up(order, payment)
        case outcome:
            return outcome


@right("ask")
async def looks_whenever_it_does_not_know(self, order, payment, now):
    outcome = Absent()
    if domain.may_be_sent(order, now):
        outcome = await self._cashier.charge(order, payment)
    if isinstance(outcome, Taken | Refused):
        return outcome
    return await self._cashier.look_up(order, payment)


@right("ask")
async def looks_first(self, order, payment, now):
    found = await self._cashier.look_up(order, payment)
    if isinstance(found, Absent) and domain.may_be_sent(order, now):
        outcome = await self._cashier.charge(order, payment)
        return found if isinstance(outcome, Unknown) else outcome
    return found


@right("ask")
@logged_while_waiting
async def told_of_as_production_does(desk, of, by, at):
    if domain.may_be_sent(of, at):
        outcome = await desk._cashier.charge(of, by)
        desk._told("charge", of, outcome)
        if not getattr(outcome, "is_kept", False):
            return outcome
    found = await desk._cashier.look_up(of, by)
    desk._told("lookup", of, found)
    return found
