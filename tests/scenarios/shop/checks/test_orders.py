from dataclasses import replace

from boxoffice.trace.verdict import Verdict
from scenarios.shop.checks import Evidence, no_double_sale, orders_settle, terminal_is_final
from scenarios.shop.checks.evidence import ORDERS
from tests.scenarios.shop.checks.histories import (
    ANAS,
    BENS,
    EPOCH_S,
    EXPIRY_S,
    OTHER_SEAT,
    History,
    order,
)


def test_two_orders_for_one_ticket_that_are_both_not_cancelled_are_a_double_sale() -> None:
    history = History()
    history.saves(ORDERS, order(ANAS))
    history.saves(ORDERS, order(BENS))
    [found] = no_double_sale.judge(history.evidence()).violations
    assert found.message == (
        "ticket 5ea701: orders aaaaa1 (version 0, 00:00.000) and bbbbb2 (version 0, 00:00.100) "
        "are both not cancelled"
    )
    assert list(found.events) == [0, 1]


def test_a_double_sale_that_was_undone_later_is_still_one() -> None:
    history = History()
    history.saves(ORDERS, order(ANAS))
    history.saves(ORDERS, order(BENS))
    history.saves(ORDERS, order(BENS, status="cancelled", version=1))
    assert no_double_sale.judge(history.evidence()).verdict is Verdict.VIOLATED


def test_an_order_after_a_cancelled_one_and_one_for_another_ticket_are_no_double_sale() -> None:
    history = History()
    history.saves(ORDERS, order(ANAS))
    history.saves(ORDERS, order(ANAS, status="cancelled", version=1))
    history.saves(ORDERS, order(BENS))
    history.saves(ORDERS, order("70dbd8814b37bb1c7fc00003", ticket={"id": OTHER_SEAT}))
    assert no_double_sale.judge(history.evidence()).verdict is Verdict.HOLDS


def test_a_crowd_that_gets_one_ticket_is_one_violation() -> None:
    history = History()
    for number in range(5):
        history.saves(ORDERS, order(f"70dbd8814b37bb1c7f00000{number}"))
    [found] = no_double_sale.judge(history.evidence()).violations
    assert found.message.endswith("are both not cancelled, and 3 more with them")
    assert list(found.events) == [0, 1, 2, 3, 4]


def test_a_cancelled_order_that_becomes_complete_is_a_violation() -> None:
    history = History()
    history.saves(ORDERS, order())
    history.saves(ORDERS, order(status="cancelled", version=1))
    history.saves(ORDERS, order(status="complete", version=2))
    [found] = terminal_is_final.judge(history.evidence()).violations
    assert found.message == (
        "order aaaaa1: cancelled (version 1) since 00:00.100, "
        "it became complete (version 2) at 00:00.200"
    )
    assert list(found.events) == [1, 2]


def test_a_complete_order_that_is_removed_is_a_violation() -> None:
    history = History()
    history.saves(ORDERS, order(status="complete"))
    history.removes(ORDERS, ANAS)
    [found] = terminal_is_final.judge(history.evidence()).violations
    assert "it was removed at 00:00.100" in found.message


def test_whether_the_end_is_final_is_vacuous_while_no_order_has_ended() -> None:
    history = History()
    history.saves(ORDERS, order())
    history.saves(ORDERS, order(status="awaiting:payment", version=1))
    assert terminal_is_final.judge(history.evidence()).verdict is Verdict.VACUOUS


def ended(status: str, now_s: float) -> Evidence:
    history = History()
    history.saves(ORDERS, order(status=status))
    return history.evidence(now_s=now_s)


def test_an_order_left_open_a_minute_after_its_expiry_is_named() -> None:
    [found] = orders_settle.judge(ended("awaiting:payment", EXPIRY_S + 75.0)).violations
    assert found.message == (
        "order aaaaa1: placed at 00:00.000, still awaiting:payment (version 0), "
        "75.0 s after it has expired"
    )
    assert list(found.events) == [0]


def test_an_order_has_a_minute_to_settle_after_its_expiry() -> None:
    assert orders_settle.judge(ended("created", EXPIRY_S + 60.0)).verdict is Verdict.HOLDS


def test_settling_is_vacuous_before_any_order_has_expired() -> None:
    assert orders_settle.judge(ended("created", EXPIRY_S - 1.0)).verdict is Verdict.VACUOUS


def test_an_order_that_has_ended_has_settled() -> None:
    for status in ("complete", "cancelled"):
        assert orders_settle.judge(ended(status, EXPIRY_S + 900.0)).verdict is Verdict.HOLDS


def ended_by_a_look(at_s: float, *, began_s: float) -> Evidence:
    """Let an order whose time is over after ten seconds be ended, long after orders came up."""
    history, ends = History(), {"expires_at": "2030-01-01T00:00:10.000Z"}
    history.happens("orders", "start")
    history.saves(ORDERS, order(**ends))
    history.saves(ORDERS, order(**ends, status="cancelled", version=1))
    moments = (began_s, began_s + 1.0, at_s)
    history.events = [
        replace(event, at_us=round(each_s * 1e6))
        for event, each_s in zip(history.events, moments, strict=True)
    ]
    return history.evidence(now_s=EPOCH_S + at_s, prompt=True)


def test_what_no_alarm_has_ended_is_ended_soon_after_orders_looks_at_it() -> None:
    assert orders_settle.judge(ended_by_a_look(56.0, began_s=0.0)).verdict is Verdict.HOLDS
    [found] = orders_settle.judge(ended_by_a_look(61.0, began_s=0.0)).violations
    assert "51.0 s after it had expired" in found.message


def test_where_orders_has_just_begun_anew_it_may_be_later() -> None:
    assert orders_settle.judge(ended_by_a_look(61.0, began_s=5.0)).verdict is Verdict.HOLDS
