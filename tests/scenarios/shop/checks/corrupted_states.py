"""Prices, attempts, alarms and effects that should not have been."""

from collections.abc import Callable

from boxoffice.trace.trace import TraceEvent
from tests.scenarios.shop.checks.corrupted import Document, Recording, falls

# --- prices ---------------------------------------------------------------------------------------


def price(cents: int) -> Callable[[Document], None]:
    """Let a write be of another price."""
    return lambda it: it["after"].update(price_cents=cents)


@falls("prices-to-the-cent", "$19.98 was answered to sue at 00:00.491, where it costs $19.99")
def answered_a_cent_less(it: Recording) -> None:
    edited = it.first("response", "PUT /api/tickets/", status=200)
    it.change(edited, lambda it: it["body"].update(price=19.98))


@falls("prices-to-the-cent", "$19.98 was stored")
def stored_a_cent_less(it: Recording) -> None:
    asked = it.asked(it.first("response", "PUT /api/tickets/", status=200))
    assert asked
    it.change(it.first("write", cause=asked.number), price(1_998))


@falls("prices-to-the-cent", "$19.98 was announced by ticket.updated")
def announced_a_cent_less(it: Recording) -> None:
    told = it.first("stored", subject="ticket.updated")
    it.change(told, lambda it: it["data"]["data"].update(price=1_998))


@falls("prices-to-the-cent", "order 004aff: $45.00 was stored")
def ordered_at_another_price(it: Recording) -> None:
    ordered = it.first("write", database="orders", collection="orders")
    it.change(ordered, lambda it: it["after"]["ticket"].update(price_cents=4_500))


@falls("prices-to-the-cent", "$19.98 was written at payments")
def mirrored_at_another_price(it: Recording) -> None:
    it.change(it.first("write", database="payments"), price(1_998))


@falls("prices-to-the-cent", "$44.99 was given back")
def gave_back_a_cent_less(it: Recording) -> None:
    it.change(it.first("refund"), lambda it: it.update(amount=4_499))


@falls("prices-to-the-cent", "$19.98 was announced at")
def announced_another_payment(it: Recording) -> None:
    told = it.first("stored", subject="payment.created")
    it.change(told, lambda it: it["data"]["data"].update(amount=1_998))


@falls("charged-once", "charged $19.98")
def charged_a_cent_less(it: Recording) -> None:
    it.change(it.first("charge"), lambda it: it.update(amount=1_998))


# --- attempts -------------------------------------------------------------------------------------


@falls("no-hot-loop", "was delivered again 21 times within 1 s")
def delivered_without_a_pause(it: Recording) -> None:
    delivery = it.first("delivered")
    for number in range(21):
        it.repeat(delivery, attempt=2 + number)


@falls("no-hot-loop", "Stripe was asked for a refund 21 times within 60 s")
def asked_stripe_without_a_pause(it: Recording) -> None:
    refund = it.first("refund")
    for _ in range(20):
        it.repeat(refund, replayed=True)


@falls("no-hot-loop", "a letter came 9 times within 60 s")
def wrote_without_a_pause(it: Recording) -> None:
    letter = it.first("mail")
    for _ in range(8):
        it.repeat(letter)


# --- states and their histories -------------------------------------------------------------------


@falls("history-explains-state", "its events make status complete of version 2, it has cancelled")
def of_another_status_than_announced(it: Recording) -> None:
    order = next(one for one in it.ends["orders"].values() if one["status"] == "complete")
    order["status"] = "cancelled"


@falls("history-explains-state", "its events make owner 00a9f4")
def of_another_owner_than_announced(it: Recording) -> None:
    next(iter(it.ends["tickets"].values()))["user_id"] = "somebody"


@falls("history-explains-state", "says otherwise than what was written at")
def announced_another_holder(it: Recording) -> None:
    held = [
        it for it in it.all("stored", subject="ticket.updated") if it["data"]["data"]["orderId"]
    ]
    it.change(held[0], lambda it: it["data"]["data"].update(orderId=None))


@falls("history-explains-state", "was announced twice")
def announced_in_two_ways(it: Recording) -> None:
    said = it.ends["messages"][0]
    data = said.data | {"data": said.data["data"] | {"title": "Back row"}}
    it.ends["messages"].append(type(said)(99, said.subject, data))


# --- alarms and effects ---------------------------------------------------------------------------


@falls("alarms-on-time", "and the broker had neither it nor the order's end")
def ticked_an_alarm_off_too_soon(it: Recording) -> None:
    alarm = it.first("stored", subject="expiration.complete")["data"]["data"]["orderId"]
    for event in [*it.all("stored")]:
        about = (event["data"] or {}).get("data", {})
        if alarm in (about.get("orderId"), about.get("id")) and event.at_us > 900e6:
            it.move(event, by_s=1.0)


