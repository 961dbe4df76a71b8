"""The payment for an order: any sequence of what buyers, Stripe and orders say."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some
from pytest import mark, raises

from services.common.errors import Forbidden, Invalid
from services.common.versioning import OutOfOrder
from services.payments import domain
from services.payments.domain import (
    Cents,
    Order,
    OrderId,
    OrderStatus,
    PaymentId,
    Status,
    UserId,
)

NOW = datetime(2030, 1, 1, tzinfo=UTC)
LATE = NOW + timedelta(minutes=15)
ORDER = Order(OrderId("o"), UserId("ana"), Cents(4_500), LATE)
ID = PaymentId("p")

# From each status of a payment, the ones that may follow in one step.
FOLLOWS = {
    None: {Status.PENDING},
    Status.PENDING: {Status.DECLINED, Status.PAID, Status.REFUNDING},
    Status.DECLINED: {Status.PENDING},
    Status.PAID: {Status.REFUNDING},
    Status.REFUNDING: {Status.REFUNDED},
    Status.REFUNDED: set(),
}


def only(order):
    return order, []


STEPS = {
    "claim": lambda it: only(domain.claim(it, ID, "tok_visa", NOW)),
    "claim with another card": lambda it: only(domain.claim(it, PaymentId("q"), "tok_amex", NOW)),
    "claim late": lambda it: only(domain.claim(it, ID, "tok_visa", LATE)),
    "charged": lambda it: domain.charged(it, "ch_1", NOW),
    "declined 1": lambda it: domain.declined(it, 1, NOW),
    "declined 2": lambda it: domain.declined(it, 2, NOW),
    "refunded": lambda it: domain.refunded(it, NOW),
    "cancelled": lambda it: only(domain.cancelled(it, it.version + 1, NOW)),
    "cancelled again": lambda it: only(domain.cancelled(it, it.version, NOW)),
    "completed": lambda it: only(domain.completed(it, it.version + 1)),
    "noted": lambda it: only(domain.noted(it, it.version + 1)),
}
ORDERS_SAY = ("cancelled", "completed", "noted")


def status_of(order):
    return None if order.payment is None else order.payment.status


def lived(steps):
    """Yield each step with the order before and after it, and the events between."""
    order = ORDER
    for step in steps:
        # Orders never cancels what is complete, and completes nothing that is cancelled.
        if step in ("cancelled", "completed") and order.status is not OrderStatus.OPEN:
            continue
        before, events = order, []
        with suppress(Invalid):
            order, events = STEPS[step](before)
        yield step, before, order, events


lives = some.lists(some.sampled_from(sorted(STEPS)), max_size=14)


@given(lives)
def test_a_payment_takes_only_the_steps_that_are_drawn(steps):
    for _, before, after, _ in lived(steps):
        if status_of(after) is not status_of(before):
            assert status_of(after) in FOLLOWS[status_of(before)]


@given(lives)
def test_each_write_is_one_revision_more_and_each_word_of_orders_one_version(steps):
    for step, before, after, _ in lived(steps):
        assert after.revision == before.revision + (after is not before)
        assert after.version == before.version + (step in ORDERS_SAY)


@given(lives)
def test_a_payment_is_created_and_refunded_at_most_once_and_for_the_whole_price(steps):
    said = [event for *_, events in lived(steps) for event in events]
    kinds = ["payment.created", "payment.refunded"]
    assert [event.type for event in said] == kinds[: len(said)]
    assert [event.version for event in said] == [0, 1][: len(said)]
    assert all((event.amount, event.stripe_id) == (4_500, "ch_1") for event in said)
    assert all(event.id == said[0].id for event in said)


@given(lives)
def test_money_is_owed_back_exactly_when_it_was_taken_for_a_cancelled_order(steps):
    for _, _, after, _ in lived(steps):
        taken = after.payment is not None and after.payment.stripe_id is not None
        owed = taken and after.status is OrderStatus.CANCELLED
        assert owed == (status_of(after) in (Status.REFUNDING, Status.REFUNDED))


@given(lives)
def test_a_cards_token_is_kept_only_while_stripe_has_to_be_asked_for_the_charge(steps):
    for _, _, after, _ in lived(steps):
        if after.payment is not None:
            assert bool(after.payment.token) == (after.payment.status is Status.PENDING)


@given(lives)
def test_the_price_and_the_owner_never_change(steps):
    for _, _, after, _ in lived(steps):
        now = (after.id, after.user_id, after.price_cents, after.expires_at)
        assert now == ("o", "ana", 4_500, LATE)


def claimed():
    return domain.claim(ORDER, ID, "tok_visa", NOW)


def test_a_claim_is_made_once_whoever_asks_again_and_with_whatever_card():
    order = claimed()
    assert domain.claim(order, PaymentId("q"), "tok_amex", NOW) is order


def test_after_a_decline_another_card_is_another_attempt_of_the_same_payment():
    order, _ = domain.declined(claimed(), 1, NOW)
    again = domain.claim(order, PaymentId("q"), "tok_amex", NOW).payment
    assert (again.id, again.attempt, again.token) == (ID, 2, "tok_amex")


def test_a_decline_of_an_earlier_attempt_says_nothing_about_this_one():
    order, _ = domain.declined(claimed(), 1, NOW)
    order = domain.claim(order, ID, "tok_amex", NOW)
    assert domain.declined(order, 1, NOW) == (order, [])


@mark.parametrize("late_s", [0, 1, 10_000])
def test_an_order_cannot_be_paid_from_the_moment_it_expires(late_s):
    just_before = LATE - timedelta(milliseconds=1)
    assert domain.claim(ORDER, ID, "tok_visa", just_before).payment is not None
    with raises(Invalid, match="expired"):
        domain.claim(ORDER, ID, "tok_visa", LATE + timedelta(seconds=late_s))


def test_a_cancelled_order_cannot_be_paid_nor_one_that_was_declined_before():
    with raises(Invalid, match="cancelled"):
        domain.claim(replace(ORDER, status=OrderStatus.CANCELLED), ID, "tok_visa", NOW)
    declined, _ = domain.declined(claimed(), 1, NOW)
    with raises(Invalid, match="cancelled"):
        domain.claim(domain.cancelled(declined, 1, NOW), ID, "tok_visa", NOW)


def test_a_charge_that_comes_after_the_cancellation_is_announced_and_owed_back():
    order, (created,) = domain.charged(domain.cancelled(claimed(), 1, NOW), "ch_1", NOW)
    assert (created.type, status_of(order)) == ("payment.created", Status.REFUNDING)


@mark.parametrize("told", ["cancelled", "completed", "noted"])
def test_a_version_that_overtakes_its_predecessor_is_asked_to_wait(told):
    more = (NOW,) if told == "cancelled" else ()
    with raises(OutOfOrder, match="version 2 came after 0"):
        getattr(domain, told)(ORDER, 2, *more)
    assert getattr(domain, told)(ORDER, 0, *more) is ORDER


def test_only_the_owner_pays():
    assert ORDER.paid_by(UserId("ana")) is ORDER
    with raises(Forbidden):
        ORDER.paid_by(UserId("ben"))
