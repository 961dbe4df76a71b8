"""What others have left there, what a refusal has changed, and what nobody came back to."""

from dataclasses import replace
from typing import Any, Final

from boxoffice.trace.trace import TraceEvent
from tests.scenarios.shop.checks.corrupted import Recording, falls, refuse

TO_RING: Final = {"to": "nats", "verb": "publish", "about": "expiration.complete"}
TO_NATS: Final = {"to": "nats", "verb": "fetch", "says": "503", "about": "", "by": ""}


def happens(
    it: Recording, at: TraceEvent, after_s: float, host: str, kind: str, **fields: Any
) -> None:
    """Let something happen so long after an event that is there."""
    copy = it.repeat(at, after_s)
    it.events[it.events.index(copy)] = replace(
        copy, host=host, kind=kind, cause=None, fields=fields
    )


@falls("everybody-hears", "though nobody can read it")
def acknowledged_what_does_not_belong_there(it: Recording) -> None:
    it.ends["poisoned"] = True
    stored = it.first("stored", subject="order.created")
    it.change(stored, lambda to: to["data"].update(type="ticket.created"))


@falls("lists-are-whole", "which was not for sale")
def showed_a_ticket_that_is_sold(it: Recording) -> None:
    answer = it.last("response", "GET /api/tickets", status=200)
    last_s = (it.events[-1].at_us - answer.at_us) / 1e6
    asked = it.repeat(it.asked(answer), last_s + 2.0)
    sold = next(one for one in it.ends["tickets"].values() if one.get("holder"))
    shown = [{"id": sold["_id"]}]
    it.repeat(answer, last_s + 2.1, request=asked.number, body=shown, headers={})


@falls("keeps-to-its-own", "was answered 429 to POST /api/users/forgot-password")
def kept_a_wish_that_was_refused(it: Recording) -> None:
    wish = it.first("write", collection="asked")
    answer = it.first("response", request=wish.cause)
    it.change(answer, refuse(429, "Too many letters were asked for"))


@falls("every-version-announced", "when nobody could have a lease on it")
def rang_no_alarm_that_a_dead_process_had_in_hand(it: Recording) -> None:
    rung = it.first("stored", subject="expiration.complete")
    order = rung["data"]["data"]["orderId"]
    ended = next(
        one
        for one in it.all("stored", subject="order.cancelled")
        if one["data"]["data"]["id"] == order
    )
    happens(it, rung, 0.01, "expiration", "crash")
    happens(it, rung, 2.0, "expiration", "start")
    it.drop(rung)
    it.move(ended, by_s=46.0)


@falls("every-version-announced", "when nobody could have a lease on it")
def kept_an_alarm_that_it_could_not_ring(it: Recording) -> None:
    rung = it.first("stored", subject="expiration.complete")
    happens(it, rung, -0.01, "expiration", "lost", **TO_RING)
    later = it.move(rung, by_s=20.0)
    order = rung["data"]["data"]["orderId"]
    for event in it.all("stored", subject="order.cancelled"):
        if event["data"]["data"]["id"] == order:
            it.move(event, by_s=(later.at_us - event.at_us) / 1e6 + 1.0)


@falls("alarms-on-time", "and by expiration-2 at")
def rang_while_another_did(it: Recording) -> None:
    rung = it.first("stored", subject="expiration.complete")
    happens(it, rung, -2.0, "expiration", "late", **TO_RING, s=2.0)
    it.repeat(rung, -1.0, by="expiration-2")


@falls("ready-as-it-says", "though nothing has been amiss for a while")
def is_not_ready_for_what_is_over(it: Recording) -> None:
    answer = it.last("response", "GET /readyz", status=200)
    happens(it, answer, -60.0, "orders", "answered", **TO_NATS)
    it.change(answer, refuse(503, "Not ready: consumer (ServiceUnavailableError)"))


@falls("refusals-in-words", "in Stripe's own words: ")
def told_a_buyer_what_stripe_says(it: Recording) -> None:
    answer = it.first("response", status=400)
    said = answer["body"]["errors"][0]["message"]
    happens(it, answer, -0.01, "payments", "log", what="stripe", reason=said)
