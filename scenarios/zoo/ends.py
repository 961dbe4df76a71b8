"""Ends that come and are not kept: of orders, of alarms for them, of sessions and of cards."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from fastapi import Request

    from services.common.events import Event
    from services.common.messaging import Handler
    from services.common.session import Session, Sessions
    from services.expiration.use_cases import AlarmClock, TimersOnOrders
    from services.payments.domain import Order, Payment, PaymentId


def _paid_whenever(order: "Order", payment: "PaymentId", token: str, now: datetime) -> "Order":
    open_still = replace(order, expires_at=now + timedelta(seconds=1))
    claimed: Order = paid_after_the_end.real(open_still, payment, token, now)
    return order if claimed is open_still else replace(claimed, expires_at=order.expires_at)


def _woken_for_later_ones(self: "AlarmClock", due: datetime) -> None:
    if self._asleep_until is None or due > self._asleep_until:
        self._wakeup.wake()


def _without_completed(timers: "TimersOnOrders") -> "Mapping[type[Event], Handler]":
    from services.common.events import OrderCompleted

    handled: Mapping[type[Event], Handler] = completed_still_rings.real(timers)
    return {type: handler for type, handler in handled.items() if type is not OrderCompleted}


def _whenever_it_was_signed(self: "Sessions", request: "Request") -> "Session | None":
    import jwt

    from services.common.session import COOKIE

    try:
        return self._verified(request.cookies.get(COOKIE, ""))
    except jwt.InvalidTokenError:
        return None


def _one_key_for_all_cards(order: "Order", payment: "Payment") -> str:
    return str(order.id)


paid_after_the_end = Twin(
    name="paid-after-the-end",
    defence="an order whose time is over is not paid, whoever has yet to hear of it",
    invariant="follows-the-contract",
    shows="somebody pays after fifteen minutes, before payments hears that they are over",
    target="services.payments.domain:claim",
    stand_in=_paid_whenever,
)

woken_for_later_ones = Twin(
    name="woken-for-later-ones",
    defence="an alarm that is due before all others is heard of at once",
    invariant="every-version-announced",
    shows="an alarm is set that is due before the one which expiration sleeps until",
    target="services.expiration.use_cases:AlarmClock.wake",
    stand_in=_woken_for_later_ones,
    tier="easy",
)

completed_still_rings = Twin(
    name="completed-still-rings",
    defence="expiration hears of every end of an order, also of a good one",
    invariant="everybody-hears",
    shows="an order is paid, and expiration has to hear of it",
    target="services.expiration.consumers:handlers",
    stand_in=_without_completed,
    tier="easy",
)

session_for_ever = Twin(
    name="session-for-ever",
    defence="a session ends by itself, also where its cookie is kept",
    invariant="owner-only",
    shows="somebody comes back with a cookie that is older than half an hour",
    target="services.common.session:Sessions.read",
    stand_in=_whenever_it_was_signed,
)

one_key_for_all_cards = Twin(
    name="one-key-for-all-cards",
    defence="a second card is charged under a key of its own",
    invariant="follows-the-contract",
    shows="a card is declined, and another one is tried",
    target="services.payments.cashier:charge_key",
    stand_in=_one_key_for_all_cards,
)
