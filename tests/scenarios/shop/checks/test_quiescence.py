from typing import Any

from pytest import mark

from boxoffice.trace.verdict import Verdict
from scenarios.shop.checks import nothing_stuck
from scenarios.shop.checks.evidence import ORDERS, Backlog, Evidence, Message
from services.common.events import ExpirationComplete, enclose
from tests.scenarios.shop.checks.histories import ANAS, EPOCH_S, History, order


def told() -> History:
    history = History()
    history.announces("order.created", id=ANAS, version=0)
    return history


def test_nothing_is_stuck_where_every_message_was_acknowledged() -> None:
    history = told()
    delivered = history.delivers(history.announces("order.cancelled", id=ANAS, version=1), "x")
    history.happens("nats", "acked", delivered.number, consumer="x", seq=2)
    evidence = history.evidence(consumers={"x": Backlog()}, timers={ANAS: -EPOCH_S})
    assert nothing_stuck.judge(evidence).verdict is Verdict.HOLDS


@mark.parametrize(
    ("ends", "said"),
    [
        ({"restless": ["2 requests in flight"]}, "2 requests in flight"),
        ({"consumers": {"orders": Backlog(2, 0)}}, "orders: 2 messages waiting"),
        ({"consumers": {"orders": Backlog(0, 1)}}, "orders: 1 message unacknowledged"),
        ({"timers": {ANAS: EPOCH_S}}, "expiration: timer of order aaaaa1 is due"),
        ({"leases": [ANAS]}, "expiration: timer of order aaaaa1 is leased"),
    ],
)
def test_what_is_left_behind_is_named(ends: dict[str, Any], said: str) -> None:
    [found] = nothing_stuck.judge(told().evidence(**ends)).violations
    assert found.message == said


def test_what_is_restless_and_left_behind_is_named_once() -> None:
    waiting = "orders: 2 messages waiting"
    evidence = told().evidence(restless=[waiting], consumers={"orders": Backlog(2, 0)})
    assert len(nothing_stuck.judge(evidence).violations) == 1


def test_a_timer_that_is_not_yet_due_is_not_stuck() -> None:
    evidence = told().evidence(timers={ANAS: EPOCH_S + 900.0})
    assert nothing_stuck.judge(evidence).verdict is Verdict.HOLDS


def test_a_filled_outbox_is_named() -> None:
    history = told()
    history.saves(ORDERS, order(outbox=[{"id": "a"}, {"id": "b"}]))
    [found] = nothing_stuck.judge(history.evidence()).violations
    assert found.message == "orders: 2 events in an outbox"


def test_a_message_that_is_never_acknowledged_is_named_with_its_deliveries() -> None:
    history = told()
    stored = history.announces("order.cancelled", id=ANAS, version=1)
    for _ in range(3):
        history.delivers(stored, "tickets")
    done = history.delivers(history.announces("order.created", id="x"), "tickets")
    history.happens("nats", "acked", done.number, consumer="tickets", seq=done["seq"])
    evidence = history.evidence(consumers={"tickets": Backlog(0, 1)})
    _, found = nothing_stuck.judge(evidence).violations
    assert found.message == (
        "tickets: order.cancelled of aaaaa1 version 1 is not acknowledged "
        "after 3 deliveries since 00:00.200"
    )
    assert list(found.events) == [1, 2, 4]


def a_dead_letter(poisoned: bool) -> Evidence:
    history = told()
    subject = "dead-letter.tickets.order.created"
    history.happens("nats", "stored", seq=2, subject=subject, data="?", duplicate=False)
    history.messages.append(Message(2, subject, {}, "KeyError: 'hold'"))
    return history.evidence(poisoned=poisoned)


def test_a_dead_letter_is_named_with_its_reason() -> None:
    [found] = nothing_stuck.judge(a_dead_letter(poisoned=False)).violations
    assert found.message == (
        "tickets: an undecodable message was parked among the dead letters at 00:00.100: "
        "KeyError: 'hold'"
    )
    assert list(found.events) == [1]


def test_a_dead_letter_is_where_poison_belongs() -> None:
    assert nothing_stuck.judge(a_dead_letter(poisoned=True)).verdict is Verdict.HOLDS


def test_an_event_of_ours_among_the_dead_letters_is_stuck_whatever_poison_there_was() -> None:
    history = told()
    said = ExpirationComplete(order_id=ANAS)
    event = enclose(said, source="/services/expiration", time="2030-01-01T00:15:00Z").model_dump()
    subject = "dead-letter.orders.expiration.complete"
    history.messages.append(Message(2, subject, event, "ReadOnlyError: no"))
    [found] = nothing_stuck.judge(history.evidence(poisoned=True)).violations
    assert "was parked among the dead letters: ReadOnlyError: no" in found.message
