from boxoffice.trace.trace import TraceEvent
from boxoffice.trace.verdict import Verdict
from scenarios.shop.checks import holder_releases, reservation_agrees
from scenarios.shop.checks.evidence import ORDERS, TICKETS
from tests.scenarios.shop.checks.histories import (
    ANAS,
    BENS,
    OTHER_SEAT,
    SEAT,
    History,
    order,
    ticket,
)


def cancellation(history: History, id: str) -> TraceEvent:
    cancelled = history.saves(ORDERS, order(id, status="cancelled", version=1))
    said = history.announces("order.cancelled", id=id, version=1)
    assert cancelled.number < said.number
    return history.delivers(said, "tickets")


def held_by(id: str) -> History:
    history = History()
    history.saves(ORDERS, order(id))
    history.saves(TICKETS, ticket(holder=id))
    return history


def test_a_cancellation_releases_its_own_reservation() -> None:
    history = held_by(ANAS)
    history.saves(TICKETS, ticket(version=1), because=cancellation(history, ANAS))
    assert holder_releases.judge(history.evidence()).verdict is Verdict.HOLDS


def test_a_late_cancellation_that_releases_another_order_is_a_violation() -> None:
    history = held_by(BENS)
    history.saves(TICKETS, ticket(version=1), because=cancellation(history, ANAS))
    [found] = holder_releases.judge(history.evidence()).violations
    assert found.message == (
        "ticket 5ea701: order bbbbb2, which is created, was released by "
        "order.cancelled of aaaaa1 version 1 at 00:00.500 (version 1)"
    )
    assert list(found.events) == [0, 1, 3, 4, 5]


def test_other_news_of_the_holder_do_not_release_it() -> None:
    history = held_by(ANAS)
    paid = history.delivers(history.announces("order.completed", id=ANAS, version=1), "tickets")
    history.saves(TICKETS, ticket(version=1), because=paid)
    assert holder_releases.judge(history.evidence()).verdict is Verdict.VIOLATED


def test_a_seller_who_edits_a_reservation_away_is_a_violation() -> None:
    history = held_by(ANAS)
    request = history.asks("sue", f"PUT /api/tickets/{SEAT}")
    history.saves(TICKETS, ticket(version=1), because=request)
    [found] = holder_releases.judge(history.evidence()).violations
    assert "was released by PUT of sue at" in found.message


def test_an_order_may_take_over_from_one_that_orders_has_cancelled() -> None:
    history = held_by(ANAS)
    history.saves(ORDERS, order(ANAS, status="cancelled", version=1))
    history.saves(ORDERS, order(BENS))
    history.saves(TICKETS, ticket(version=1, holder=BENS))
    assert holder_releases.judge(history.evidence()).verdict is Verdict.HOLDS


def test_an_order_that_displaces_one_that_still_counts_is_a_violation() -> None:
    history = held_by(BENS)
    history.saves(ORDERS, order(ANAS, status="cancelled", version=1))
    history.saves(TICKETS, ticket(version=1, holder=ANAS))
    [found] = holder_releases.judge(history.evidence()).violations
    assert found.message == (
        "ticket 5ea701: order bbbbb2, which is created, was displaced by order aaaaa1 "
        "at 00:00.300 (version 1)"
    )


def test_releases_are_vacuous_while_a_ticket_keeps_its_first_holder() -> None:
    history = held_by(ANAS)
    history.saves(TICKETS, ticket(version=1, holder=ANAS))
    assert holder_releases.judge(history.evidence()).verdict is Verdict.VACUOUS


def test_a_ticket_held_by_a_cancelled_order_is_a_violation() -> None:
    history = held_by(ANAS)
    history.saves(ORDERS, order(ANAS, status="cancelled", version=1))
    [found] = reservation_agrees.judge(history.evidence()).violations
    assert found.message == (
        "ticket 5ea701 (version 0) is held by order aaaaa1, "
        "which is cancelled (version 1, 00:00.200)"
    )
    assert list(found.events) == [1, 2]


def test_an_order_whose_ticket_does_not_know_it_is_a_violation() -> None:
    history = History()
    history.saves(TICKETS, ticket())
    history.saves(ORDERS, order(ANAS))
    [found] = reservation_agrees.judge(history.evidence()).violations
    assert "is held by no order, not by order aaaaa1, which is created" in found.message


def test_a_ticket_held_by_an_order_for_another_or_by_nobodys_order_is_a_violation() -> None:
    history = held_by(ANAS)
    history.saves(ORDERS, order(BENS, ticket={"id": OTHER_SEAT}))
    history.saves(TICKETS, ticket(OTHER_SEAT, holder="70dbd8814b37bb1c7f0000ff"))
    said = [found.message for found in reservation_agrees.judge(history.evidence()).violations]
    assert len(said) == 2
    assert "held by order 0000ff, unknown to orders" in said[0]
    assert "held by order 0000ff, not by order bbbbb2" in said[1]


def test_an_order_that_holds_another_ticket_beside_its_own_is_a_violation() -> None:
    history = held_by(ANAS)
    history.saves(TICKETS, ticket(OTHER_SEAT, holder=ANAS))
    [found] = reservation_agrees.judge(history.evidence()).violations
    assert found.message.startswith("ticket 5ea702 (version 0) is held by order aaaaa1")


def test_a_holder_and_its_order_agree_in_every_open_and_paid_status() -> None:
    for status in ("created", "awaiting:payment", "complete"):
        history = held_by(ANAS)
        history.saves(ORDERS, order(ANAS, status=status, version=1))
        assert reservation_agrees.judge(history.evidence()).verdict is Verdict.HOLDS
