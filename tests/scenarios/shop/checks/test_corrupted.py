"""An honest history in which one thing is made different falls by the invariant that is about it.

Each corruption is of one kind: an event is dropped, repeated, moved, or says something else.
"""

from dataclasses import replace
from typing import Final

from pytest import mark, param

from boxoffice.trace.verdict import Verdict
from scenarios.shop.checks import INVARIANTS, Evidence, Invariant
from tests.scenarios.shop.checks import (
    corrupted_answers,
    corrupted_ends,
    corrupted_hands,
    corrupted_leaving,
    corrupted_news,
    corrupted_parking,
    corrupted_patience,
    corrupted_promises,
    corrupted_readiness,
    corrupted_states,
    corrupted_steps,
    corrupted_unfinished,
    corrupted_words,
)
from tests.scenarios.shop.checks.corrupted import CASES, Corruption, Recording, refuse

NAMED: Final = {it.name: it for it in INVARIANTS}
KNOWN: Final = (  # whose cases these are
    corrupted_answers,
    corrupted_ends,
    corrupted_leaving,
    corrupted_news,
    corrupted_parking,
    corrupted_hands,
    corrupted_patience,
    corrupted_promises,
    corrupted_readiness,
    corrupted_states,
    corrupted_steps,
    corrupted_unfinished,
    corrupted_words,
)


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


def test_each_invariant_has_a_history_by_which_it_falls() -> None:
    assert {name for name, _, _ in CASES} == NAMED.keys()


@mark.parametrize("asked_after_s", [(), (30.0,)], ids=["not at all", "too early"])
def test_a_letter_may_wait_until_it_is_asked_for_once_its_reason_is_gone(
    asked_after_s: tuple[float, ...], honest: Evidence
) -> None:
    recording = Recording(honest)
    corrupted_parking.is_put_aside(recording, *asked_after_s)
    assert NAMED["nothing-stuck"].judge(recording.evidence()).verdict is Verdict.HOLDS


def test_whose_letter_cannot_be_posted_now_may_be_given_a_message_again(honest: Evidence) -> None:
    recording = Recording(honest)
    corrupted_parking.failed_for_minutes_and_was_not_put_aside(recording)
    failed = recording.last("log", what="failed")
    lost = recording.repeat(failed)
    at = recording.events.index(lost)
    recording.events[at] = replace(lost, kind="lost", fields={"to": "nats"})
    assert NAMED["nothing-stuck"].judge(recording.evidence()).verdict is Verdict.HOLDS


def test_a_message_that_the_stream_has_twice_is_no_other(honest: Evidence) -> None:
    recording, told = Recording(honest), 1_000
    first = recording.first("stored", subject="order.created")
    recording.repeat(first, seq=told, by="")
    for event in recording.all("delivered", seq=first["seq"], consumer="tickets"):
        recording.change(event, lambda it: it.update(seq=told))
    judgement = NAMED["follows-the-contract"].judge(recording.evidence())
    assert judgement.verdict is Verdict.HOLDS, judgement.violations


def test_a_charge_may_be_late_whose_sender_slept_when_all_was_looked_at(honest: Evidence) -> None:
    recording = Recording(honest)
    corrupted_steps.a_charge_is_sent_long_after_it_was_noted(recording)
    claimed = corrupted_steps.became(recording, "payments.orders", pays="pending")
    corrupted_steps.sleeps(recording, claimed, after_s=0.000001)
    judgement = NAMED["follows-the-contract"].judge(recording.evidence())
    assert judgement.verdict is Verdict.HOLDS, judgement.violations


def test_who_slept_meanwhile_may_ask_again_for_a_charge_that_was_made(honest: Evidence) -> None:
    recording = Recording(honest)
    charge = recording.first("charge")
    recording.repeat(charge, replayed=True, outcome="refused")
    corrupted_steps.sleeps(recording, charge)
    recording.repeat(charge, replayed=True, outcome="refused")
    judgement = NAMED["follows-the-contract"].judge(recording.evidence())
    assert not any("has looked into" in found.message for found in judgement.violations)


def test_a_letter_that_an_operator_came_not_to_ask_for_is_rightly_there(honest: Evidence) -> None:
    recording = Recording(honest)
    corrupted_parking.is_put_aside(recording, 62.0)
    asked = recording.last("stored", subject="replay.tickets.order.created")
    refused = recording.repeat(asked, 1.0)
    fields = {"to": "nats", "verb": "publish", "about": asked["subject"], "says": "503"}
    at = recording.events.index(refused)
    recording.events[at] = replace(refused, host="Olga", kind="answered", fields=fields)
    judgement = NAMED["nothing-stuck"].judge(recording.evidence())
    assert judgement.verdict is Verdict.HOLDS, judgement.violations


def test_who_looks_while_another_tab_signs_in_may_have_no_session(honest: Evidence) -> None:
    recording = Recording(honest)
    corrupted_words.forgot_who_had_just_signed_in(recording)
    asked = recording.first("request", "GET /api/users/currentuser")
    answer = next(it for it in recording.events if it.get("request") == asked.number)
    opened = recording.first("response", "POST /api/users/reset-password", status=200)
    earlier = replace(asked, at_us=opened.at_us, number=opened.number - 1)
    recording.drop(asked)
    recording.events.insert(recording.events.index(opened), earlier)
    recording.change(answer, lambda to: to.update(request=earlier.number))
    judgement = NAMED["letters-open-once"].judge(recording.evidence())
    assert judgement.verdict is Verdict.HOLDS, judgement.violations


def test_whoever_wants_written_what_a_store_takes_from_nobody_may_be_answered_500(
    honest: Evidence,
) -> None:
    recording = Recording(honest)
    answer = recording.first("response", "POST /api/orders", status=201)
    recording.change(answer, refuse(500, "Something went wrong"))
    judge = NAMED["refusals-in-words"].judge
    assert judge(recording.evidence()).verdict is Verdict.VIOLATED
    asked = recording.asked(answer)
    assert asked is not None
    refused = replace(recording.repeat(asked), kind="answered", cause=asked.number)
    at = next(at for at, it in enumerate(recording.events) if it.number == refused.number)
    fields = {"to": "orders-db", "verb": "insert_one", "about": "", "says": "121"}
    recording.events[at] = replace(refused, host="orders", fields=fields)
    assert judge(recording.evidence()).verdict is Verdict.HOLDS


def test_an_order_that_is_written_late_was_drawn_with_the_window_of_before(
    honest: Evidence,
) -> None:
    recording = Recording(honest)
    written = recording.first("write", database="orders", collection="orders")
    recording.move(written, by_s=400.0)
    judge = NAMED["as-far-ahead-as-promised"].judge
    rolled_out = replace(recording.evidence(), windows_s=[900, 300])
    assert judge(rolled_out).verdict is Verdict.HOLDS
    assert judge(replace(rolled_out, windows_s=[1_800, 300])).verdict is Verdict.VIOLATED
