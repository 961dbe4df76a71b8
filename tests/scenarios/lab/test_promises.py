"""What the lab judges by itself: told with what proves it, and only where it can be known."""

from collections.abc import Sequence
from typing import Any

from pytest import mark

from boxoffice.trace.trace import TraceEvent
from boxoffice.trace.verdict import Judgement, Verdict
from boxoffice.views.explorer.model import run_of
from scenarios.lab import EXERCISES, grade
from scenarios.lab.promises import PROMISES, holds_grow, taken_once
from scenarios.lab.wrong import WRONG
from scenarios.shop.checks import nothing_stuck
from scenarios.shop.checks.evidence import Evidence
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
