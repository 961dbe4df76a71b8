from typing import Any

from pytest import mark

from boxoffice.trace.verdict import Verdict
from scenarios.shop.checks import every_version_announced, no_lost_update, versions_step_by_one
from scenarios.shop.checks.evidence import MIRRORS, ORDERS, REPLICAS, TICKETS, USERS
from tests.scenarios.shop.checks.histories import (
    ANAS,
    PAYMENT,
    SEAT,
    History,
    mirror,
    order,
    payment,
    replica,
    ticket,
)


def user(version: int, **changes: Any) -> dict[str, Any]:
    return {"_id": "70dbd880935f1274b5000005", "version": version} | changes


@mark.parametrize(
    ("store", "first", "second", "said"),
    [
        (ORDERS, order(), order(version=2), "order aaaaa1: version went from 0 to 2"),
        (ORDERS, order(), order(status="cancelled"), "order aaaaa1: version stayed 0 through a"),
        (USERS, user(0), user(0, epoch=1), "user 000005: version stayed 0 through a change"),
        (TICKETS, ticket(), ticket(version=3), "ticket 5ea701: version went from 0 to 3"),
        (
            REPLICAS,
            replica(),
            replica(version=-1),
            "orders' replica of ticket 5ea701: version went from 0 to -1",
        ),
        (
            MIRRORS,
            mirror(),
            mirror(version=1),
            "payments' mirror of order aaaaa1: revision stayed 0 through a change",
        ),
        (
            MIRRORS,
            mirror(),
            mirror(version=2, revision=1),
            "payments' mirror of order aaaaa1: applied version went from 0 to 2",
        ),
    ],
)
def test_a_write_that_is_not_one_version_more_is_a_violation(
    store: str, first: dict[str, Any], second: dict[str, Any], said: str
) -> None:
    history = History()
    history.saves(store, first)
    history.saves(store, second)
    [found] = versions_step_by_one.judge(history.evidence()).violations
    assert found.message.startswith(said)
    assert found.message.endswith("at 00:00.100")
    assert list(found.events) == [0, 1]


def test_a_replica_that_goes_back_is_a_violation() -> None:
    history = History()
    for version in (0, 1, 0):
        history.saves(REPLICAS, replica(version=version))
    [found] = versions_step_by_one.judge(history.evidence()).violations
    assert "version went from 1 to 0" in found.message


def test_an_aggregate_that_begins_with_a_later_version_is_a_violation() -> None:
    history = History()
    history.saves(REPLICAS, replica(version=3))
    [found] = versions_step_by_one.judge(history.evidence()).violations
    assert found.message.endswith("began with version 3 at 00:00.000")


def test_a_mirror_may_change_without_news_of_its_order_and_an_outbox_without_a_version() -> None:
    history = History()
    history.saves(MIRRORS, mirror())
    history.saves(MIRRORS, mirror(revision=1, payment=payment("pending")))
    history.saves(MIRRORS, mirror(revision=1, payment=payment("pending"), outbox=[{"id": "x"}]))
    assert versions_step_by_one.judge(history.evidence()).verdict is Verdict.HOLDS


def an_edit(over: int, version: int, **changes: Any) -> History:
    history = History()
    history.saves(TICKETS, ticket(version=over))
    request = history.asks("sue", f"PUT /api/tickets/{SEAT}")
    history.saves(TICKETS, ticket(version=version, title="Left", **changes), because=request)
    history.answers(request, 200, {"id": SEAT, "version": version})
    return history


def test_an_edit_over_the_version_before_its_own_loses_nothing() -> None:
    assert no_lost_update.judge(an_edit(0, 1).evidence()).verdict is Verdict.HOLDS


def test_an_edit_over_a_version_that_its_author_never_saw_is_a_lost_update() -> None:
    [found] = no_lost_update.judge(an_edit(4, 4).evidence()).violations
    assert found.message == (
        "ticket 5ea701: version 4, answered at 00:00.300, was written at 00:00.200 "
        "over version 4, not over 3"
    )
    assert list(found.events) == [1, 2, 3]


def test_an_edit_that_brings_back_what_another_write_had_changed_is_a_lost_update() -> None:
    [found] = no_lost_update.judge(an_edit(0, 1, holder=ANAS).evidence()).violations
    assert "also changed holder when written at 00:00.200" in found.message


def test_an_edit_that_was_answered_and_never_written_is_a_lost_update() -> None:
    history = History()
    history.answers(
        history.asks("sue", f"PUT /api/tickets/{SEAT}"), 200, {"id": SEAT, "version": 1}
    )
    [found] = no_lost_update.judge(history.evidence()).violations
    assert found.message.endswith("was never written")


def test_lost_updates_are_vacuous_where_every_edit_was_refused() -> None:
    history = History()
    history.answers(history.asks("sue", f"PUT /api/tickets/{SEAT}"), 409)
    assert no_lost_update.judge(history.evidence()).verdict is Verdict.VACUOUS


def test_a_version_that_is_not_on_the_stream_is_named() -> None:
    history = History()
    history.saves(ORDERS, order())
    history.announces("order.created", id=ANAS, version=0)
    history.saves(ORDERS, order(status="cancelled", version=1))
    [found] = every_version_announced.judge(history.evidence()).violations
    assert found.message == "order aaaaa1: version 1, written at 00:00.200, was never announced"
    assert list(found.events) == [2]


def test_a_version_of_another_aggregate_announces_nothing() -> None:
    history = History()
    history.saves(TICKETS, ticket())
    history.announces("order.created", id=SEAT, version=0)
    history.announces("ticket.created", id=ANAS, version=0)
    assert every_version_announced.judge(history.evidence()).verdict is Verdict.VIOLATED


def test_a_refund_that_was_not_announced_is_a_violation() -> None:
    history = History()
    history.saves(MIRRORS, mirror(payment=payment("refunded")))
    history.announces("payment.created", id=PAYMENT, version=0)
    [found] = every_version_announced.judge(history.evidence()).violations
    assert found.message.startswith("payment ccccc3: version 1, written")


def test_a_payment_that_came_to_nothing_has_nothing_to_announce() -> None:
    history = History()
    history.saves(MIRRORS, mirror(payment=payment("declined")))
    assert every_version_announced.judge(history.evidence()).verdict is Verdict.VACUOUS
