"""What the lab judges by itself: told with what proves it, and only where it can be known."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

from pytest import mark

from boxoffice.clock import EPOCH
from boxoffice.trace.trace import TraceEvent
from boxoffice.trace.verdict import Judgement, Verdict
from boxoffice.views.explorer.model import run_of
from scenarios.lab import EXERCISES, grade
from scenarios.lab.promises import (
    PROMISES,
    decided_as_done,
    holds_grow,
    sent_in_time,
    settled_once,
    taken_once,
)
from scenarios.lab.wrong import WRONG
from scenarios.shop.checks import nothing_stuck
from scenarios.shop.checks.evidence import Evidence
from services.common.clock import iso
from services.common.versioning import Decision
from tests.real.tiers import sampled

TICKET, ORDER = "70dbd880819654260d00d698", "70dbd8808bae2e1b7f0028f3"


class Story:
    """Events by hand: what is said, and what becomes of it."""

    def __init__(self) -> None:
        self.events: list[TraceEvent] = []

    def add(self, host: str, kind: str, cause: int | None = None, **fields: Any) -> int:
        number = len(self.events)
        self.events.append(TraceEvent(number, number * 1_000, host, kind, cause, fields))
        return number

    def says(self, noun: str, id: str, version: int, duplicate: bool = False) -> int:
        told = {"data": {"id": id, "version": version}}
        return self.add("nats", "stored", subject=f"{noun}.updated", duplicate=duplicate, data=told)

    def takes(self, said: int, version: int, applied: int) -> int:
        came = self.add("nats", "delivered", said)
        after = {"_id": TICKET, "version": version, "orders_applied": {ORDER: applied}}
        where = {"database": "tickets", "collection": "tickets", "id": TICKET}
        return self.add("tickets-db", "write", came, **where, before=None, after=after)

    def copies(self, said: int, version: int) -> int:
        came = self.add("nats", "delivered", said)
        where = {"database": "orders", "collection": "tickets", "id": TICKET}
        after = {"_id": TICKET, "version": version}
        return self.add("orders-db", "write", came, **where, before=None, after=after)

    def decides(self, service: str, id: str, version: int) -> int:
        return self.add(service, "decided", subject=id, version=version, decision="duplicate")

    def judged(self, restless: Sequence[str] = ()) -> Judgement:
        return taken_once.judge(Evidence(events=self.events, restless=restless))


def test_what_is_taken_once_holds() -> None:
    story = Story()
    story.takes(story.says("order", ORDER, 0), 1, 0)
    story.copies(story.says("ticket", TICKET, 1), 1)
    story.takes(story.add("Sue", "request"), 2, 0)  # an edit is nobody's version but its own
    assert story.judged().verdict is Verdict.HOLDS


def test_where_nothing_is_said_nothing_is_tested() -> None:
    assert Story().judged().verdict is Verdict.VACUOUS


def test_a_version_taken_again_is_proven_by_both_writes() -> None:
    story = Story()
    said = story.says("order", ORDER, 0)
    first, again = story.takes(said, 1, 0), story.takes(said, 2, 0)
    [breach] = story.judged().violations
    assert breach.message.startswith("tickets took version 0 of order 0028f3 at ")
    assert breach.events == (first, again)


def test_a_version_passed_over_is_proven_by_its_message_and_the_last_decision_on_it() -> None:
    story = Story()
    said = story.says("order", ORDER, 0)
    story.decides("tickets", ORDER, 0)
    last = story.decides("tickets", ORDER, 0)
    story.says("order", ORDER, 0, duplicate=True)  # the broker knows it, and drops it
    story.decides("payments", ORDER, 0)
    story.decides("tickets", ORDER, 1)
    [breach] = story.judged().violations
    assert breach.message == "tickets passed over version 0 of order 0028f3"
    assert breach.events == (said, last)


def test_a_version_of_a_ticket_that_orders_passes_over_is_named() -> None:
    story = Story()
    said = story.says("ticket", TICKET, 1)
    [breach] = story.judged().violations
    assert breach.message == "orders passed over version 1 of ticket 00d698"
    assert breach.events == (said,)


def test_a_version_that_is_remembered_as_another_is_named() -> None:
    story = Story()
    write = story.takes(story.says("order", ORDER, 0), 1, 7)
    [breach] = story.judged().violations
    assert breach.message.endswith("and remembers 7")
    assert breach.events == (write,)


def test_while_something_is_on_its_way_nothing_was_passed_over() -> None:
    story = Story()
    story.says("order", ORDER, 0)
    assert story.judged(restless=["tickets: 1 message waiting"]).verdict is Verdict.UNDECIDED


def test_a_hold_that_goes_back_is_told_as_it_was_written() -> None:
    before = {"_id": TICKET, "version": 1, "hold": 2, "holder": ORDER}
    story = Story()
    where = {"database": "tickets", "collection": "tickets", "id": TICKET}
    after = {**before, "version": 2, "hold": 1}
    story.add("tickets-db", "write", **where, before=before, after=after)
    evidence = Evidence(events=story.events, orders={ORDER: {"hold": 2}})
    [breach] = holds_grow.judge(evidence).violations
    assert "after hold 2 it took hold 1" in breach.message


@mark.parametrize("promise", PROMISES, ids=lambda promise: promise.name)
def test_each_promise_is_what_some_wrong_answer_breaks(promise: Any) -> None:
    broken = {wrong.invariant for wrong in WRONG}
    assert promise.name in broken
    assert all(
        promise.name in exercise.reasons
        for exercise in EXERCISES.values()
        if promise in exercise.checks
    )


@mark.parametrize("name", sampled(["seen", "follow", "decide", "release"], every=4))
def test_what_was_taken_wrongly_has_octagons_in_the_explorer(name: str) -> None:
    wrong = next(it for it in WRONG if (it.exercise, it.invariant) == (name, taken_once.name))
    outcome = grade(EXERCISES[name], wrong.function).outcome
    assert outcome is not None
    judged = next(it for it in run_of(outcome)["judgements"] if it["invariant"] == taken_once.name)
    kinds = [outcome.trace.events[it].kind for it in judged["violations"][0]["events"]]
    assert kinds in (["write", "write"], ["stored", "decided"])


def test_what_is_never_taken_nor_passed_over_is_stuck() -> None:
    def waits(*, applied: int, announced: int) -> Decision:
        return Decision.GAP

    outcome = grade(EXERCISES["decide"], waits).outcome
    assert outcome is not None
    verdicts = {it.invariant: it.verdict for it in outcome.judgements}
    assert verdicts[taken_once.name] is Verdict.UNDECIDED
    assert verdicts[nothing_stuck.name] is Verdict.VIOLATED


def paid(status: str, since: str = "1", **more: Any) -> dict[str, Any]:
    payment = {"id": "p" * 24, "status": status, "since": since, "stripe_id": "ch_1"}
    return {"_id": ORDER, "price_cents": 4500, "outbox": [], "payment": payment | more}


def told(**more: Any) -> list[dict[str, Any]]:
    data = {"id": "p" * 24, "version": 0, "orderId": ORDER, "amount": 4500, "stripeId": "ch_1"}
    return [{"type": "payment.created", "data": data | more}]


def settled(*documents: dict[str, Any]) -> list[str]:
    story = Story()
    for before, after in pairwise(documents):
        where = {"database": "payments", "collection": "orders", "id": ORDER}
        story.add("payments-db", "write", **where, before=before, after=after)
    return [it.message for it in settled_once.judge(Evidence(events=story.events)).violations]


def test_a_payment_that_goes_its_way_is_settled_once() -> None:
    way = [paid("pending"), paid("paid") | {"outbox": told()}, paid("paid")]
    assert settled(*way, paid("refunding", "2"), paid("refunded", "3")) == []


def test_what_was_settled_before_is_not_settled_again_and_not_told_again() -> None:
    [back] = settled(paid("refunded"), paid("refunding", "2"))
    [anew] = settled(paid("paid"), paid("paid", "2"))
    [again] = settled(paid("paid"), paid("paid") | {"outbox": told(), "revision": 3})
    assert "was refunded, and became refunding at" in back
    assert anew == again
    assert "was paid, and was settled once more at" in anew


def test_what_is_settled_is_told_as_it_is() -> None:
    [silent] = settled(paid("pending"), paid("refunding"))
    [cheap] = settled(paid("pending"), paid("paid") | {"outbox": told(amount=1)})
    [bare] = settled(paid("pending"), paid("paid", stripe_id=None) | {"outbox": told()})
    assert silent.endswith(", and no event says so")
    assert bare.endswith("without the stripe_id of its charge")
    assert cheap.endswith("with amount 1 instead of 4500")


def test_orders_says_apply_of_each_version_once_and_only_of_what_it_noted_down() -> None:
    def said(*decisions: str, died: bool = False) -> list[str]:
        story = Story()
        story.copies(story.says("ticket", TICKET, 0), 0)
        if died:
            story.add("orders", "crash")
        for it in decisions:
            what = {"subject": TICKET, "version": 0, "type": "ticket.created", "decision": it}
            story.add("orders", "decided", **what)
        found = decided_as_done.judge(Evidence(events=story.events)).violations
        return [it.message for it in found]

    assert said("apply", "duplicate") == said("duplicate", died=True) == []
    assert "orders said apply once more" in said("apply", "apply")[0]
    assert "was applied, and orders said gap at" in said("gap", "apply")[0]


@mark.parametrize(
    ("after_s", "why"), [(15.0, "15 s after that was decided"), (8.0, "an order that had expired")]
)
def test_a_charge_that_was_decided_long_ago_or_comes_after_the_end_was_not_sent_in_time(
    after_s: float, why: str
) -> None:
    decided = EPOCH + timedelta(seconds=1)
    after = paid("pending", sent_at=iso(decided)) | {
        "status": "open",
        "expires_at": iso(decided + timedelta(seconds=2)),
    }
    where = {"database": "payments", "collection": "orders", "id": ORDER}
    write = TraceEvent(
        0, 1_000_000, "payments-db", "write", None, {**where, "before": None, "after": after}
    )
    fields = {"order": ORDER, "replayed": False}
    charge = TraceEvent(1, round((1 + after_s) * 1e6), "stripe", "charge", 0, fields)
    [breach] = sent_in_time.judge(Evidence(events=[write, charge])).violations
    assert breach.message.endswith(why)
