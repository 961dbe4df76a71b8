from typing import Any

from pytest import mark

from boxoffice.trace.verdict import Verdict
from scenarios.shop.checks import accepted_is_durable
from scenarios.shop.checks.evidence import MIRRORS, ORDERS, TICKETS, USERS
from tests.scenarios.shop.checks.histories import (
    ANA,
    ANAS,
    PAYMENT,
    SEAT,
    History,
    mirror,
    order,
    payment,
    ticket,
)

USER = {"_id": ANA, "email": "ana@example.com", "version": 1, "epoch": 1}
PAID = {"id": PAYMENT, "orderId": ANAS}

ACCEPTED = [
    ("POST /api/users/signup", 201, {"id": ANA, "email": "ana@example.com"}, USERS, USER),
    ("POST /api/users/reset-password", 200, {"id": ANA}, USERS, USER),
    ("POST /api/tickets", 201, {"id": SEAT, "version": 0}, TICKETS, ticket()),
    (f"PUT /api/tickets/{SEAT}?x=1", 200, {"id": SEAT, "version": 1}, TICKETS, ticket(version=2)),
    ("POST /api/orders", 201, {"id": ANAS}, ORDERS, order()),
    (f"DELETE /api/orders/{ANAS}", 204, None, ORDERS, order(status="cancelled")),
    ("POST /api/payments", 201, PAID, MIRRORS, mirror(payment=payment("paid"))),
    ("POST /api/payments", 202, PAID, MIRRORS, mirror(payment=payment("pending"))),
]


def accepted(call: str, status: int, body: Any) -> History:
    history = History()
    history.answers(history.asks("ana", call), status, body)
    return history


@mark.parametrize(("call", "status", "body", "store", "document"), ACCEPTED)
def test_what_was_accepted_and_is_there_is_durable(
    call: str, status: int, body: Any, store: str, document: dict[str, Any]
) -> None:
    history = accepted(call, status, body)
    history.saves(store, document)
    assert accepted_is_durable.judge(history.evidence()).verdict is Verdict.HOLDS


@mark.parametrize(("call", "status", "body", "store", "document"), ACCEPTED)
def test_what_was_accepted_and_is_gone_is_a_violation(
    call: str, status: int, body: Any, store: str, document: dict[str, Any]
) -> None:
    [found] = accepted_is_durable.judge(accepted(call, status, body).evidence()).violations
    assert f"{call.split('?')[0]} was answered {status} at 00:00.100, but there is no" in (
        found.message
    )
    assert list(found.events) == [0, 1]


@mark.parametrize(
    ("call", "status", "body", "store", "document", "said"),
    [
        (
            f"PUT /api/tickets/{SEAT}",
            200,
            {"id": SEAT, "version": 3},
            TICKETS,
            ticket(version=2),
            "version 3 is gone, and 2 is the last",
        ),
        (
            f"DELETE /api/orders/{ANAS}",
            204,
            None,
            ORDERS,
            order(status="complete", version=2),
            "the order is complete (version 2)",
        ),
        (
            "POST /api/payments",
            201,
            {"id": "70dbd882c3cad1cee10000ff", "orderId": ANAS},
            MIRRORS,
            mirror(payment=payment("paid")),
            "the payment is ccccc3",
        ),
        (
            "POST /api/users/signup",
            201,
            {"id": ANA, "email": "someone@example.com"},
            USERS,
            USER,
            "the address is ana@example.com",
        ),
        (
            "POST /api/users/reset-password",
            200,
            {"id": ANA},
            USERS,
            USER | {"epoch": 0},
            "the old password still stands",
        ),
    ],
)
def test_what_was_accepted_and_is_otherwise_now_is_a_violation(
    call: str, status: int, body: Any, store: str, document: dict[str, Any], said: str
) -> None:
    history = accepted(call, status, body)
    history.saves(store, document)
    [found] = accepted_is_durable.judge(history.evidence()).violations
    assert found.message.endswith(f"but {said}")


@mark.parametrize(
    ("call", "status"),
    [("POST /api/orders", 400), ("GET /api/orders", 200), ("POST /api/users/signout", 200)],
)
def test_refusals_and_questions_promise_nothing(call: str, status: int) -> None:
    history = accepted(call, status, {})
    assert accepted_is_durable.judge(history.evidence()).verdict is Verdict.VACUOUS


def test_an_unanswered_request_promises_nothing() -> None:
    history = History()
    request = history.asks("ana", "POST /api/orders")
    history.happens("ana", "response", request.number, request=request.number, outcome="unknown")
    assert accepted_is_durable.judge(history.evidence()).verdict is Verdict.VACUOUS
