"""The `always` invariants, judged from a stream: what holds, what falls, what only looks wrong."""

from pytest import mark

from boxoffice.trace.verdict import Verdict
from scenarios.shop.checks import (
    charged_once,
    holder_releases,
    money_conserved,
    no_double_sale,
    terminal_is_final,
    versions_step_by_one,
)
from scenarios.shop.checks.evidence import ORDERS, TICKETS
from scenarios.shop.outside.snapshot import Books
from tests.scenarios.shop.outside.streams import (
    ANAS,
    BENS,
    Told,
    cancelled,
    changed,
    completed,
    confirmed,
    offered,
    paid,
    placed,
    rung,
    sold_in_turn,
)

HOLDS, VIOLATED = Verdict.HOLDS, Verdict.VIOLATED


@mark.parametrize(
    "invariant", [no_double_sale, terminal_is_final, versions_step_by_one, holder_releases]
)
def test_a_ticket_that_is_sold_in_turn_breaks_nothing(invariant):
    assert sold_in_turn().judged(invariant).verdict is HOLDS


# --- no-double-sale -------------------------------------------------------------------------------


def test_an_order_placed_before_the_other_was_cancelled_is_a_double_sale():
    told = Told()
    told.says(placed(ANAS, 1), 10, 12)
    told.says(placed(BENS, 2), 13, 15)
    told.says(cancelled(ANAS), 20, 22)
    [found] = told.judged(no_double_sale).violations
    assert "are both not cancelled" in found.message
    assert "aaaa (version 0, 00:00.012) and " in found.message


def test_two_orders_that_are_never_cancelled_are_a_double_sale():
    told = Told()
    told.says(placed(ANAS, 1), 10, 12)
    told.says(placed(BENS, 1), 11, 12)
    assert told.judged(no_double_sale).verdict is VIOLATED


def test_an_announcement_that_was_stored_late_is_no_double_sale():
    told = Told()
    told.says(placed(ANAS, 1), 10, 12)
    told.says(placed(BENS, 2), 21, 23)
    told.says(cancelled(ANAS), 20, 5_000)  # the broker was away
    assert told.judged(no_double_sale).verdict is HOLDS


def test_an_order_that_waits_in_its_outbox_may_have_been_placed_after_the_cancellation():
    told = Told()
    told.says(placed(ANAS, 1), 10, 12)
    told.says(placed(BENS, 2), 13, None)  # it was slow between its clock and its store
    told.says(cancelled(ANAS), 20, 22)
    assert told.judged(no_double_sale).verdict is HOLDS


def test_a_cancellation_that_waits_in_its_outbox_tells_its_own_time():
    told = Told()
    told.says(placed(ANAS, 1), 10, 12)
    told.says(placed(BENS, 2), 13, 15)
    told.says(cancelled(ANAS), 20, None)
    assert told.judged(no_double_sale).verdict is VIOLATED


def test_an_answer_tells_that_an_order_was_placed_by_then():
    told = Told()
    told.says(placed(ANAS, 1), 10, 12)
    told.says(placed(BENS, 2), 13, None, "b")
    told.says(cancelled(ANAS), 20, 22)
    body = {"id": BENS, "version": 0}
    told.asks("POST /api/orders", 11, 18, 201, body, "b", "ben")
    assert told.judged(no_double_sale).verdict is VIOLATED


def test_three_orders_that_may_just_have_followed_each_other_hold():
    told = Told()
    third = "65f0c0ffee0123456789dddd"
    told.says(placed(third, 3), 12, 19)
    told.says(placed(ANAS, 1), 10, 20)
    told.says(placed(BENS, 2), 10, 30)  # stored last, and yet the second
    told.says(cancelled(ANAS), 13, 21)
    told.says(cancelled(BENS), 14, 31)
    assert told.judged(no_double_sale).verdict is HOLDS


def test_numbers_that_contradict_the_clocks_are_not_held_against_a_shop():
    told = Told()
    told.says(placed(ANAS, 2), 10, 12)
    told.says(cancelled(ANAS), 13, 14)
    told.says(placed(BENS, 1), 11, 20)  # numbered before Ana's, and cannot have been placed before
    assert told.judged(no_double_sale).verdict is HOLDS


