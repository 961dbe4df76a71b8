from typing import Any

from boxoffice.trace.verdict import Verdict
from scenarios.shop.checks import sessions_isolate
from scenarios.shop.checks.evidence import ORDERS
from tests.scenarios.shop.checks.histories import ANA, ANAS, BEN, BENS, PAYMENT, History, order


def signs_in(history: History, person: str, user: str) -> None:
    history.answers(history.asks(person, "POST /api/users/signin"), 200, {"id": user})


def shown(id: str, user: str) -> dict[str, Any]:
    return {"id": id, "userId": user, "status": "created", "ticket": {"id": "x"}}


def a_shop() -> History:
    history = History()
    history.saves(ORDERS, order(ANAS))
    history.saves(ORDERS, order(BENS))
    signs_in(history, "ana", ANA)
    signs_in(history, "ben", BEN)
    return history


def test_people_who_see_their_own_orders_and_payments_are_isolated() -> None:
    history = a_shop()
    history.answers(history.asks("ana", "GET /api/orders"), 200, [shown(ANAS, ANA)])
    paid = {"id": PAYMENT, "orderId": BENS, "status": "paid"}
    history.answers(history.asks("ben", "POST /api/payments"), 201, paid)
    assert sessions_isolate.judge(history.evidence()).verdict is Verdict.HOLDS


def test_another_users_order_in_a_list_is_a_violation() -> None:
    history = a_shop()
    both = [shown(ANAS, ANA), shown(BENS, BEN)]
    answer = history.answers(history.asks("ana", "GET /api/orders"), 200, both)
    [found] = sessions_isolate.judge(history.evidence()).violations
    assert found.message == (
        "order bbbbb2 of user 00000b was shown to ana by GET /api/orders at 00:00.700"
    )
    assert list(found.events) == [answer["request"], answer.number]


def test_an_order_that_only_claims_to_be_the_readers_is_a_violation() -> None:
    history = a_shop()
    history.answers(history.asks("ana", f"GET /api/orders/{BENS}"), 200, shown(BENS, ANA))
    assert sessions_isolate.judge(history.evidence()).verdict is Verdict.VIOLATED


def test_another_users_order_that_was_never_stored_is_a_violation() -> None:
    history = a_shop()
    unknown = shown("70dbd8814b37bb1c7f0000ff", BEN)
    history.answers(history.asks("ana", "GET /api/orders"), 200, [unknown])
    assert sessions_isolate.judge(history.evidence()).verdict is Verdict.VIOLATED


def test_another_users_payment_is_a_violation() -> None:
    history = a_shop()
    paid = {"id": PAYMENT, "orderId": ANAS, "status": "paid"}
    history.answers(history.asks("ben", f"GET /api/payments/{PAYMENT}"), 200, paid)
    [found] = sessions_isolate.judge(history.evidence()).violations
    assert "payment ccccc3 for order aaaaa1 of user 00000a was shown to ben" in found.message


def test_an_order_shown_to_somebody_who_has_signed_out_is_a_violation() -> None:
    history = a_shop()
    history.answers(history.asks("ana", "POST /api/users/signout"), 200, {})
    history.answers(history.asks("ana", f"GET /api/orders/{ANAS}"), 200, shown(ANAS, ANA))
    assert sessions_isolate.judge(history.evidence()).verdict is Verdict.VIOLATED


def test_an_answer_may_be_to_whoever_was_signed_in_when_it_was_asked_for() -> None:
    history = a_shop()
    asked = history.asks("ana", f"GET /api/orders/{ANAS}")
    signs_in(history, "ana", BEN)
    history.answers(asked, 200, shown(ANAS, ANA))
    assert sessions_isolate.judge(history.evidence()).verdict is Verdict.HOLDS


def test_isolation_is_vacuous_while_nobody_was_shown_anything() -> None:
    history = a_shop()
    problem = {"errors": [{"message": "Not authorized"}]}
    history.answers(history.asks("ana", f"GET /api/orders/{BENS}"), 403, problem)
    assert sessions_isolate.judge(history.evidence()).verdict is Verdict.VACUOUS
