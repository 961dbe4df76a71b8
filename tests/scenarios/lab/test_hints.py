"""Where nothing proves what was broken, the second hint still names two events that tell why."""

from dataclasses import replace
from functools import cache
from typing import Any

from pytest import MonkeyPatch

from scenarios.lab import EXERCISES, grade
from scenarios.lab.answer import Answer
from scenarios.lab.wrong import WRONG
from services.common.aggregate import _changes
from services.common.errors import Conflict
from tests.real.tiers import unhurried


@cache
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
        "stripe: declines the card for order 1",
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


def test_hints_are_told_one_after_the_other_to_who_asks_for_them() -> None:
    answer = answer_to("looks-before-it-inserts")
    first, second, third = (hint.replace("<", "&lt;") for hint in answer.hints)
    none, one, two, all_three = (replace(answer, asked=n).in_markdown() for n in range(4))
    assert [first in it for it in (none, one, two, all_three)] == [False, True, True, True]
    assert [second in it for it in (none, one, two, all_three)] == [False, False, True, True]
    assert third.split("`")[0] in all_three
    asks = [f"`hints={n}`" for n in (1, 2, 3)]
    assert [[ask in it for ask in asks].index(True) for it in (none, one, two)] == [0, 1, 2]
    assert "Stuck?" not in all_three
    assert ["(glossary.md)" in it for it in (none, one)] == [False, True]


def test_an_answer_that_holds_offers_no_hint() -> None:
    answer = replace(answer_to("looks-before-it-inserts"), passed=True)
    assert "hint" not in replace(answer, asked=3).in_markdown()


def test_words_hints_and_story_are_one_output_which_the_next_attempt_replaces(
    monkeypatch: MonkeyPatch,
) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", lambda it, raw=False: shown.append(it))
    answer = answer_to("looks-before-it-inserts")
    answer._ipython_display_()
    told, story = shown
    assert told == {"text/plain": str(answer), "text/markdown": answer.in_markdown()}
    assert "<svg" in story._repr_mimebundle_()["image/svg+xml"]
    shown.clear()
    replace(answer, passed=True, outcome=None)._ipython_display_()
    assert len(shown) == 1


def test_a_story_that_ends_otherwise_is_not_said_to_break_a_story() -> None:
    assert "does not end as promised" in answer_to("tells-nobody").words