# --- terminal-is-final ----------------------------------------------------------------------------


def test_an_order_that_comes_back_after_its_end_is_a_violation():
    told = Told()
    told.says(placed(ANAS, 1), 10, 12)
    told.says(cancelled(ANAS), 20, 22)
    told.says(completed(ANAS, 2), 30, 32)
    [found] = told.judged(terminal_is_final).violations
    assert "it became complete (version 2)" in found.message


def test_versions_that_were_stored_in_the_wrong_order_are_put_in_theirs():
    told = Told()
    told.says(placed(ANAS, 1), 10, 99)
    told.says(confirmed(ANAS, 1), 20, 98)
    told.says(completed(ANAS, 2), 30, 97)
    assert told.judged(terminal_is_final).verdict is HOLDS
    assert told.judged(versions_step_by_one).verdict is HOLDS
    writes = list(told.evidence().writes(ORDERS))
    assert [it["after"]["version"] for it in writes] == [0, 1, 2]
    assert [it.at_us for it in writes] == sorted(it.at_us for it in writes)


def test_a_store_that_holds_another_end_than_was_announced_is_a_violation():
    told = Told()
    told.says(placed(ANAS, 1), 10, 12)
    told.says(cancelled(ANAS), 20, 22)
    told.orders[ANAS]["status"] = "complete"
    assert told.judged(terminal_is_final).verdict is VIOLATED
    assert told.judged(versions_step_by_one).verdict is VIOLATED


# --- holder-releases ------------------------------------------------------------------------------


def test_a_late_cancellation_that_releases_another_order_is_a_violation():
    told = Told()
    told.says(offered(), 0, 1)
    told.says(placed(ANAS, 1), 10, 11, "a")
    told.says(changed(1, ANAS), 12, 13, "a")
    told.says(cancelled(ANAS), 20, 21, "c")
    told.says(placed(BENS, 2), 22, 23, "b")
    told.says(changed(2, BENS), 24, 25, "b")
    told.says(changed(3, None), 30, 31, "c")
    [found] = told.judged(holder_releases).violations
    assert "89bbbb, which is created, was released by order.cancelled of 89aaaa" in found.message


def test_a_wrong_release_is_not_excused_by_a_right_one_that_was_still_to_come():
    told = Told()
    told.says(offered(), 0, 1)
    told.says(placed(ANAS, 1), 10, 11, "a")
    told.says(changed(1, ANAS), 12, 13, "a")
    told.says(cancelled(ANAS), 20, 21, "c")
    told.says(placed(BENS, 2), 22, 23, "b")
    told.says(changed(2, BENS), 24, 25, "b")
    told.says(cancelled(BENS), 26, 27, "d")
    told.says(changed(3, None), 30, 31, "c")  # by Ana's
    told.says(changed(4, None), 32, 33, "d")
    assert told.judged(holder_releases).verdict is VIOLATED


def test_an_order_that_displaces_one_that_was_cancelled_later_is_a_violation():
    told = Told()
    told.says(offered(), 0, 1)
    told.says(placed(ANAS, 1), 10, 11, "a")
    told.says(changed(1, ANAS), 12, 13, "a")
    told.says(placed(BENS, 2), 14, 15, "b")
    told.says(changed(2, BENS), 16, 17, "b")
    told.says(cancelled(ANAS), 20, 21, "c")
    [found] = told.judged(holder_releases).violations
    assert "was displaced by order" in found.message


def test_a_cancellation_that_was_stored_after_the_ticket_had_passed_on_holds():
    told = Told()
    told.says(offered(), 0, 1)
    told.says(placed(ANAS, 1), 10, 11, "a")
    told.says(changed(1, ANAS), 12, 13, "a")
    told.says(placed(BENS, 2), 15, 16, "b")
    told.says(changed(2, BENS), 17, 18, "b")
    told.says(cancelled(ANAS), 14, 9_000, "c")
    assert told.judged(holder_releases).verdict is HOLDS


