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


def _whatever_is_newer(*, applied: int, announced: int) -> Decision:
    return Decision.DUPLICATE if announced <= applied else Decision.APPLY


def _unless_too_early(*, applied: int, announced: int) -> Decision:
    # The broker has promised to store nothing twice.
    return Decision.GAP if announced > applied + 1 else Decision.APPLY


def _the_next_or_none(*, applied: int, announced: int) -> Decision:
    return Decision.APPLY if announced == applied + 1 else Decision.DUPLICATE


def _the_next_or_an_error(aggregate: str, *, applied: int, announced: int) -> bool:
    from services.common.versioning import OutOfOrder

    if announced != applied + 1:
        raise OutOfOrder(f"{aggregate}: version {announced} came after {applied}")
    return True


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
    shows="messages come twice, or overtake each other",
    target="services.common.versioning:decide",
    stand_in=_apply_everything,
    tier="easy",
)

gaps_jumped = Twin(
    name="gaps-jumped",
    defence="a version that comes before its predecessor waits for it",
    invariant="versions-step-by-one",
    shows="messages about one order or ticket overtake each other",
    target="services.common.versioning:decide",
    stand_in=_whatever_is_newer,
    tier="easy",
    incident=23,
)

duplicates_applied = Twin(
    name="duplicates-applied",
    defence="a version that was applied is not applied again, however often the broker tells it",
    invariant="versions-step-by-one",
    shows="a message is delivered twice",
    target="services.common.versioning:decide",
    stand_in=_unless_too_early,
    tier="easy",
    incident=24,
)

gap_taken_for_duplicate = Twin(
    name="gap-taken-for-duplicate",
    defence="what comes too early is not acknowledged",
    invariant="replicas-converge",
    shows="messages about one order or ticket overtake each other",
    target="services.common.versioning:decide",
    stand_in=_the_next_or_none,
    tier="easy",
)

replay_is_fatal = Twin(
    name="replay-is-fatal",
    defence="what was applied before is no error",
    invariant="nothing-stuck",
    shows="a message is delivered twice",
    target="services.common.versioning:is_next",
    stand_in=_the_next_or_an_error,
    tier="easy",
    incident=8,
)

unheard_version = Twin(
    name="unheard-version",
    defence="who counts an aggregate's versions hears of all of them",
    invariant="nothing-stuck",
    shows="a ticket is ordered, and payments does not hear that it is reserved",
    target="services.payments.consumers:handlers",
    stand_in=_all_but_one,
    tier="easy",
    incident=29,
)
