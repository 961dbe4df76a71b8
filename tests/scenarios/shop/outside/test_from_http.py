"""What HTTP alone proves, and what it only seems to."""

from datetime import UTC, datetime

from pytest import fixture, mark

from boxoffice.trace.verdict import Verdict
from scenarios.shop.checks import (
    INVARIANTS,
    accepted_is_durable,
    judge,
    no_double_sale,
    sessions_isolate,
    terminal_is_final,
    versions_step_by_one,
)
from scenarios.shop.checks.evidence import ACKNOWLEDGEMENTS, MOMENTS
from scenarios.shop.outside.from_http import UNSEEN_OVER_HTTP, from_http
from services.common.clock import iso
from tests.scenarios.shop.outside.streams import ANA, SEAT, SUE, Told

HOLDS, VIOLATED, VACUOUS = Verdict.HOLDS, Verdict.VIOLATED, Verdict.VACUOUS
# Ids as the shop makes them, of the second in which an order was placed.
BEGAN_S = 1_893_456_000
ANAS, BENS = f"{BEGAN_S:08x}c0ffee012345aaaa", f"{BEGAN_S:08x}c0ffee012345bbbb"
LATE = f"{BEGAN_S + 900:08x}c0ffee012345dddd"  # when the time of the others is over
END_MS = 900_000


@fixture
def told():
    return Told()


def ticket(version, title="Front row", **more):
    return {"id": SEAT, "title": title, "price": 45.0, "userId": SUE, "version": version} | more


def order(id, version=0, status="created", user=ANA):
    return {
        "id": id,
        "userId": user,
        "status": status,
        "expiresAt": iso(datetime.fromtimestamp(int(id[:8], 16) + 900, UTC)),
        "version": version,
        "ticket": {"id": SEAT, "title": "Front row", "price": 45.0},
    }


def orders(told, id, at, until, person="ana"):
    told.asks("POST /api/orders", at, until, 201, order(id), person=person)


def shows(told, at, until, body, person="ana"):
    noun = "orders" if "ticket" in body else "tickets"
    told.asks(f"GET /api/{noun}/{body['id']}", at, until, 200, body, person=person)


def verdict(told, invariant):
    return invariant.judge(from_http(told.http)).verdict


def test_what_http_does_not_show_is_vacuous(told):
    told.asks("POST /api/tickets", 0, 9, 201, ticket(0), person="sue")
    orders(told, ANAS, 10, 19)
    shows(told, 20, 29, order(ANAS, 2, "complete"))
    found = {it.invariant: it.verdict for it in judge(from_http(told.http))}
    unseen = UNSEEN_OVER_HTTP - {ACKNOWLEDGEMENTS, MOMENTS}
    assert {name for name, it in found.items() if it is VACUOUS} >= unseen
    assert found["no-double-sale"] is found["terminal-is-final"] is HOLDS
    assert {it.name for it in INVARIANTS} > unseen


def test_a_violation_is_proved_by_what_was_recorded(told):
    shows(told, 0, 9, order(ANAS, 1, "complete"))
    shows(told, 20, 29, order(ANAS, 2, "cancelled"))
    [found] = terminal_is_final.judge(from_http(told.http)).violations
    assert [told.http[number].kind for number in found.events] == ["response", "response"]


# --- no-double-sale -------------------------------------------------------------------------------


def test_two_orders_that_were_both_placed_and_not_yet_over_are_a_double_sale(told):
    orders(told, ANAS, 0, 9)
    orders(told, BENS, 5, 15, "ben")
    assert verdict(told, no_double_sale) is VIOLATED


def test_an_order_that_its_owner_has_asked_to_cancel_may_be_over(told):
    orders(told, ANAS, 0, 9)
    told.asks(f"DELETE /api/orders/{ANAS}", 10, None)
    orders(told, BENS, 11, 15, "ben")
    assert verdict(told, no_double_sale) is HOLDS


def test_an_order_whose_time_is_over_may_be_over(told):
    orders(told, ANAS, 0, 9)
    orders(told, LATE, END_MS, END_MS + 9, "ben")
    assert verdict(told, no_double_sale) is HOLDS


def test_time_is_told_by_the_clock_of_the_shop_which_may_be_fast(told):
    orders(told, ANAS, 0, 9)
    orders(told, LATE, END_MS / 60, END_MS / 60 + 9, "ben")
    assert verdict(told, no_double_sale) is HOLDS


def test_an_order_that_is_complete_is_never_over(told):
    orders(told, ANAS, 0, 9)
    shows(told, 20, 29, order(ANAS, 2, "complete"))
    orders(told, LATE, END_MS, END_MS + 9, "ben")
    assert verdict(told, no_double_sale) is VIOLATED


def test_an_order_that_is_shown_open_after_its_time_still_counts(told):
    orders(told, ANAS, 0, 9)
    orders(told, LATE, END_MS, END_MS + 9, "ben")
    shows(told, END_MS + 20, END_MS + 29, order(ANAS, 1, "awaiting:payment"))
    assert verdict(told, no_double_sale) is VIOLATED


def test_orders_that_were_only_ever_seen_in_passing_hold(told):
    shows(told, 0, 9, order(ANAS))
    shows(told, 0, 9, order(BENS), "ben")
    assert verdict(told, no_double_sale) is not VIOLATED


