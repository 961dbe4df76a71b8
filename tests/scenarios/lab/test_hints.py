"""Where nothing proves what was broken, the second hint still names two events that tell why."""

from typing import Any

from scenarios.lab import EXERCISES, grade
from scenarios.lab.answer import Answer
from scenarios.lab.wrong import WRONG
from services.common.aggregate import _changes
from services.common.errors import Conflict
from tests.real.tiers import unhurried


def answer_to(wrong: str) -> Answer:
    it = next(it for it in WRONG if it.name == wrong)
    return grade(EXERCISES[it.exercise], it.function)


def looks_at(answer: Answer) -> tuple[str, str]:
    """Return the two events, without their times."""
    first, second = answer.hints[1].removeprefix("Look at ").split(", and at ")
    return first.partition(" ")[2], second.partition(" ")[2]


def test_a_question_that_a_service_had_no_answer_to_is_named() -> None:
    assert looks_at(answer_to("nobody-else-may-have-none")) == (
        "Cleo: cancels order 2",
        "Cleo: 500",
    )


@unhurried
def test_a_charge_that_stripe_would_not_make_is_named_after_the_one_before_it() -> None:
    assert looks_at(answer_to("forgets-the-second-card")) == (
        "stripe: charges order 1",
        "payments: stripe order 1 unknown",
    )


def test_a_write_that_is_refused_for_ever_is_named_after_the_last_that_was_not() -> None:
    async def commit(self: Any, before: int, state: Any, events: Any) -> None:
        announced = {"$push": {"outbox": {"$each": self._outbox.seal(events)}}}
        condition = {"_id": state["_id"], self._counter: state["version"]}
        found = await self._documents.update_one(condition, _changes(state) | announced)
        if found.matched_count == 0:
            raise Conflict(state["_id"])

    answer = grade(EXERCISES["commit"], commit)
    written, refused = looks_at(answer)
    assert refused.startswith("orders: conflict order ")
    assert written == f"orders-db: orders updates {refused.removeprefix('orders: conflict ')} (v0)"


@unhurried
def test_news_that_answers_itself_for_ever_is_told_as_the_first_version_that_was_none() -> None:
    answer = answer_to("confirms-again")
    assert answer.invariant == "told-as-it-is"
    assert looks_at(answer) == (
        "orders-db: orders updates order 1 (v2)",
        "nats: publishes order.awaiting-payment order 1 (v2)",
    )


def test_a_story_that_ends_otherwise_is_not_said_to_break_a_story() -> None:
    assert "does not end as promised" in answer_to("tells-nobody").words