def test_of_several_messages_of_one_trace_the_one_that_explains_a_release_is_behind_it():
    told = Told()
    told.says(offered(), 0, 1)
    told.says(placed(BENS, 1), 10, 11, "a")
    told.says(cancelled(BENS), 12, 13, "a")
    told.says(placed(ANAS, 2), 14, 15, "a")
    told.says(changed(1, ANAS), 16, 17, "a")  # Ana's order has overtaken all of Ben's
    told.says(changed(2, ANAS), 18, 19, "a")
    told.says(cancelled(ANAS), 20, 21, "a")
    told.says(changed(3, None), 22, 23, "a")
    told.says(changed(4, None), 24, 25, "a")
    assert told.judged(holder_releases).verdict is HOLDS


def test_an_effect_stands_after_its_cause_though_clocks_are_cut_to_milliseconds():
    told = Told()
    told.says(placed(ANAS, 1), 10, 11)
    told.announces(rung(ANAS), 20, 20.4, "r")
    told.says(cancelled(ANAS, 1, "expired"), 20, 20.8, "r")
    *_, rang, ended, stored = told.evidence().events
    assert [it.kind for it in (rang, ended, stored)] == ["stored", "write", "stored"]
    assert ended.cause == rang.number
    assert rang.at_us < ended.at_us <= stored.at_us


def test_an_expired_order_is_released_by_the_cancellation_of_the_clocks_trace():
    told = Told()
    told.says(offered(), 0, 1)
    told.says(placed(ANAS, 1), 10, 11, "a")
    told.says(changed(1, ANAS), 12, 13, "a")
    told.says(confirmed(ANAS), 14, 15, "a")
    told.says(changed(2, ANAS), 16, 17, "a")
    told.announces(rung(ANAS), 900_000, 900_001, "r")
    told.says(cancelled(ANAS, 2, "expired"), 900_002, 900_003, "r")
    told.says(changed(3, None), 900_004, 900_005, "r")
    evidence = told.evidence()
    assert holder_releases.judge(evidence).verdict is HOLDS
    subjects = []
    for write in evidence.writes(TICKETS, ORDERS):
        cause = next((it for it in evidence.causes(write) if it.kind == "stored"), None)
        subjects.append((write["collection"], cause["subject"] if cause else None))
    assert subjects == [
        ("tickets", None),
        ("orders", None),
        ("tickets", "order.created"),
        ("orders", "ticket.updated"),
        ("tickets", "order.awaiting-payment"),
        ("orders", "expiration.complete"),
        ("tickets", "order.cancelled"),
    ]


# --- charged-once ---------------------------------------------------------------------------------


def charge(id: str, amount: int = 4_500) -> dict:
    metadata = {"order_id": ANAS}
    return {"id": id, "amount": amount, "amount_refunded": 0, "metadata": metadata}


def charged(*charges: dict) -> Told:
    told = Told()
    told.says(placed(ANAS, 1), 10, 12)
    told.announces(paid(ANAS), 20, 22)
    told.books = Books({it["id"]: it for it in charges})
    return told


def test_one_charge_of_the_price_holds_and_stands_before_its_announcement():
    told = charged(charge("ch_1"))
    assert told.judged(charged_once).verdict is HOLDS
    [found] = told.evidence().of_kind("charge")
    assert found.at_us == 20_000


@mark.parametrize("charges", [[charge("ch_1"), charge("ch_2")], [charge("ch_1", 4_600)]])
def test_a_second_charge_or_one_of_another_amount_is_a_violation(charges):
    assert charged(*charges).judged(charged_once).verdict is VIOLATED


def test_money_is_not_judged_where_the_books_cannot_be_read():
    told = charged()
    told.says(completed(ANAS), 30, 32)
    told.books = Books(are_read=False)
    evidence = told.evidence()
    for invariant in (charged_once, money_conserved):
        assert invariant.judge(evidence).verdict is Verdict.VACUOUS