def test_an_order_seen_in_passing_may_have_ended_before_one_that_certainly_lasted(told):
    shows(told, 0, 9, order(ANAS))
    orders(told, BENS, 5, 8, "ben")
    shows(told, 20, 29, order(BENS), "ben")
    assert verdict(told, no_double_sale) is HOLDS


def test_an_order_that_took_long_to_place_says_little_of_the_clock_of_the_shop(told):
    orders(told, ANAS, 0, 9)
    slow = f"{BEGAN_S + 890:08x}c0ffee012345eeee"  # drawn in time, and stored perhaps too late
    orders(told, slow, END_MS - 14_000, END_MS + 2_000, "ben")
    assert verdict(told, no_double_sale) is HOLDS


def test_an_order_that_was_shown_cancelled_before_the_next_holds(told):
    orders(told, ANAS, 0, 9)
    told.asks(f"DELETE /api/orders/{ANAS}", 10, 19, 204)
    shows(told, 20, 29, order(ANAS, 1, "cancelled"))
    orders(told, BENS, 15, 30, "ben")
    assert verdict(told, no_double_sale) is HOLDS


# --- versions -------------------------------------------------------------------------------------


def test_a_version_that_goes_back_is_a_violation(told):
    shows(told, 0, 9, ticket(3))
    shows(told, 10, 19, ticket(2))
    [found] = versions_step_by_one.judge(from_http(told.http)).violations
    assert "version went from 3 to 2" in found.message


def test_answers_that_overtook_each_other_are_no_way_back(told):
    shows(told, 0, 9, ticket(3))
    shows(told, 8, 19, ticket(2))  # asked before the other was answered
    assert verdict(told, versions_step_by_one) is HOLDS


def test_versions_that_nobody_looked_at_were_there_all_the_same(told):
    shows(told, 0, 9, ticket(1))
    shows(told, 10, 19, ticket(7))
    assert verdict(told, versions_step_by_one) is HOLDS


def test_one_version_that_shows_two_contents_is_a_violation(told):
    shows(told, 0, 9, ticket(1))
    shows(told, 10, 19, ticket(1, "Back row"))
    assert verdict(told, versions_step_by_one) is VIOLATED


def test_an_order_that_ended_otherwise_than_it_was_shown_is_a_violation(told):
    shows(told, 0, 9, order(ANAS, 1, "cancelled"))
    shows(told, 10, 19, order(ANAS, 2, "complete"))
    assert verdict(told, terminal_is_final) is VIOLATED


# --- durability and sessions ----------------------------------------------------------------------


def test_nothing_is_said_of_what_nobody_has_looked_at_again(told):
    orders(told, ANAS, 0, 9)
    assert verdict(told, accepted_is_durable) is VACUOUS


def test_what_is_shown_again_was_durable(told):
    told.asks("POST /api/tickets", 0, 9, 201, ticket(0), person="sue")
    shows(told, 10, 19, ticket(4))
    assert verdict(told, accepted_is_durable) is HOLDS


@mark.parametrize(
    ("call", "made"),
    [("POST /api/orders", order(ANAS)), ("POST /api/tickets", ticket(0))],
)
def test_what_was_accepted_and_is_not_found_is_a_violation(told, call, made):
    told.asks(call, 0, 9, 201, made)
    told.asks(f"GET {call.split()[1]}/{made['id']}", 10, 19, 404)
    assert verdict(told, accepted_is_durable) is VIOLATED


def test_a_payment_that_was_taken_and_is_not_found_is_a_violation(told):
    told.asks("POST /api/payments", 0, 9, 201, {"id": "p", "orderId": ANAS, "status": "paid"})
    told.asks("GET /api/payments/p", 10, 19, 404)
    assert verdict(told, accepted_is_durable) is VIOLATED


def test_what_was_found_only_after_a_while_is_there(told):
    told.asks(f"GET /api/orders/{ANAS}", 0, 9, 404)
    orders(told, ANAS, 0, 9)
    shows(told, 10, 19, order(ANAS))
    assert verdict(told, accepted_is_durable) is HOLDS


def test_an_edit_that_is_gone_is_a_violation(told):
    told.asks(f"PUT /api/tickets/{SEAT}", 0, 9, 200, ticket(3), person="sue")
    shows(told, 10, 19, ticket(2))
    assert verdict(told, accepted_is_durable) is VIOLATED


@mark.parametrize(("until", "expected"), [(19, VIOLATED), (99, HOLDS)])
def test_a_cancellation_that_is_undone_is_a_violation(told, until, expected):
    orders(told, ANAS, 0, 9)
    told.asks(f"DELETE /api/orders/{ANAS}", 10, until, 204)
    shows(told, 20, 29, order(ANAS, 1, "awaiting:payment"))
    assert verdict(told, accepted_is_durable) is expected


def test_an_order_that_is_shown_to_another_is_a_violation(told):
    told.asks("POST /api/users/signup", 0, 9, 201, {"id": SUE, "email": "s@example.com"})
    shows(told, 10, 19, order(ANAS, user=ANA))
    assert verdict(told, sessions_isolate) is VIOLATED
