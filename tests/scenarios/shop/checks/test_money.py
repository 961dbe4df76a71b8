from dataclasses import replace

from pytest import mark

from boxoffice.trace.verdict import Verdict
from scenarios.shop.checks import charged_once, money_conserved
from scenarios.shop.checks.evidence import MIRRORS, ORDERS
from tests.scenarios.shop.checks.histories import ANAS, History, mirror, order, payment


def test_two_charges_for_one_order_are_a_violation() -> None:
    history = History()
    history.saves(ORDERS, order())
    history.charges()
    history.charges()
    [found] = charged_once.judge(history.evidence()).violations
    assert found.message.startswith("order aaaaa1: charged 2 times, $45.00 (ch_1, 00:00.100, key")
    assert list(found.events) == [1, 2]


def test_an_answer_that_stripe_repeats_and_a_declined_card_are_no_second_charge() -> None:
    history = History()
    history.saves(ORDERS, order())
    charge = history.charges()
    for changes in ({"replayed": True}, {"outcome": "card_declined", "amount": None}):
        repeated = replace(charge, number=len(history.events), fields=charge.fields | changes)
        history.events.append(repeated)
    assert charged_once.judge(history.evidence()).verdict is Verdict.HOLDS


def test_a_charge_of_another_amount_than_the_first_price_is_a_violation() -> None:
    history = History()
    history.saves(ORDERS, order())
    history.saves(ORDERS, order(version=1, ticket={"id": "x", "price_cents": 9_900}))
    history.charges(amount=9_900)
    [found] = charged_once.judge(history.evidence()).violations
    assert found.message == ("order aaaaa1: charged $99.00 at 00:00.200, but it costs $45.00")
    assert list(found.events) == [0, 2]


def test_a_charge_for_an_order_that_nobody_placed_is_a_violation() -> None:
    history = History()
    history.charges()
    [found] = charged_once.judge(history.evidence()).violations
    assert found.message.endswith("there is no such order")


@mark.parametrize(
    ("status", "charged", "refunded", "verdict"),
    [
        ("complete", 4_500, 0, Verdict.HOLDS),
        ("complete", 4_500, 4_500, Verdict.VIOLATED),
        ("complete", 9_000, 0, Verdict.VIOLATED),
        ("cancelled", 4_500, 4_500, Verdict.HOLDS),
        ("cancelled", 4_500, 0, Verdict.VIOLATED),
        ("awaiting:payment", 4_500, 0, Verdict.VIOLATED),
        ("awaiting:payment", 4_500, 4_500, Verdict.HOLDS),
    ],
)
def test_the_price_is_kept_for_a_complete_order_and_for_no_other(
    status: str, charged: int, refunded: int, verdict: Verdict
) -> None:
    history = History()
    history.saves(ORDERS, order(status=status))
    history.charges(amount=charged, refunded=refunded)
    assert money_conserved.judge(history.evidence()).verdict is verdict


def test_a_cancelled_order_without_its_refund_is_named_with_what_was_charged() -> None:
    history = History()
    history.saves(ORDERS, order())
    history.charges()
    history.saves(ORDERS, order(status="cancelled", version=1))
    [found] = money_conserved.judge(history.evidence()).violations
    assert found.message == (
        "order aaaaa1: cancelled (version 1), so Stripe should keep $0.00, but it charged $45.00 "
        "and refunded $0.00, charge at 00:00.100"
    )
    assert list(found.events) == [1, 2]


def test_a_complete_order_that_was_never_charged_is_a_violation() -> None:
    history = History()
    history.saves(ORDERS, order(status="complete"))
    assert money_conserved.judge(history.evidence()).verdict is Verdict.VIOLATED


def test_money_kept_for_an_order_unknown_to_orders_is_a_violation() -> None:
    history = History()
    history.charges()
    [found] = money_conserved.judge(history.evidence()).violations
    assert "unknown to orders" in found.message


@mark.parametrize(("status", "verdict"), [("pending", "holds"), ("declined", "violated")])
def test_an_open_order_may_be_charged_only_while_the_answer_is_awaited(
    status: str, verdict: str
) -> None:
    history = History()
    history.saves(ORDERS, order())
    history.saves(MIRRORS, mirror(ANAS, payment=payment(status)))
    history.charges()
    assert money_conserved.judge(history.evidence()).verdict == verdict


def test_money_is_vacuous_while_nobody_has_paid() -> None:
    history = History()
    history.saves(ORDERS, order())
    assert money_conserved.judge(history.evidence()).verdict is Verdict.VACUOUS
    assert charged_once.judge(history.evidence()).verdict is Verdict.VACUOUS
