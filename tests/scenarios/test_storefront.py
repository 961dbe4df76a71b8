"""The shop as the page in a tab asks for it: JSON in, JSON out, on whatever Python."""

import json
from collections.abc import Iterator
from typing import Any

from pytest import fixture

from boxoffice import run
from scenarios.catalogue import fault_named, scenario_named
from scenarios.learn.rungs import rung_named
from scenarios.play.conditions import CONDITIONS
from scenarios.play.ladder import stories
from scenarios.play.tab import Tab

PASSWORD = "correct horse"
LATE = "delays(20, of=order.cancelled, at=tickets)"


class Learner:
    """Somebody at the page."""

    def __init__(self) -> None:
        self.tab, self.told = Tab(), list[str]()

    def ask(self, what: str, **more: Any) -> Any:
        """Return what the tab answers."""
        return json.loads(self.tab.ask(json.dumps({"ask": what, **more}), self.told.append))

    def send(self, person: str, method: str, path: str, **body: Any) -> Any:
        """Return the one answer to a request; a second later somebody looks."""
        request = {"person": person, "method": method, "path": path, "body": body or None}
        (answer,) = self.ask("send", requests=[request])["answers"]
        self.ask("pass", seconds=1)
        return answer

    def sells_to_ana_who_regrets_and_then_to_ben(self) -> None:
        """The story of late-cancel, by hand."""
        for name in ("Sue", "Ana", "Ben"):
            self.send(
                name, "POST", "/api/users/signup", email=f"{name}@example.com", password=PASSWORD
            )
        seat = self.send("Sue", "POST", "/api/tickets", title="Front row", price="45.00")["body"]
        regretted = self.send("Ana", "POST", "/api/orders", ticketId=seat["id"])["body"]
        assert self.send("Ana", "DELETE", f"/api/orders/{regretted['id']}")["status"] == 204
        assert self.send("Ben", "POST", "/api/orders", ticketId=seat["id"])["status"] == 201


@fixture
def learner() -> Iterator[Learner]:
    somebody = Learner()
    yield somebody
    somebody.tab.close()


def fallen(judged: Any) -> list[str]:
    (told,) = judged["runs"]
    return [it["invariant"] for it in told["judgements"] if it["violations"]]


def test_a_shop_that_is_used_by_hand_is_judged_like_a_story(learner: Learner) -> None:
    for bug, falls in (("no-holder-check", True), ("", False)):
        learner.ask("open", bug=bug, faults=[LATE])
        learner.sells_to_ana_who_regrets_and_then_to_ben()
        assert ("holder-releases" in fallen(learner.ask("judge"))) is falls


def test_the_same_deeds_are_the_same_run(learner: Learner) -> None:
    hashes = set()
    for _ in range(2):
        learner.ask("open")
        learner.sells_to_ana_who_regrets_and_then_to_ben()
        hashes.add(learner.ask("seen")["runs"][0]["sha256"])
    assert len(hashes) == 1


def test_of_two_who_order_in_one_instant_both_are_seen_to_look_at_a_free_seat(
    learner: Learner,
) -> None:
    learner.ask("open", seed=str(2**63 - 7))
    for name in ("Sue", "Ana", "Ben"):
        learner.send(
            name, "POST", "/api/users/signup", email=f"{name}@example.com", password=PASSWORD
        )
    seat = learner.send("Sue", "POST", "/api/tickets", title="Front row", price="45.00")["body"]
    order = {"method": "POST", "path": "/api/orders", "body": {"ticketId": seat["id"]}}
    both = [{"person": name, **order} for name in ("Ana", "Ben")]
    came = [it["status"] for it in learner.ask("send", requests=both)["answers"]]
    assert sorted(came) == [201, 400]  # and yet:
    (told,) = learner.ask("seen")["runs"]
    says = [told["words"][it] for it in told["events"]["says"]]
    assert says.count("finds no order of ticket A") == 2
    assert told["seed"] == str(2**63 - 7)  # a script would round the number


def test_a_story_that_is_played_beside_a_broken_shop_has_its_defence(learner: Learner) -> None:
    learner.ask("open", bug="no-holder-check")
    (told,) = learner.ask("play", story="late-cancel")["runs"]
    assert told["verdict"] == "holds"
    assert told["sha256"] == run(scenario_named("late-cancel")).trace.sha256()


def test_without_its_defence_a_story_stands_beside_the_whole_one(learner: Learner) -> None:
    told = learner.ask("play", story="late-cancel", bug="no-holder-check")["runs"]
    assert [it["verdict"] for it in told] == ["holds", "violated"]
    assert learner.told[-1] == "late-cancel is being played without no-holder-check"


def test_what_cannot_be_done_is_told_in_a_line(learner: Learner) -> None:
    assert learner.ask("play", story="late-cancl")["error"] == (
        "there is no scenario 'late-cancl'; did you mean 'late-cancel'?"
    )
    assert learner.ask("seen")["error"] == "no shop is open"


def test_a_request_whose_answer_is_lost_has_an_unknown_end(learner: Learner) -> None:
    learner.ask("open", faults=["lost_responses(of=POST, by=Sue)"])
    who = {"email": "sue@example.com", "password": PASSWORD}
    answer = learner.send("Sue", "POST", "/api/users/signup", **who)
    assert (answer["status"], answer["body"]) == (0, None)


def test_every_switch_is_a_fault() -> None:
    assert [fault_named(it["fault"]) for it in CONDITIONS]
    assert len({it["says"] for it in CONDITIONS}) == len(CONDITIONS)


def test_a_learner_s_code_is_played_on_a_rung_and_what_falls_is_drawn(learner: Learner) -> None:
    begun = learner.ask("ladder")
    assert [it["name"] for it in begun["rungs"]][:3] == ["1", "2", "3a"]
    fell = learner.ask("check", name="1", code=begun["start"])
    assert not fell["holds"]
    assert "was never answered" in fell["says"]
    assert "boxoffice learn" not in fell["says"]  # the page has buttons
    assert fell["runs"][0]["verdict"] == "violated"
    held = learner.ask("check", name="1", code=learner.ask("solution", name="1")["code"])
    assert held["holds"]
    assert learner.told[-1] == "rung 1: story 20 of 20"


def test_a_first_look_at_a_rung_plays_fewer_stories_and_passes_nothing(learner: Learner) -> None:
    *_, last = learner.ask("ladder")["rungs"]
    code = learner.ask("solution", name=last["name"])["code"]
    looked = learner.ask("check", name=last["name"], code=code, seeds=4)
    assert (looked["holds"], looked["passed"]) == (True, False)
    assert len(learner.told) == stories(rung_named(last["name"]), 4) == 14
    held = learner.ask("check", name="1", code=code)
    assert held["passed"]


def test_code_that_is_no_python_is_told_with_its_line(learner: Learner) -> None:
    said = learner.ask("check", name="1", code="async def handle(message, store bus):")["says"]
    assert "shop.py, line 1" in said


def test_a_challenge_is_graded_in_a_file_of_its_own(learner: Learner) -> None:
    (names,) = learner.ask("challenges").values()
    assert "strangers" in [it["name"] for it in names]
    said = learner.ask("grade", name="strangers", code="broken = (")
    assert said["error"].startswith("mine.py:1: ")
