"""An honest history in which one thing is made different falls by the invariant that is about it.

Each corruption is of one kind: an event is dropped, repeated, moved, or says something else.
"""

from collections.abc import Callable
from typing import Final

from pytest import mark, param

from boxoffice.trace.verdict import Verdict
from scenarios.shop.checks import INVARIANTS, Evidence, Invariant
from tests.scenarios.shop.checks.corrupted import Document, Recording

Corruption = Callable[[Recording], object]
CASES: Final[list[tuple[str, str, Corruption]]] = []
NAMED: Final = {it.name: it for it in INVARIANTS}


def falls(invariant: str, word: str) -> Callable[[Corruption], Corruption]:
    """Say which invariant a corruption makes fall, and with which words."""

    def take(corrupt: Corruption) -> Corruption:
        CASES.append((invariant, word, corrupt))
        return corrupt

    return take


def refuse(status: int, message: str) -> Callable[[Document], None]:
    """Let an answer be a refusal."""
    return lambda it: it.update(status=status, body={"errors": [{"message": message}]})


# --- who may do what ------------------------------------------------------------------------------


@falls("owner-only", "ben, who is user 00a9f6, and it is user 00a9f5's, was answered 200")
def shown_to_a_stranger(it: Recording) -> None:
    mine = it.first("response", "GET /api/payments/", status=200)
    it.change(
        it.first("response", "GET /api/payments/", status=403),
        lambda to: to.update(mine.fields | {"request": to["request"]}),
    )


@falls("owner-only", "eve, who is signed in as nobody, was answered 404")
def told_to_nobody_that_it_is_not_there(it: Recording) -> None:
    it.change(it.first("response", "GET /api/orders/", status=401), refuse(404, "Not found"))


@falls("owner-only", "was answered 400")
def told_to_a_stranger_that_it_is_reserved(it: Recording) -> None:
    answer = it.first("response", "PUT /api/tickets/", status=403)
    it.change(answer, refuse(400, "The ticket is reserved and cannot be changed"))


@falls("owner-only", "ana, who is user 00a9f5, whose it is, was answered 403")
def kept_from_its_owner(it: Recording) -> None:
    it.change(it.first("response", "DELETE /api/orders/", status=204), refuse(403, "Not yours"))


@falls("owner-only", "who is signed in as user 00a9f5, was answered 401")
def shut_out_while_signed_in(it: Recording) -> None:
    answer = it.first("response", "GET /api/orders/", status=200)
    it.change(answer, refuse(401, "Not signed in"))


@falls("owner-only", "was written by the DELETE of ben")
def cancelled_by_a_stranger_who_was_refused(it: Recording) -> None:
    strangers = it.asked(it.first("response", "DELETE /api/orders/", status=403))
    mine = it.asked(it.last("response", "DELETE /api/orders/", status=204))
    assert strangers
    assert mine
    for write in it.all("write", database="orders", collection="orders"):
        if write.cause and it.asked(write) and write["id"] in mine["path"]:
            it.events[it.events.index(write)] = it.caused(write, strangers)


@falls("owner-only", "was charged by the POST of ben")
def charged_by_a_stranger(it: Recording) -> None:
    strangers = it.asked(it.first("response", "POST /api/payments", status=403))
    assert strangers
    charge = it.first("charge")
    it.events[it.events.index(charge)] = it.caused(charge, strangers)


# --- conditions -----------------------------------------------------------------------------------


@falls("conditions-hold", "which made version 1 of what was to be version 5")
def edited_on_a_stale_condition(it: Recording) -> None:
    edit = it.first("request", "PUT /api/tickets/", headers={"If-Match": '"0"'})
    it.change(edit, lambda it: it["headers"].update({"If-Match": '"5"'}))


@falls("conditions-hold", "without a condition")
def refused_for_a_condition_that_nobody_made(it: Recording) -> None:
    refusal = it.first("response", "PUT /api/tickets/", status=412)
    asked = it.asked(refusal)
    assert asked
    it.change(asked, lambda it: it.pop("headers"))


@falls("conditions-hold", "but 1 was the latest version")
def refused_for_a_condition_that_held(it: Recording) -> None:
    asked = it.asked(it.first("response", "PUT /api/tickets/", status=412))
    assert asked
    it.change(asked, lambda it: it["headers"].update({"If-Match": '"1"'}))


@falls("conditions-hold", "nobody else changed it meanwhile")
def lost_a_race_that_was_none(it: Recording) -> None:
    refusal = it.first("response", "PUT /api/tickets/", status=412)
    it.change(refusal, refuse(409, "Somebody else changed the ticket"))


@falls("conditions-hold", "was changed at")
def changed_by_what_was_refused(it: Recording) -> None:
    it.change(it.first("response", "PUT /api/tickets/", status=200), refuse(409, "Too late"))


@falls("conditions-hold", 'with the ETag "7", which is not version 1')
def tagged_with_another_version(it: Recording) -> None:
    shown = it.last("response", "GET /api/tickets/", status=200)
    it.change(shown, lambda it: it["headers"].update(ETag='"7"'))


@falls("conditions-hold", "where nothing can be changed by two")
def refused_an_order_as_a_lost_race(it: Recording) -> None:
    it.change(it.first("response", "POST /api/orders", status=400), refuse(409, "Somebody else"))


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


# --------------------------------------------------------------------------------------------------


@mark.parametrize(
    ("invariant", "word", "corrupt"),
    [param(NAMED[name], word, corrupt, id=corrupt.__name__) for name, word, corrupt in CASES],
)
def test_a_history_that_was_corrupted_is_rejected_for_that_reason(
    invariant: Invariant, word: str, corrupt: Corruption, honest: Evidence
) -> None:
    recording = Recording(honest)
    assert invariant.judge(recording.evidence()).verdict is Verdict.HOLDS, "before it is corrupted"
    corrupt(recording)
    judgement = invariant.judge(recording.evidence())
    assert judgement.verdict is Verdict.VIOLATED, judgement.untested
    assert any(word in found.message for found in judgement.violations), judgement.violations
