"""Whoever asks waits for too long, too often, or for what is never said to people."""

from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from typing import Any, Final

from boxoffice.clock import EPOCH
from tests.scenarios.shop.checks.corrupted import Recording, falls, refuse

LETTERS: Final = "letters-open-once"
AWAY: Final = "Something we depend on does not answer; try again later"


@falls("refusals-in-words", "in words that are not for people: ")
def told_what_a_server_said(it: Recording) -> None:
    answer = it.first("response", "GET /api/tickets/", status=200)
    it.change(answer, refuse(503, f"{AWAY}: orders-db:27017: not primary"))


@falls("every-version-announced", "after 20 s, and nothing was in the way")
def waited_for_an_answer(it: Recording) -> None:
    it.move(it.last("response", "GET /api/orders/", status=200), by_s=20.0)


@falls("refused-for-a-reason", "and nothing was in the way")
def was_sent_away_long_after_something_was_amiss(it: Recording) -> None:
    it.change(it.last("response", "GET /api/", status=200), refuse(503, AWAY))
    amiss = it.repeat(it.events[0])
    fields = {"to": "orders-db", "verb": "find_one", "about": "", "by": ""}
    at = it.events.index(amiss)
    it.events[at] = replace(amiss, host="orders", kind="lost", cause=None, fields=fields)


@falls(LETTERS, "a letter was tried once more, at ")
def tried_a_letter_again_and_did_not_count_it(it: Recording) -> None:
    tried = next(one for one in it.all("write", collection="users") if _tries(one["after"]) == 1)
    again = it.repeat(tried, before=tried["after"])
    it.change(again, lambda to: to["after"]["reset"].update(token_hash="another"))


@falls(LETTERS, "has had was forgotten at ")
def forgot_how_many_letters_there_were(it: Recording) -> None:
    closed = next(one for one in it.all("write", collection="asked") if "next" in one["after"])
    it.repeat(closed, before=closed["after"], after=closed["after"] | {"letters": 0})


@falls("guesses-are-counted", "and the door is open as it was before")
def opened_the_door_for_what_was_left(it: Recording) -> None:
    asked = it.asked(it.first("response", "POST /api/users/reset-password", status=200))
    counted = next(one for one in it.all("write", collection="failures", cause=asked.number))
    until = EPOCH + timedelta(seconds=counted.at_us / 1e6 + 300.0)
    count = counted["after"] | {"until": until.replace(tzinfo=None).isoformat()}
    it.change(counted, lambda to: to.update(before=count, after=count | {"failures": 2}))


@falls("ready-as-it-says", "though nats has not been there for a while")
def is_ready_without_a_broker(it: Recording) -> None:
    asked = it.first("request", "GET /readyz")
    gone = it.repeat(asked, -30.0)
    at = it.events.index(gone)
    it.events[at] = replace(gone, host="nats", kind="crash", cause=None, fields={})


def _tries(user: Any) -> int:
    return int(((user or {}).get("letter_due") or {}).get("tries", 0))


@falls("guesses-are-counted", "POST /api/users/forgot-password by ben was counted at")
def counted_a_letter_as_a_guess(it: Recording) -> None:
    asked = it.asked(it.first("response", "POST /api/users/forgot-password", status=202))
    letter = next(one for one in it.all("write", collection="failures", cause=asked.number))
    guess = it.first("write", collection="failures")
    more = {"failures": guess["after"]["failures"] + 1}
    fields = {"id": guess["id"], "before": guess["after"], "after": guess["after"] | more}
    it.change(letter, lambda to: to.update(fields))


@falls("every-version-announced", "was overtaken by message")
def was_done_after_what_came_later(it: Recording) -> None:
    decided = list(it.all("decided"))
    first, then = next(
        (one, two)
        for one, two in combinations(decided, 2)
        if (one.host, one["subject"]) == (two.host, two["subject"])
    )
    it.move(first, by_s=(then.at_us - first.at_us) / 1e6 + 0.01)


@falls("reservations-as-told", "to wait 5000 s, and an open order ends at")
def told_somebody_to_wait_for_longer_than_an_order_lasts(it: Recording) -> None:
    answer = it.first("response", "POST /api/orders", status=201)
    asked = it.repeat(it.asked(answer), after_s=0.2)
    told = it.repeat(answer, after_s=0.3, request=asked.number, headers={"Retry-After": "5000"})
    it.change(told, refuse(429, "You have 1 open orders; pay for one or cancel one first"))
