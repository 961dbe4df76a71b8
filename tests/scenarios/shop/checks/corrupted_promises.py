"""Answers, refusals, messages and moments that are not as they were promised."""

from functools import partial
from typing import Any

from boxoffice.trace.trace import TraceEvent
from tests.scenarios.shop.checks.corrupted import Recording, falls, refuse

SHOWN, REASON = "shown-as-stored", "refused-for-a-reason"
AGREED, AHEAD = "says-what-is-agreed", "as-far-ahead-as-promised"

# --- answers --------------------------------------------------------------------------------------


def says(it: Recording, answer: TraceEvent, **other: Any) -> None:
    """Let an answer show something else."""
    it.change(answer, lambda to: to.update(body=to["body"] | other))


@falls(SHOWN, "with another title than it had to GET /api/tickets/")
def shown_under_another_title(it: Recording) -> None:
    says(it, it.first("response", "GET /api/tickets/", status=200), title="Back row")


@falls(SHOWN, "with another hold than it had to GET /api/orders/")
def shown_with_what_nobody_is_to_see(it: Recording) -> None:
    says(it, it.first("response", "GET /api/orders/", status=200), hold=1)


@falls(SHOWN, "with another expiresAt than it had to POST /api/orders")
def shown_with_another_end(it: Recording) -> None:
    says(it, it.first("response", "POST /api/orders", status=201), expiresAt="2030-01-01T00:15Z")


@falls(SHOWN, "which is 1 since 00:00.")
def shown_as_it_was_before(it: Recording) -> None:
    first, *_, last = it.all("response", "GET /api/tickets/", status=200)
    it.change(last, lambda to: to.update(body=first["body"], headers=first["headers"]))


@falls(SHOWN, "which never was,")
def shown_as_it_never_was(it: Recording) -> None:
    says(it, it.first("response", "GET /api/orders/", status=200), version=9)


@falls(SHOWN, ", refunded, and it was paid")
def shown_a_payment_that_is_otherwise(it: Recording) -> None:
    says(it, it.first("response", "GET /api/payments/", status=200), status="refunded")


@falls(SHOWN, "another payment, 00")
def shown_another_payment(it: Recording) -> None:
    says(it, it.first("response", "GET /api/payments/", status=200), id="0" * 22 + "ff")


@falls(SHOWN, "a session of 3600 s, not of 1800,")
def kept_a_session_for_an_hour(it: Recording) -> None:
    known = it.first("response", "GET /api/users/currentuser", status=200)
    who = known["body"]["currentUser"]
    says(it, known, currentUser=who | {"exp": who["iat"] + 3_600})


@falls(SHOWN, "was answered 200, where it is to be 201 to POST /api/tickets")
def granted_with_another_status(it: Recording) -> None:
    listed = it.first("response", "POST /api/tickets", status=201)
    it.change(listed, lambda to: to.update(status=200))


# --- refusals -------------------------------------------------------------------------------------


@falls(REASON, "and no order held it")
def refused_to_edit_what_is_free(it: Recording) -> None:
    edited = it.first("response", "PUT /api/tickets/", status=200)
    it.change(edited, refuse(400, "The ticket is reserved and cannot be changed"))


@falls(REASON, "and it was not complete")
def refused_to_cancel_what_is_open(it: Recording) -> None:
    cancelled = it.first("response", "DELETE /api/orders/", status=204)
    it.change(cancelled, refuse(400, "The order is complete and cannot be cancelled"))


@falls(REASON, "and it was neither cancelled nor over")
def refused_to_be_paid_in_time(it: Recording) -> None:
    paid = it.first("response", "POST /api/payments", status=201)
    it.change(paid, refuse(400, "The order has expired and cannot be paid"))


@falls(REASON, "and Stripe had refused no card")
def said_that_a_good_card_was_declined(it: Recording) -> None:
    paid = it.first("response", "POST /api/payments", status=201)
    it.change(paid, refuse(402, "Your card was declined."))


