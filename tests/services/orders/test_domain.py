"""An order's life: any sequence of what people and services say, and how it ends."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as some
from pytest import mark, raises

from services.common.errors import Forbidden, Invalid
from services.orders import domain
from services.orders.domain import Cents, Order, OrderId, PaymentId, Status, TicketId, UserId

NEW = Order(
    id=OrderId("o"),
    user_id=UserId("ana"),
    ticket_id=TicketId("t"),
    title="Front row",
    price_cents=Cents(4_500),
    placed_at=datetime(2029, 12, 31, 23, 45, tzinfo=UTC),
    expires_at=datetime(2030, 1, 1, tzinfo=UTC),
    hold=1,
)
STEPS = {
    "confirm": domain.confirm,
    "pay": lambda order: domain.complete(order, PaymentId("p")),
    "pay again": lambda order: domain.complete(order, PaymentId("q")),
    "expire": domain.expire,
    "cancel": domain.cancel,
}
TERMINAL = (Status.COMPLETE, Status.CANCELLED)
ANNOUNCED = {
    Status.AWAITING_PAYMENT: "order.awaiting-payment",
    Status.COMPLETE: "order.completed",
    Status.CANCELLED: "order.cancelled",
}


def after(order, step):
    try:
        return STEPS[step](order)
    except Invalid:
        return order, []


lives = some.lists(some.sampled_from(sorted(STEPS)), max_size=8)


@given(lives)
def test_complete_and_cancelled_are_final(life):
    order = NEW
    for step in life:
        before, (order, events) = order, after(order, step)
        if before.status in TERMINAL:
            assert (order, list(events)) == (before, [])


@given(lives)
def test_each_change_is_one_version_more_and_is_announced_by_one_event(life):
    order = NEW
    for step in life:
        before, (order, events) = order, after(order, step)
        assert order.version == before.version + len(events) <= before.version + 1
        assert (order.status != before.status) == bool(events)
        for event in events:
            assert (event.id, event.version, event.ticket.id) == ("o", order.version, "t")
            assert event.type == ANNOUNCED[order.status]


@given(lives)
def test_nothing_but_the_status_and_the_payment_ever_changes(life):
    order = NEW
    for step in life:
        order, _ = after(order, step)
    kept = ("id", "user_id", "ticket_id", "title", "price_cents", "placed_at", "expires_at", "hold")
    assert [getattr(order, name) for name in kept] == [getattr(NEW, name) for name in kept]
    assert (order.payment_id is not None) == (order.status is Status.COMPLETE)


def test_a_new_order_says_at_what_price_it_holds_the_ticket_and_which_one_it_is():
    (created,) = domain.place(NEW)
    assert created.model_dump(by_alias=True) == {
        "id": "o",
        "version": 0,
        "status": "created",
        "userId": "ana",
        "expiresAt": "2030-01-01T00:00:00.000Z",
        "ticket": {"id": "t", "price": 4_500, "hold": 1},
    }


@mark.parametrize(("step", "reason"), [("cancel", "user"), ("expire", "expired")])
def test_a_cancellation_says_why(step, reason):
    _, (cancelled,) = after(NEW, step)
    assert cancelled.reason == reason


def test_an_order_may_be_paid_before_tickets_has_confirmed_it():
    order, (completed,) = domain.complete(NEW, PaymentId("p"))
    assert (order.status, order.payment_id, completed.payment_id) == (Status.COMPLETE, "p", "p")
    assert domain.confirm(order) == (order, [])


def test_a_complete_order_cannot_be_cancelled_and_says_so():
    order, _ = domain.complete(NEW, PaymentId("p"))
    with raises(Invalid, match="complete"):
        domain.cancel(order)
    assert domain.expire(order) == (order, [])


def test_an_order_is_shown_to_its_owner_alone():
    assert NEW.shown_to(UserId("ana")) is NEW
    with raises(Forbidden):
        NEW.shown_to(UserId("ben"))