def heard_again(it: Recording, order: str = "") -> None:
    """Let expiration be given the creation of an order once more, and take it for news."""
    heard = it.all("decided", type="order.created", **({"subject": order} if order else {}))
    first = next(one for one in heard if one.host == "expiration")
    given = next(one for one in it.all("delivered") if one.number == first.cause)
    again, by = it.repeat(first, after_s=5.1), it.repeat(given, after_s=5.0)
    it.events[it.events.index(again)] = it.caused(again, by)


@falls("alarms-on-time", "though order.created was heard at 00:01.")
def set_an_alarm_again(it: Recording) -> None:
    heard_again(it)


@falls("alarms-on-time", "though order.completed was heard at 00:02.")
def set_an_alarm_after_the_orders_end(it: Recording) -> None:
    ended = it.first("decided", type="order.completed")
    heard_again(it, ended["subject"])
    heard = it.all("decided", type="order.created", subject=ended["subject"])
    it.drop(next(one for one in heard if one.host == "expiration"))


@falls("alarms-on-time", "rang at 15:04.6")
def rang_too_early(it: Recording) -> None:
    alarm = it.first("stored", subject="expiration.complete")
    it.change(alarm, lambda it: it["data"].update(time="2030-01-01T00:14:00.000Z"))


@falls("alarms-on-time", "and again at 15:0")
def rang_twice(it: Recording) -> None:
    it.repeat(it.first("stored", subject="expiration.complete"), after_s=1.0)


@falls("alarms-on-time", "though expiration had heard at 00:02.")
def rang_for_an_order_that_had_ended(it: Recording) -> None:
    paid = it.first("stored", subject="order.completed")["data"]["subject"]
    alarm = it.first("stored", subject="expiration.complete")
    it.change(alarm, lambda it: it["data"]["data"].update(orderId=paid))


@falls("alarms-on-time", "was cancelled as expired at")
def expired_too_early(it: Recording) -> None:
    [first, *_] = (
        one
        for one in it.all("stored", subject="order.cancelled")
        if one["data"]["data"]["reason"] == "expired"
    )
    it.change(first, lambda it: it["data"].update(time="2030-01-01T00:14:00.000Z"))


def by_a_message(it: Recording, store: str) -> TraceEvent:
    """Return the first change of a document that goes back to a message."""
    events = {one.number: one for one in it.events}
    database, _, collection = store.partition(".")
    return next(
        write
        for write in it.all("write", database=database, collection=collection)
        if write["before"]
        and events.get(write.cause or -1)
        and write.cause
        and events[write.cause].kind == "delivered"
    )


@falls("keeps-to-its-own", "title changed by order.created of 004aff version 0")
def changed_a_title_for_an_order(it: Recording) -> None:
    write = by_a_message(it, "tickets.tickets")
    it.change(write, lambda it: it["after"].update(title="Back row"))


@falls("keeps-to-its-own", "order 004aff: made complete by ticket.updated")
def completed_an_order_for_a_ticket(it: Recording) -> None:
    write = by_a_message(it, "orders.orders")
    it.change(write, lambda it: it["after"].update(status="complete"))


@falls("keeps-to-its-own", "changed by order.")
def mirrored_another_order(it: Recording) -> None:
    write = by_a_message(it, "payments.orders")
    it.change(write, lambda it: it.update(id=24 * "b"))


@falls("keeps-to-its-own", "user_id changed by the PUT of sue")
def gave_a_ticket_away_by_an_edit(it: Recording) -> None:
    asked = it.asked(it.first("response", "PUT /api/tickets/", status=200))
    assert asked
    write = it.first("write", cause=asked.number)
    it.change(write, lambda it: it["after"].update(user_id="somebody"))


@falls("keeps-to-its-own", "price_cents, title, version changed by the PUT of sue")
def edited_what_was_reserved(it: Recording) -> None:
    asked = it.asked(it.first("response", "PUT /api/tickets/", status=200))
    assert asked
    write = it.first("write", cause=asked.number)

    def reserved(it: Document) -> None:
        for state in (it["before"], it["after"]):
            state.update(holder="somebody's order")

    it.change(write, reserved)


@falls("keeps-to-its-own", "which is open as well, at")
def took_a_slot_that_another_order_has(it: Recording) -> None:
    second = next(
        write
        for write in it.all("write", database="orders", collection="orders")
        if write["after"].get("open_slot", "").endswith("-2")
    )
    taken = second["after"]["open_slot"].replace("-2", "-1")
    it.change(second, lambda it: it["after"].update(open_slot=taken))
