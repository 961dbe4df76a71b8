"""Consumers that do not look at versions, or do not hear of all of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from boxoffice import Twin
from services.common.versioning import Decision

if TYPE_CHECKING:
    from services.common.events import Event
    from services.common.messaging import Handler
    from services.payments.use_cases import PaymentsOnOrders


def _apply_everything(*, applied: int, announced: int) -> Decision:
    return Decision.APPLY


def _all_but_one(payments: "PaymentsOnOrders") -> "Mapping[type[Event], Handler]":
    from services.common.events import OrderAwaitingPayment

    # Payments has no use for this event, so why should it hear of it?
    heard = dict(unheard_version.real(payments))
    del heard[OrderAwaitingPayment]
    return heard


no_version_check = Twin(
    name="no-version-check",
    defence="an event is applied only if its version is the next one",
    invariant="replicas-converge",
    target="services.common.versioning:decide",
    stand_in=_apply_everything,
)

unheard_version = Twin(
    name="unheard-version",
    defence="who counts an aggregate's versions hears of all of them",
    invariant="nothing-stuck",
    target="services.payments.consumers:handlers",
    stand_in=_all_but_one,
)
