"""Orders that end twice, or not for good."""

from dataclasses import replace
from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from services.orders.domain import Change, Order, PaymentId


def _paid_is_paid(order: "Order", payment: "PaymentId") -> "Change":
    from services.orders.domain import Status

    if order.status is Status.COMPLETE:
        return order, []
    after, events = late_payment_completes.real(_as_if_open(order), payment)
    return after, events


def _cancelled_whenever_asked(order: "Order") -> "Change":
    from services.orders import domain

    if order.status is domain.Status.CANCELLED:
        return order, []
    return domain._cancelled(order, "user")


def _over_when_the_alarm_rings(order: "Order") -> "Change":
    from services.orders import domain

    if order.status is domain.Status.CANCELLED:
        return order, []
    return domain._cancelled(order, "expired")


def _reserved_is_reserved(order: "Order") -> "Change":
    from services.orders.domain import Status

    if order.status in (Status.AWAITING_PAYMENT, Status.CANCELLED):
        return order, []
    after, events = confirmation_undoes_payment.real(_as_if_open(order))
    return after, events


def _reserved_after_all(order: "Order") -> "Change":
    from services.orders.domain import Status

    if order.status in (Status.AWAITING_PAYMENT, Status.COMPLETE):
        return order, []
    after, events = confirmation_revives.real(_as_if_open(order))
    return after, events


def _as_if_open(order: "Order") -> "Order":
    from services.orders.domain import Status

    return replace(order, status=Status.CREATED)


late_payment_completes = Twin(
    name="late-payment-completes",
    defence="a payment completes only an order that is open",
    invariant="terminal-is-final",
    shows="an order is cancelled, and a payment for it is heard of later",
    target="services.orders.domain:complete",
    stand_in=_paid_is_paid,
    incident=2,
)

complete_is_cancelled = Twin(
    name="complete-is-cancelled",
    defence="nobody cancels an order that is complete",
    invariant="terminal-is-final",
    shows="somebody cancels an order that is paid and complete",
    target="services.orders.domain:cancel",
    stand_in=_cancelled_whenever_asked,
    tier="easy",
)

alarm_ends_all = Twin(
    name="alarm-ends-all",
    defence="an alarm ends only an order that is open",
    invariant="terminal-is-final",
    shows="an alarm rings for an order that was paid meanwhile",
    target="services.orders.domain:expire",
    stand_in=_over_when_the_alarm_rings,
)

confirmation_undoes_payment = Twin(
    name="confirmation-undoes-payment",
    defence="a reservation that is told late changes nothing in an order that was paid",
    invariant="terminal-is-final",
    shows="an order is paid before orders hears of its reservation",
    target="services.orders.domain:confirm",
    stand_in=_reserved_is_reserved,
)

confirmation_revives = Twin(
    name="confirmation-revives",
    defence="a reservation that is told late changes nothing in an order that was cancelled",
    invariant="terminal-is-final",
    shows="an order is cancelled before orders hears of its reservation",
    target="services.orders.domain:confirm",
    stand_in=_reserved_after_all,
)
