"""An honest history in which one thing is made different is none that the contract allows."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from boxoffice.trace import TraceEvent
from tests.scenarios.shop.checks.corrupted import Recording, falls

STEPS: Final = "follows-the-contract"
LATER: Final = "2030-01-01T00:01:00.000Z"


def became(it: Recording, store: str, pays: str = "", **after: Any) -> TraceEvent:
    """Return the first write to a collection that made a document like this."""
    database, collection = store.split(".")
    due = after | {"pays": pays}
    for write in it.all("write", database=database, collection=collection):
        if _told(write["after"], due) == due != _told(write["before"], due):
            return write
    raise AssertionError(f"nothing in {store} became {due}")


def _told(document: Any, due: dict[str, Any]) -> dict[str, Any]:
    found = document or {}
    status = (found.get("payment") or {}).get("status", "") if due["pays"] else ""
    return {name: found.get(name) for name in due} | {"pays": status}


def decided(it: Recording, host: str) -> TraceEvent:
    """Return the first decision of a service."""
    return next(event for event in it.all("decided") if event.host == host)


def sleeps(it: Recording, at: TraceEvent, after_s: float = 0.0) -> None:
    """Let payments have slept from an event on, or from so many seconds after it on."""
    slept = replace(at, number=at.number + 1, host="payments", kind="pause", fields={"s": 45.0})
    it.events.insert(it.events.index(at) + 1, slept)
    if after_s:
        it.move(slept, after_s)


def put_before(it: Recording, late: TraceEvent, early: TraceEvent) -> None:
    """Let an event have happened just before another one."""
    it.move(late, by_s=(early.at_us - late.at_us - 1) / 1e6)


# --- tickets --------------------------------------------------------------------------------------


@falls(
    STEPS, "by order.awaiting-payment of 004aff version 1, it would be version 3 ($19.99, held by"
)
def a_ticket_is_let_go_for_a_message_of_another_kind(it: Recording) -> None:
    noted = became(it, "tickets.tickets", version=3)
    it.change(noted, lambda to: to["after"].pop("holder"))


@falls(
    STEPS,
    "to version 2 ($19.99, held by order 004aff) by PUT /api/tickets, it would be version 2 ($",
)
def a_ticket_is_reserved_by_an_edit(it: Recording) -> None:
    edit = it.asked(it.first("response", "PUT /api/tickets/", status=200))
    reserved = became(it, "tickets.tickets", hold=1)
    assert edit
    it.events[it.events.index(reserved)] = it.caused(reserved, edit)


@falls(
    STEPS,
    "from version 0 ($45.00, held by order 004aff) to version 1 ($19.99) by PUT /api/tickets, at",
)
def a_ticket_is_edited_while_it_is_held(it: Recording) -> None:
    edit = became(it, "tickets.tickets", price_cents=1_999)
    it.change(edit, lambda to: to["before"].update(holder="70dbd8814b37bb1c7f004aff"))


@falls(STEPS, "it remembers version None of order 004aff after order.created of 004aff version 0")
def a_ticket_does_not_remember_what_it_has_heard(it: Recording) -> None:
    reserved = became(it, "tickets.tickets", hold=1)
    it.change(reserved, lambda to: to["after"].update(orders_applied={}))


@falls(
    STEPS, "to version 3 ($19.99, held by order 004aff) by order.created of 004aff version 0, at"
)
def a_repetition_is_applied(it: Recording) -> None:
    reserved = became(it, "tickets.tickets", hold=1)
    after = reserved["after"] | {"version": 3}
    it.repeat(reserved, before=reserved["after"], after=after)


# --- orders ---------------------------------------------------------------------------------------


@falls(STEPS, "leads from nothing to version 0 (created, number 2, $19.99) by POST /api/orders, at")
def a_ticket_is_ordered_that_somebody_has(it: Recording) -> None:
    placed = became(it, "orders.orders", status="created")
    it.repeat(placed, id="another", after=placed["after"] | {"_id": "another", "hold": 2})


@falls(STEPS, "it would be version 0 (created, number 1, $19.99)")
def an_order_is_placed_at_another_price(it: Recording) -> None:
    placed = became(it, "orders.orders", status="created")
    it.change(placed, lambda to: to["after"]["ticket"].update(price_cents=4_500))


@falls(STEPS, "it would be version 0 (created, number 2, $45.00)")
def a_number_is_drawn_twice(it: Recording) -> None:
    placed = became(it, "orders.orders", hold=2)
    it.change(placed, lambda to: to["after"].update(hold=1))


@falls(
    STEPS, "(complete, number 2, $45.00) by expiration.complete of 004b02 version 0, it would be"
)
def an_order_is_completed_by_the_alarm(it: Recording) -> None:
    expired = became(it, "orders.orders", status="cancelled", hold=2)
    it.change(expired, lambda to: to["after"].update(status="complete"))


@falls(STEPS, "it was ended before its time after the clock")
def an_order_is_ended_by_nobody_before_its_time(it: Recording) -> None:
    regretted = became(it, "orders.orders", status="cancelled")
    it.events[it.events.index(regretted)] = replace(regretted, cause=None)


@falls(STEPS, "its order is not confirmed yet after ticket.updated of 00d022 version 2")
def the_replica_moves_on_before_the_order(it: Recording) -> None:
    confirmed = became(it, "orders.orders", status="awaiting:payment")
    put_before(it, became(it, "orders.tickets", version=2), confirmed)


@falls(STEPS, "it would be version 1 ($19.99)")
def the_replica_takes_another_price_than_was_told(it: Recording) -> None:
    followed = became(it, "orders.tickets", price_cents=1_999)
    it.change(followed, lambda to: to["after"].update(price_cents=1_998))


# --- payments -------------------------------------------------------------------------------------


@falls(STEPS, "order 004aff: Stripe made a charge, but its payment is none, not pending")
def a_card_is_charged_before_the_payment_is_claimed(it: Recording) -> None:
    it.drop(became(it, "payments.orders", pays="pending"))


@falls(STEPS, "(open, payment pending, $19.99) to version 1 (open, payment paid, $19.99)")
def a_payment_is_recorded_that_stripe_knows_nothing_of(it: Recording) -> None:
    it.drop(it.first("charge"))


@falls(STEPS, "order 004b00: Stripe made a refund, but its payment is pending, not refunding")
def money_goes_back_that_nobody_owes(it: Recording) -> None:
    put_before(it, it.first("refund"), became(it, "payments.orders", pays="refunding"))


@falls(
    STEPS,
    "(cancelled, payment paid, $45.00) by POST /api/payments, it would be version 2 (cancelled,",
)
def nothing_is_owed_for_a_cancelled_order(it: Recording) -> None:
    owed = became(it, "payments.orders", pays="refunding")
    it.change(owed, lambda to: to["after"]["payment"].update(status="paid"))


@falls(
    STEPS, "Stripe was asked for a charge at 00:02.734, 31 s after payments has noted that it asks"
)
def a_charge_is_sent_long_after_it_was_noted(it: Recording) -> None:
    claimed = became(it, "payments.orders", pays="pending")
    long_ago = "2029-12-31T23:59:32.000Z"
    it.change(claimed, lambda to: to["after"]["payment"].update(sent_at=long_ago))


@falls(STEPS, "31 s after payments has noted that it asks")
def who_slept_before_hearing_that_it_is_noted_sends_the_charge(it: Recording) -> None:
    a_charge_is_sent_long_after_it_was_noted(it)
    sleeps(it, became(it, "payments.orders", pays="pending"))


@falls(STEPS, "it is noted that Stripe is asked for a charge, and it is over, at")
def a_charge_is_noted_for_an_order_that_is_over(it: Recording) -> None:
    claimed = became(it, "payments.orders", pays="pending")
    late = claimed["after"]["expires_at"]
    it.change(claimed, lambda to: to["after"]["payment"].update(sent_at=late))


@falls(STEPS, "and its time was over when that was noted")
def a_charge_is_sent_although_its_note_came_too_late(it: Recording) -> None:
    claimed = became(it, "payments.orders", pays="pending")
    it.change(claimed, lambda to: to["after"].update(expires_at="2030-01-01T00:00:02.500Z"))
    claimed = became(it, "payments.orders", pays="pending")
    sent_at = "2030-01-01T00:00:02.000Z"
    it.change(claimed, lambda to: to["after"]["payment"].update(sent_at=sent_at))


@falls(STEPS, "Stripe is to be asked again in 2700 s, though 0 s have passed")
def a_refund_is_put_off_for_long(it: Recording) -> None:
    def asks(write: TraceEvent) -> bool:
        was = (write["before"] or {}).get("payment") or {}
        return write.cause is None and was.get("status") == "refunding"

    asked = next(write for write in it.all("write", database="payments") if asks(write))
    since = datetime.fromisoformat(asked["after"]["payment"]["since"])
    later = (since + timedelta(seconds=2_700)).isoformat()
    it.change(asked, lambda to: to["after"]["payment"].update(next_at=later))


@falls(STEPS, "its payment is given up, and Stripe may have made the charge, or make it yet")
def a_payment_is_given_up_that_stripe_has_not_refused(it: Recording) -> None:
    paid = became(it, "payments.orders", pays="paid")
    it.change(paid, lambda to: to["after"]["payment"].update(status="declined"))


@falls(STEPS, "for the charge that it has made, and nobody has looked into its books")
def a_charge_that_was_made_is_asked_for_again_and_again(it: Recording) -> None:
    for _ in range(2):
        it.repeat(it.first("charge"), replayed=True, outcome="refused")


@falls(STEPS, "another card is tried, and Stripe has not refused the one before")
def another_card_is_tried_meanwhile(it: Recording) -> None:
    paid = became(it, "payments.orders", pays="paid")
    again = {"status": "pending", "attempt": 2}
    it.change(paid, lambda to: to["after"]["payment"].update(again))


@falls(STEPS, "under the key of attempt 1 of order 004aff, and this is attempt 2")
def another_card_is_tried_under_the_key_of_the_first(it: Recording) -> None:
    again = it.repeat(it.first("charge"), after_s=0.001)
    noted = became(it, "payments.orders", pays="pending")
    it.repeat(noted)
    it.change(noted, lambda to: to["after"]["payment"].update(attempt=2))
    put_before(it, became(it, "payments.orders", pays="pending"), again)


# --- messages -------------------------------------------------------------------------------------


@falls(STEPS, "ticket.updated of 00d022 version 9 was published, which nothing has announced")
def a_version_is_published_that_never_was(it: Recording) -> None:
    told = it.first("stored", subject="ticket.updated")
    it.change(told, lambda to: to["data"]["data"].update(version=9))


@falls(STEPS, "order 004b02: the alarm rang before its time")
def an_alarm_rings_early(it: Recording) -> None:
    it.move(it.first("stored", subject="expiration.complete"), by_s=-60.0)


@falls(STEPS, "tickets: order.created of 004aff version 0 was decided gap, after version -1")
def the_next_message_is_taken_for_a_gap(it: Recording) -> None:
    it.change(decided(it, "tickets"), lambda to: to.update(decision="gap"))


@falls(
    STEPS,
    "payments: order.created of 004aff version 0 was decided duplicate, and its effect is not",
)
def a_message_is_passed_over_that_was_never_applied(it: Recording) -> None:
    it.drop(became(it, "payments.orders", version=0))
    it.change(decided(it, "payments"), lambda to: to.update(decision="duplicate"))


@falls(
    STEPS,
    "orders: ticket.created of 00d022 version 0 was acknowledged, and its effect is not stored",
)
def a_message_is_acknowledged_before_its_effect_is_stored(it: Recording) -> None:
    put_before(it, it.first("acked", consumer="orders"), became(it, "orders.tickets", version=0))


# --- time -----------------------------------------------------------------------------------------


def ends_at(it: Recording, order: str, moment: str) -> None:
    """Let the time of an order have been over at that moment."""
    for write in it.all("write", database="orders", collection="orders", id=order):
        it.change(write, lambda to: to["after"].update(expires_at=moment))


@falls(STEPS, "it was paid for after its time was over after POST /api/payments")
def an_order_is_paid_for_after_its_end(it: Recording) -> None:
    paid = became(it, "payments.orders", pays="pending")
    ends_at(it, paid["id"], "2030-01-01T00:00:01.000Z")


@falls(STEPS, "but it is over for")
def an_order_is_charged_long_after_its_end(it: Recording) -> None:
    ends_at(it, it.first("charge")["order"], "2029-12-31T23:59:30.000Z")


@falls(STEPS, "it is cancelled, and Stripe is asked what became of its payment in 56 s")
def keeps_what_is_owed_until_the_orders_time_would_be_over(it: Recording) -> None:
    cancelled = became(it, "payments.orders", status="cancelled", pays="pending")
    it.change(cancelled, lambda to: to["after"]["payment"].update(next_at=LATER))
