"""Refusals, mistakes, news that come late, and letters that should not have been."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from boxoffice.trace.trace import TraceEvent
from tests.scenarios.shop.checks.corrupted import Recording, falls, refuse


@falls("refusals-in-words", "eve was answered 500")
def answered_500(it: Recording) -> None:
    it.change(it.first("response", "GET /api/payments/", status=401), refuse(500, "Oh"))


@falls("refusals-in-words", "not told why: {'detail': 'Not Found'}")
def refused_in_the_frameworks_words(it: Recording) -> None:
    refusal = it.first("response", "POST /api/orders", status=400)
    it.change(refusal, lambda it: it.update(body={"detail": "Not Found"}))


@falls("no-own-errors", "outbox failed at 00:02.751: KeyError: 'id'")
def made_a_mistake_of_its_own(it: Recording) -> None:
    it.repeat(it.first("log"), what="failed", where="outbox", error="KeyError: 'id'")


@falls("no-own-errors", "background failed at 00:02.751: RuntimeError: dead")
def let_a_loop_die(it: Recording) -> None:
    died = {"what": "outage", "where": "background", "error": "RuntimeError: dead"}
    it.repeat(it.first("log"), **died)


@falls("no-own-errors", "without its alarm, and nothing was in the way")
def forgot_an_alarm(it: Recording) -> None:
    order = it.first("decided", type="order.created")["subject"]
    it.repeat(it.first("log"), after_s=60.0, what="overdue", order=order)


@falls("no-own-errors", "missed a server at 00:02.751, and nothing was in the way")
def missed_a_server_that_was_there(it: Recording) -> None:
    it.repeat(it.first("log"), what="outage", where="outbox", error="TimeoutError")


@falls("every-version-announced", "was announced late, and nothing was in the way")
def announced_too_late(it: Recording) -> None:
    it.move(it.first("stored", subject="ticket.updated"), by_s=0.6)


@falls("every-version-announced", "was not tried again after 00:")
def gave_an_outbox_up_for_half_a_minute(it: Recording) -> None:
    told = it.first("stored", subject="ticket.updated")
    missed = it.repeat(it.first("log"), what="outage", where="outbox", error="TimeoutError")
    it.drop(missed)
    it.events.insert(
        it.events.index(told), replace(told, host="tickets", kind="log", fields=missed.fields)
    )
    it.move(told, by_s=30.0)


@falls("every-version-announced", "was given back late, and nothing was in the way")
def gave_back_too_late(it: Recording) -> None:
    it.move(it.first("refund"), by_s=6.0)


@falls("every-version-announced", "rang late, and nothing was in the way")
def rang_too_late(it: Recording) -> None:
    alarm = it.first("stored", subject="expiration.complete")
    order = alarm["data"]["data"]["orderId"]
    ended = it.all("stored", subject="order.cancelled")
    it.drop(next(end for end in ended if end["data"]["subject"] == order))
    it.move(alarm, by_s=6.0)


@falls("every-version-announced", "rang late, and nothing was in the way")
def rang_too_late_for_what_was_taken_for_a_repetition(it: Recording) -> None:
    for heard in it.all("decided", type="order.created"):
        if heard.host == "expiration":
            it.change(heard, lambda it: it.update(decision="duplicate"))
    rang_too_late(it)


def replaced(it: Recording) -> TraceEvent:
    """Return the write by which the password was replaced."""
    asked = it.asked(it.first("response", "POST /api/users/reset-password", status=200))
    assert asked
    return it.first("write", collection="users", cause=asked.number)


@falls("letters-open-once", "though no letter was good")
def replaced_a_password_without_a_letter(it: Recording) -> None:
    it.change(replaced(it), lambda it: it["before"].pop("reset"))


@falls("letters-open-once", "by a letter that is still good")
def left_a_letter_good(it: Recording) -> None:
    it.change(replaced(it), lambda it: it["after"].update(reset=it["before"]["reset"]))


@falls("letters-open-once", "by a letter that was over")
def took_a_letter_that_was_over(it: Recording) -> None:
    over = {"expires_at": "2030-01-01T00:00:30.000Z"}
    it.change(replaced(it), lambda it: it["before"]["reset"].update(over))


@falls("letters-open-once", "but no password was replaced")
def took_a_letter_twice(it: Recording) -> None:
    first = it.first("response", "POST /api/users/reset-password", status=200)
    again = it.first("response", "POST /api/users/reset-password", status=400)
    it.change(again, lambda it: it.update(status=200, body=first["body"]))


@falls("letters-open-once", "a letter was ticked off before the mail server had it, at")
def ticked_a_letter_off_too_soon(it: Recording) -> None:
    it.move(it.first("mail"), by_s=1.0)


@falls("letters-open-once", "a letter was ticked off before it was written, at")
def ticked_another_letter_off(it: Recording) -> None:
    users = [one for one in it.all("write", collection="users") if one["before"]]
    ticked = next(
        one for one in users if "letter_due" in one["before"] and "letter_due" not in one["after"]
    )
    it.change(ticked, lambda to: to["before"].update(letter_due={"tries": 0}))


def promised(it: Recording) -> TraceEvent:
    """Return the first write by which a letter is due, and yet to be tried."""
    users = it.all("write", collection="users")
    return next(one for one in users if one["after"].get("letter_due") == {"tries": 0})


@falls("letters-open-once", "was closed at 00:04.758, and no letter was due")
def closed_a_wish_and_forgot_the_letter(it: Recording) -> None:
    it.drop(promised(it))


@falls("letters-open-once", "and nobody had asked for one")
def opened_a_wish_that_nobody_had(it: Recording) -> None:
    wish = next(one for one in it.all("write", collection="asked") if "due" in one["after"])
    it.events[it.events.index(wish)] = replace(wish, cause=None)


@falls("letters-open-once", "for a wish that had been granted at")
def promised_a_letter_after_its_wish_was_granted(it: Recording) -> None:
    it.repeat(promised(it), after_s=1.0)


@falls("letters-open-once", "for a wish that had been granted at")
def promised_two_letters_for_one_wish(it: Recording) -> None:
    it.repeat(promised(it), after_s=0.05)
    closed = [one for one in it.all("write", collection="asked") if "due" not in one["after"]]
    it.move(closed[0], by_s=1.0)


def counts(it: Recording, status: int) -> Iterator[TraceEvent]:
    """Yield what is counted of an attempt to sign in that was answered so."""
    asked = it.asked(it.first("response", "POST /api/users/signin", status=status))
    assert asked
    return it.all("write", collection="failures", cause=asked.number)


@falls("guesses-are-counted", "ben was answered 400 “Invalid credentials”")
def counted_no_guess(it: Recording) -> None:
    for write in counts(it, 400):
        it.drop(write)


@falls("guesses-are-counted", "ben was answered 200 at")
def counted_the_right_password(it: Recording) -> None:
    it.drop([*counts(it, 200)][-1])


@falls("guesses-are-counted", "and that counts as a wrong password")
def counted_whose_password_nobody_compared(it: Recording) -> None:
    for counted in [*counts(it, 400)]:  # and is not forgotten, as by who knows it at last
        for later in [*it.all("write", collection="failures", id=counted["id"], after=None)]:
            it.drop(later)
    crowded = refuse(503, "Too many people at once; try again later")
    it.change(it.first("response", "POST /api/users/signin", status=400), crowded)


@falls("guesses-are-counted", "“away”")
def counted_whose_account_could_not_be_looked_up(it: Recording) -> None:
    counted_whose_password_nobody_compared(it)
    answer = it.first("response", "POST /api/users/signin", status=503)
    it.change(answer, refuse(503, "away"))
    looked = replace(it.first("write", cause=answer["request"]), kind="answered")
    fields = {"to": "auth-db", "verb": "find_one", "says": "10107"}
    it.events.append(replace(looked, number=it.events[-1].number + 1, fields=fields))
    for left in [*it.all("leave"), *it.all("crash")]:
        it.drop(left)


@falls("guesses-are-counted", "and 2 counts were forgotten for that")
def forgot_what_others_have_tried(it: Recording) -> None:
    own = [*counts(it, 200)][-1]
    it.repeat(own, id="of others", before=own["before"] | {"_id": "of others"})


@falls("guesses-are-counted", "by whom the password was known there, and that counts as a str")
def counted_the_owners_slip_as_a_strangers_guess(it: Recording) -> None:
    it.repeat(next(counts(it, 400)), id="of all")


@falls("guesses-are-counted", "by a stranger, and that counts as of one of the account's own dev")
def counted_a_strangers_guess_as_the_owners_slip(it: Recording) -> None:
    known = it.first("response", "POST /api/users/reset-password", status=200)
    it.change(known, lambda it: it.update(body=it["body"] | {"id": "of somebody else"}))


def made(it: Recording) -> TraceEvent:
    """Return the write by which the first letter was made."""
    return next(it for it in it.all("write", collection="users") if "reset" in it["after"])


@falls("letters-open-once", "is good for 1740 s, not for 1800")
def made_a_letter_for_a_minute_less(it: Recording) -> None:
    ends = made(it)["after"]["reset"]["expires_at"].replace(":30:", ":29:")
    it.change(made(it), lambda it: it["after"]["reset"].update(expires_at=ends))


@falls("letters-open-once", "is good for 1740 s, not for 1800")
def made_a_letter_for_a_minute_less_after_the_mail_was_late(it: Recording) -> None:
    late: dict[str, Any] = {"to": "mail", "about": "ben@example.com", "s": 20.0}
    event = replace(made(it), number=made(it).number - 1, host="auth", kind="late", fields=late)
    it.events.insert(it.events.index(made(it)), event)
    made_a_letter_for_a_minute_less(it)


@falls("letters-open-once", "after 1 tries, though no mail server had refused it")
def gave_a_letter_up_at_once(it: Recording) -> None:
    posted = next(
        write
        for write in it.all("write", collection="users")
        if "letter_due" in (write["before"] or {}) and "letter_due" not in write["after"]
    )
    it.change(posted, lambda it: it["after"].pop("reset"))


@falls("letters-open-once", "after 1 tries, though no mail server had refused it")
def gave_a_letter_up_that_was_put_off(it: Recording) -> None:
    gave_a_letter_up_at_once(it)
    later = {"to": "mail", "about": made(it)["after"]["email"], "says": "452 4.3.1 Full"}
    event = replace(made(it), number=made(it).number + 1, kind="answered", fields=later)
    it.events.insert(it.events.index(made(it)) + 1, replace(event, host="auth"))


@falls("letters-open-once", "for the only letter of user")
def refused_a_letter_that_was_good(it: Recording) -> None:
    it.drop(replaced(it))
    answer = it.first("response", "POST /api/users/reset-password", status=200)
    errors = [{"message": "The token is used", "field": "token"}]
    it.change(answer, lambda it: it.update(status=400, body={"errors": errors}))


@falls("letters-open-once", "ben signed in as user 00")
def forgot_who_had_just_signed_in(it: Recording) -> None:
    known = it.first("response", "GET /api/users/currentuser", status=200)
    it.change(known, lambda it: it.update(body={"currentUser": None}))
