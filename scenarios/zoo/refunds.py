"""Money that is kept for what was not sold."""

from dataclasses import replace
from datetime import datetime

from services.payments import domain
from services.payments.domain import Order, OrderStatus
from sim.twin import Twin


def _cancelled_without_refund(order: Order, version: int, now: datetime) -> Order:
    if not domain._is_next(order, version):
        return order
    revision = order.revision + 1
    return replace(order, version=version, revision=revision, status=OrderStatus.CANCELLED)


no_refund = Twin(
    name="no-refund",
    defence="what was paid for a cancelled order is given back",
    invariant="money-conserved",
    target="services.payments.domain:cancelled",
    stand_in=_cancelled_without_refund,
)
