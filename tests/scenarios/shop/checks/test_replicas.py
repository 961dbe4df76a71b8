from typing import Any

from pytest import mark

from boxoffice.trace.verdict import Verdict
from scenarios.shop.checks import replicas_converge
from scenarios.shop.checks.evidence import MIRRORS, ORDERS, REPLICAS, TICKETS
from tests.scenarios.shop.checks.histories import (
    ANAS,
    BENS,
    SEAT,
    History,
    mirror,
    order,
    replica,
    ticket,
)


def settled() -> History:
    history = History()
    history.saves(TICKETS, ticket(version=2, holder=ANAS, orders_applied={ANAS: 1}))
    history.saves(REPLICAS, replica(version=2, order_id=ANAS))
    history.saves(ORDERS, order(status="awaiting:payment", version=1))
    history.saves(MIRRORS, mirror(version=1, revision=1))
    return history


def test_replicas_that_say_what_their_sources_say_have_converged() -> None:
    assert replicas_converge.judge(settled().evidence()).verdict is Verdict.HOLDS


@mark.parametrize(
    ("store", "document", "said"),
    [
        (
            REPLICAS,
            replica(version=1, order_id=ANAS),
            "ticket 5ea701: tickets has version 2, orders' replica has version 1",
        ),
        (
            REPLICAS,
            replica(version=2, order_id=None),
            "ticket 5ea701: tickets has version 2, order_id aaaaa1, "
            "orders' replica has version 2, order_id None",
        ),
        (
            REPLICAS,
            replica(version=2, order_id=ANAS, price_cents=1),
            "ticket 5ea701: tickets has version 2, price_cents 4500, "
            "orders' replica has version 2, price_cents 1",
        ),
        (
            MIRRORS,
            mirror(version=0),
            "order aaaaa1: orders has version 1, payments' mirror has version 0",
        ),
        (
            MIRRORS,
            mirror(version=1, status="cancelled"),
            "order aaaaa1: orders has version 1, status open, "
            "payments' mirror has version 1, status cancelled",
        ),
        (
            TICKETS,
            ticket(version=2, holder=ANAS, orders_applied={}),
            "order aaaaa1: orders has version 1 (ticket 5ea701), tickets has applied none",
        ),
        (
            TICKETS,
            ticket(version=2, holder=ANAS, orders_applied={ANAS: 0}),
            "order aaaaa1: orders has version 1 (ticket 5ea701), "
            "tickets has applied version 0 (ticket 5ea701)",
        ),
    ],
)
def test_a_replica_that_differs_from_its_source_is_named_with_both(
    store: str, document: dict[str, Any], said: str
) -> None:
    history = settled()
    history.saves(store, document)
    [found] = replicas_converge.judge(history.evidence()).violations
    assert found.message.startswith(f"{said} (source written at 00:00.")
    assert history.events[-1].number in found.events


@mark.parametrize(
    ("store", "id", "said"),
    [
        (REPLICAS, SEAT, "tickets has version 2, orders' replica has none"),
        (TICKETS, SEAT, "tickets has none, orders' replica has version 2"),
        (MIRRORS, ANAS, "orders has version 1, payments' mirror has none"),
        (ORDERS, ANAS, "orders has none, payments' mirror has version 1"),
    ],
)
def test_a_source_without_a_replica_and_a_replica_without_a_source_are_named(
    store: str, id: str, said: str
) -> None:
    history = settled()
    history.removes(store, id)
    messages = [it.message for it in replicas_converge.judge(history.evidence()).violations]
    assert any(said in message for message in messages)


def test_a_cursor_for_an_order_that_was_never_placed_is_named() -> None:
    history = settled()
    applied = {ANAS: 1, BENS: 0}
    history.saves(TICKETS, ticket(version=2, holder=ANAS, orders_applied=applied))
    [found] = replicas_converge.judge(history.evidence()).violations
    assert found.message.startswith("order bbbbb2: orders has none, tickets has applied version 0")
