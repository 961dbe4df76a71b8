"""Versions, judged from a stream: what holds, what falls, and what nobody announced."""

from pytest import mark

from boxoffice.trace.verdict import Verdict
from scenarios.shop.checks import (
    every_version_announced,
    no_double_sale,
    no_lost_update,
    versions_step_by_one,
)
from tests.scenarios.shop.outside.streams import (
    ANAS,
    BENS,
    SEAT,
    SUE,
    Told,
    changed,
    offered,
    placed,
    sold_in_turn,
)

HOLDS, VIOLATED = Verdict.HOLDS, Verdict.VIOLATED


# --- versions-step-by-one -------------------------------------------------------------------------


def test_two_contents_for_one_version_are_a_violation():
    told = Told()
    told.says(offered(), 0, 1)
    told.says(changed(1, None, 4_600), 10, 12)
    told.says(changed(1, None, 4_700), 10, 200_000)
    [found] = told.judged(versions_step_by_one).violations
    assert "stayed 1 through a change" in found.message


def test_an_event_that_is_in_the_stream_twice_is_one_version():
    told = Told()
    told.says(offered(), 0, 1)
    told.says(changed(1, None, 4_600), 10, 12)
    told.says(changed(1, None, 4_600), 11, 13)
    assert told.judged(versions_step_by_one).verdict is HOLDS


def test_a_version_that_was_announced_and_never_stored_is_a_violation():
    told = Told()
    told.says(offered(), 0, 1)
    told.announces(changed(1, None, 4_600), 10, 12)
    [found] = told.judged(versions_step_by_one).violations
    assert "version went from 1 to 0" in found.message


def test_a_version_that_nobody_announced_is_told_once_and_by_the_stream():
    told = Told()
    told.says(offered(), 0, 1)
    told.says(changed(2, None, 4_600), 20, 22)
    assert told.judged(versions_step_by_one).verdict is HOLDS
    [found] = told.judged(every_version_announced).violations
    assert "version 1" in found.message


def test_an_order_that_was_never_announced_is_taken_from_the_store():
    told = sold_in_turn()
    told.stream = [it for it in told.stream if BENS.encode() not in it.payload]
    assert told.judged(versions_step_by_one).verdict is HOLDS
    assert told.judged(no_double_sale).verdict is HOLDS
    assert told.judged(every_version_announced).verdict is VIOLATED


@mark.parametrize("payload", [b"?", b"[]", b'{"data": 5}', b'{"type": "order.created"}', b"\xff"])
def test_a_message_that_nobody_can_read_is_in_the_way_of_nothing(payload):
    told = sold_in_turn()
    told.stream[0] = type(told.stream[0])(1, "order.created", payload, {}, 0)
    evidence = told.evidence()
    assert len(list(evidence.of_kind("stored"))) == len(told.stream)
    assert every_version_announced.judge(evidence).verdict is VIOLATED


# --- no-lost-update -------------------------------------------------------------------------------


def edited(first: int, second: int) -> Told:
    told = Told()
    told.says(offered(), 0, 1)
    told.says(changed(1, None, first), 10, 12, "e1")
    told.says(changed(2, None, second), 20, 22, "e2")
    return told


def put(told: Told, at: float, version: int, price: float, trace: str) -> None:
    body = {"id": SEAT, "version": version, "title": "Front row", "price": price, "userId": SUE}
    told.asks(f"PUT /api/tickets/{SEAT}", at, at + 9, 200, body, trace, "sue")


def test_edits_that_follow_each_other_hold():
    told = edited(4_600, 4_700)
    put(told, 9, 1, 46.0, "e1")
    put(told, 19, 2, 47.0, "e2")
    assert told.judged(no_lost_update).verdict is HOLDS


def test_an_edit_that_was_written_over_by_another_of_the_same_version_is_lost():
    told = edited(4_600, 4_700)
    put(told, 9, 1, 46.0, "e1")
    put(told, 9, 1, 48.0, "e3")  # answered, and its event taken for a repetition
    [found] = told.judged(no_lost_update).violations
    assert "version 1" in found.message
    assert "was never written" in found.message


def test_an_edit_that_takes_a_reservation_away_was_not_computed_from_the_version_before():
    told = Told()
    told.says(offered(), 0, 1)
    told.says(placed(ANAS, 1), 5, 6, "a")
    told.says(changed(1, ANAS), 10, 12, "a")
    told.says(changed(2, None, 4_700), 20, 22, "e2")
    put(told, 19, 2, 47.0, "e2")
    [found] = told.judged(no_lost_update).violations
    assert "also changed holder" in found.message


def test_an_edit_whose_event_is_missing_was_written_all_the_same():
    told = edited(4_600, 4_700)
    del told.stream[1]
    put(told, 9, 1, 46.0, "e1")
    put(told, 19, 2, 47.0, "e2")
    assert told.judged(no_lost_update).verdict is HOLDS
    assert told.judged(every_version_announced).verdict is VIOLATED