@falls(REASON, "and Stripe had refused no card")
def noted_that_a_good_card_was_declined(it: Recording) -> None:
    paid = it.first("response", "POST /api/payments", status=201)
    it.change(paid, refuse(402, "Your card was declined."))
    for noted in it.all("write", database="payments", cause=paid["request"]):
        it.change(noted, lambda to: to["after"]["payment"].update(status="declined"))


@falls(REASON, "and there was this ticket")
def missed_a_ticket_that_is_there(it: Recording) -> None:
    shown = it.first("response", "GET /api/tickets/", status=200)
    it.change(shown, refuse(404, "Not found"))


@falls(REASON, "and orders had heard of the ticket")
def missed_a_ticket_that_was_heard_of(it: Recording) -> None:
    placed = it.last("response", "POST /api/orders", status=201)
    it.change(placed, refuse(404, "There is no such ticket"))


@falls(REASON, "and nobody had signed up with this address")
def refused_an_address_that_is_free(it: Recording) -> None:
    signed_up = it.first("response", "POST /api/users/signup", status=201)
    asked = it.asked(signed_up)
    assert asked
    it.change(asked, lambda to: to["body"].update(email="new@example.com"))
    it.change(signed_up, refuse(400, "The email is in use"))


@falls(REASON, "and that is an order of theirs")
def refused_to_go_on_after_an_own_order(it: Recording) -> None:
    page = it.first("response", "GET /api/orders?limit=1&after=", status=200)
    it.change(page, refuse(400, "There is no order of yours with this id"))


@falls(REASON, "and nothing was counted 20 times")
def told_to_wait_for_nothing(it: Recording) -> None:
    promised = it.first("response", "POST /api/users/forgot-password", status=202)
    it.change(promised, refuse(429, "Too many attempts; try again later"))


@falls(REASON, "and nothing was in the way")
def turned_away_for_nothing(it: Recording) -> None:
    shown = it.first("response", "GET /api/tickets/", status=200)
    it.change(shown, refuse(503, "Something we depend on does not answer; try again later"))


# --- messages -------------------------------------------------------------------------------------


def tells(it: Recording, type: str, **other: Any) -> None:
    """Let a message say something else."""
    told = it.first("stored", subject=type)
    it.change(told, lambda to: to["data"]["data"].update(other))


def encloses(it: Recording, type: str, **other: Any) -> None:
    """Let the envelope of a message say something else."""
    it.change(it.first("stored", subject=type), lambda to: to["data"].update(other))


@falls(AGREED, "has the source /services/tickets, not /services/orders")
def said_in_another_name(it: Recording) -> None:
    encloses(it, "order.created", source="/services/tickets")


@falls(AGREED, "was published under the id ")
def published_under_another_id(it: Recording) -> None:
    it.change(it.first("stored", subject="order.created"), lambda to: to.update(id="order"))


@falls(AGREED, "which is no moment in UTC to the millisecond")
def said_in_local_time(it: Recording) -> None:
    encloses(it, "order.created", time="2030-01-01T01:00:02+01:00")


@falls(AGREED, "which is yet to come")
def said_before_its_time(it: Recording) -> None:
    encloses(it, "order.created", time="2030-01-02T00:00:00.000Z")


@falls(AGREED, "does not say what is agreed: email")
def said_more_than_is_agreed(it: Recording) -> None:
    tells(it, "order.created", email="ana@example.com")


@falls(AGREED, "is of number 2, not 1")
def said_another_number(it: Recording) -> None:
    cancelled = it.first("stored", subject="order.cancelled")
    it.change(cancelled, lambda to: to["data"]["data"]["ticket"].update(hold=2))


@falls(AGREED, "says that it was by expired, and it was by user")
def said_that_the_time_was_over(it: Recording) -> None:
    tells(it, "order.cancelled", reason="expired")


@falls(AGREED, "has the stripeId ch_other, not ch_")
def said_another_charge(it: Recording) -> None:
    tells(it, "payment.created", stripeId="ch_other")


