"""Slips about money, and about who says nothing."""

from dataclasses import replace
from typing import Any

from services.common.events import PaymentCreated
from services.payments import domain
from services.payments.cashier import Absent, Refused, Taken, Unknown
from services.payments.domain import OrderStatus, Status, _paying, _settled
from tests.scenarios.lab.slips import wrong


def said(order: Any, stripe_id: str, **more: Any) -> Any:
    fields = {
        "id": order.payment.id,
        "version": 0,
        "order_id": order.id,
        "stripe_id": stripe_id,
        "amount": order.price_cents,
    }
    return [PaymentCreated(**(fields | more))]


def settled(order: Any, status: Status, stripe_id: str, now: Any) -> Any:
    after = _settled(order.payment, status, now)
    return _paying(order, replace(after, stripe_id=stripe_id))


def is_pending(order: Any) -> bool:
    return order.payment is not None and order.payment.status is Status.PENDING


def owed(order: Any) -> Status:
    return Status.REFUNDING if order.status is OrderStatus.CANCELLED else Status.PAID


wrong(
    "charged",
    lambda order, stripe_id, now: None,
    lambda order, stripe_id, now: (order, []),
    lambda order, stripe_id, now: (order, said(order, stripe_id)),
    lambda order, stripe_id, now: (
        (settled(order, Status.REFUNDING, stripe_id, now), said(order, stripe_id))
        if is_pending(order)
        else (order, [])
    ),
    lambda order, stripe_id, now: (
        (settled(order, Status.DECLINED, stripe_id, now), said(order, stripe_id))
        if is_pending(order)
        else (order, [])
    ),
    lambda order, stripe_id, now: (
        (settled(order, owed(order), stripe_id, now), said(order, stripe_id)[0])
        if is_pending(order)
        else (order, [])
    ),
    lambda order, stripe_id, now: (
        (_paying(order, _settled(order.payment, owed(order), now)), said(order, stripe_id))
        if is_pending(order)
        else (order, [])
    ),
    lambda order, stripe_id, now: (
        (settled(order, owed(order), stripe_id, now), said(order, stripe_id, order_id="0" * 24))
        if is_pending(order)
        else (order, [])
    ),
    lambda order, stripe_id, now: (
        (settled(order, Status.PENDING, stripe_id, now), said(order, stripe_id))
        if is_pending(order)
        else (order, [])
    ),
    lambda order, stripe_id, now: (
        (settled(order, Status.REFUNDED, stripe_id, now), said(order, stripe_id))
        if is_pending(order) and order.status is OrderStatus.CANCELLED
        else (settled(order, Status.PAID, stripe_id, now), said(order, stripe_id))
    ),
    lambda order, stripe_id, now: (
        (order, [])
        if order.payment.status is Status.REFUNDED
        else (settled(order, owed(order), stripe_id, now), said(order, stripe_id))
    ),
    lambda order, stripe_id, now: (
        settled(order, owed(order), stripe_id, now),
        said(order, stripe_id) if is_pending(order) else [],
    ),
    lambda order, stripe_id, now: (
        (
            settled(order, owed(order), stripe_id, now),
            said(order, stripe_id) if owed(order) is Status.PAID else [],
        )
        if is_pending(order)
        else (order, [])
    ),
    lambda order, stripe_id, now: (
        (settled(order, owed(order), stripe_id, now), said(order, stripe_id, amount=1))
        if is_pending(order)
        else (order, [])
    ),
)


@wrong("ask")
async def says_nothing(self: Any, order: Any, payment: Any, now: Any) -> Any: ...


@wrong("ask")
async def never_sends(self: Any, order: Any, payment: Any, now: Any) -> Any:
    return await self._cashier.look_up(order, payment)


@wrong("ask")
async def knows_nothing(self: Any, order: Any, payment: Any, now: Any) -> Any:
    return Unknown("who knows")


@wrong("ask")
async def takes_it_for_done(self: Any, order: Any, payment: Any, now: Any) -> Any:
    return Taken("ch_00000001")


@wrong("ask")
async def looks_when_it_may_send(self: Any, order: Any, payment: Any, now: Any) -> Any:
    if not domain.may_be_sent(order, now):
        return await self._cashier.charge(order, payment)
    return await self._cashier.look_up(order, payment)


@wrong("ask")
async def takes_no_answer_for_no_charge(self: Any, order: Any, payment: Any, now: Any) -> Any:
    if domain.may_be_sent(order, now):
        outcome = await self._cashier.charge(order, payment)
        return outcome if isinstance(outcome, Taken) else Refused("no")
    return await self._cashier.look_up(order, payment)


@wrong("ask")
async def gives_up_what_may_not_be_sent(self: Any, order: Any, payment: Any, now: Any) -> Any:
    if domain.may_be_sent(order, now):
        return await self._cashier.charge(order, payment)
    return Refused("too late")


@wrong("ask")
async def charges_what_is_not_there(self: Any, order: Any, payment: Any, now: Any) -> Any:
    found = await self._cashier.look_up(order, payment)
    if isinstance(found, Absent):
        return await self._cashier.charge(order, payment)
    return found


@wrong("ask")
async def forgets_to_return_what_it_found(self: Any, order: Any, payment: Any, now: Any) -> Any:
    if domain.may_be_sent(order, now):
        return await self._cashier.charge(order, payment)
    await self._cashier.look_up(order, payment)
    return Absent()