# --- moments --------------------------------------------------------------------------------------


@falls(AHEAD, "the end of 00")
def let_an_order_end_sooner(it: Recording) -> None:
    placed = it.first("write", database="orders", collection="orders", before=None)
    it.change(placed, lambda to: to["after"].update(expires_at="2030-01-01T00:10:00.000Z"))


@falls(AHEAD, "try 2 of 00")
def put_a_letter_off_for_an_hour(it: Recording) -> None:
    tried = next(
        one
        for one in it.all("write", collection="users")
        if "after" in (one["after"].get("letter_due") or {})
    )
    it.change(tried, lambda to: to["after"]["letter_due"].update(after="2030-01-01T01:01:00Z"))


@falls(AHEAD, "the next letter of ben@example.com")
def let_an_address_wait_for_an_hour(it: Recording) -> None:
    closed = next(one for one in it.all("write", collection="asked") if "next" in one["after"])
    it.change(closed, lambda to: to["after"].update(next="2030-01-01T01:01:00"))


@falls(AHEAD, "a letter of ben@example.com")
def promised_a_letter_for_tomorrow(it: Recording) -> None:
    opened = next(one for one in it.all("write", collection="asked") if "due" in one["after"])
    it.change(opened, lambda to: to["after"].update(due="2030-01-02T00:00:00"))


@falls(AHEAD, "a letter of ben@example.com")
def promised_a_letter_as_if_the_last_had_not_been_granted_meanwhile(it: Recording) -> None:
    opened = next(one for one in it.all("write", collection="asked") if "due" in one["after"])
    granted = {"letters": 1, "next": "2030-01-01T02:00:00", "until": "2030-01-01T03:00:00"}
    it.change(opened, lambda to: to.update(before=granted))


@falls(AHEAD, "its end of ")
def counted_for_an_hour(it: Recording) -> None:
    counted = it.first("write", collection="failures", before=None)
    it.change(counted, lambda to: to["after"].update(until="2030-01-01T01:00:00"))


@falls(AHEAD, "the sending of 00")
def noted_that_it_will_send(it: Recording) -> None:
    claimed = next(
        one
        for one in it.all("write", database="payments")
        if (one["after"].get("payment") or {}).get("sent_at")
    )
    later = {"sent_at": "2030-01-01T01:00:00.000Z"}
    it.change(claimed, lambda to: to["after"]["payment"].update(later))


def noting(fields: dict[str, Any], **noted: str) -> None:
    """Let a payment say something else."""
    fields["after"]["payment"].update(noted)


@falls(AHEAD, "the next look of 00")
def asks_again_at_once(it: Recording) -> None:
    for write in it.all("write", database="payments"):
        was, now = ((write[state] or {}).get("payment") or {} for state in ("before", "after"))
        if was.get("status") == now.get("status") == "refunding":
            it.change(write, partial(noting, next_at="2030-01-01T00:00:05.000Z"))
            break


def given_back(it: Recording, kind: str, after_s: float, **fields: Any) -> None:
    """Let a message that was handed over not be settled, but this."""
    given = it.first("delivered")
    said = {name: given[name] for name in ("consumer", "seq", "subject")}
    settled = it.first("acked", consumer=said["consumer"], seq=said["seq"])
    it.drop(settled)
    place, event = it.events.index(given) + 1, settled
    it.events.insert(place, type(given)(given.number + 1, given.at_us, "nats", kind, None, said))
    it.move(it.events[place], after_s)
    moved = it.first(kind, consumer=said["consumer"], seq=said["seq"])
    it.change(moved, lambda to: to.update(fields))
    assert event not in it.events


@falls(AHEAD, "was anybody's again after 60 s in hand, not 30")
def left_a_message_with_who_sleeps(it: Recording) -> None:
    given_back(it, "ack-expired", 60.0)


@falls(AHEAD, "stays away for 2.00 s after delivery 1")
def kept_a_message_away_for_long(it: Recording) -> None:
    given_back(it, "naked", 0.01, delay_s=2.0)
