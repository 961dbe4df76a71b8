"""A figure in the words of a notebook is what its cells print, or what the code has."""

import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pytest import mark, param

from boxoffice import faults
from boxoffice.servers.jetstream import config
from scenarios.kill.challenges import CHALLENGES
from scenarios.lab import EXERCISES, club
from scenarios.lab.exercises import clock, paid, shapes, woken
from scenarios.lab.grader import ENOUGH, SEEDS
from scenarios.learn.rungs import RUNGS
from services.common.connect import ANSWER_TIMEOUT_S
from services.expiration.repository import LEASE
from services.orders.overdue import GRACE
from services.payments.retry_policy import CERTAIN, PATIENCE

PAGES = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))

LEARNING = PAGES[0].parents[1] / "docs" / "learning.md"


def read(number: int) -> tuple[str, str]:
    """Return what a notebook says in words, and what its cells put out as text or picture."""
    cells = json.loads(PAGES[number - 1].read_text(encoding="utf-8"))["cells"]
    words = "\n".join("".join(it["source"]) for it in cells if it["cell_type"] == "markdown")
    shown: list[Any] = []
    for output in (out for it in cells for out in it.get("outputs", ())):
        shown += output.get("text", [])
        for kind in ("text/plain", "image/svg+xml"):
            shown += ["\n", *output.get("data", {}).get(kind, [])]
    return words, "".join(shown)


def counts(shown: str, run: int = 0) -> dict[str, int]:
    """Return what was counted in a run of the notebook."""
    line = re.findall(r"messages posted .*", shown)[run]
    return {name: int(count) for name, count in re.findall(r"(\w+) (\d+)", line)}


def first(shown: str) -> str:
    """Return the first picture."""
    return shown.partition("</svg>")[0]


def default(function: Any, name: str) -> Any:
    return inspect.signature(function).parameters[name].default


Holds = Callable[[str], bool]
FIGURES: list[tuple[int, str, Holds]] = [
    (1, "loses power, for two seconds", lambda _: default(faults.crashes, "down_s") == 2.0),
    (1, "attacked with up to two hundred seeds", lambda _: SEEDS == 200),
    (1, "Once fifteen runs have fallen the grader stops", lambda _: ENOUGH == 15),
    (1, "By the end of this notebook", lambda it: f"0 of {len(EXERCISES)} exercises" in it),
    (2, "five seconds instead of fifteen minutes", lambda _: clock.WINDOW_S == 5),
    (2, "waits five seconds for an answer", lambda _: ANSWER_TIMEOUT_S == 5),
    (2, "still open 45 seconds after its time", lambda _: GRACE.total_seconds() == 45),
    (2, "There was one entry, for 900", lambda it: "It is 900 and the lamp goes on." in it),
    (2, "Five lines, by the time on the left", lambda it: len(re.findall(r" s  \w+ \(", it)) == 5),
    (3, "every message comes three times",
     lambda it: 2 * counts(it)["delivered"] == 3 * counts(it)["duplicates"]),
    (3, "Two thirds of all deliveries were copies",
     lambda it: 3 * counts(it)["duplicates"] == 2 * counts(it)["delivered"]),
    (3, "A purchase has thirteen effects", lambda it: it.count("for 13 effects") >= 5),
    (3, "Two orders, Ana's and Ben's", lambda it: "It is 2." in it),
    (4, "Ana's order says 41.00", lambda it: "It is 41." in it),
    (4, "with half a second some runs have no gap",
     lambda it: 0 < int(re.findall(r"0\.5: .* a gap in (\d) of 6 runs", it)[0]) < 6),
    (6, "Five people got a 400",
     lambda it: len(set(re.findall(r"<text ([^>]*?) text-anchor[^>]*>400<", first(it)))) == 5),
    (6, "Two orders were stored", lambda it: "It is 2." in it),
    (8, "Twice: a relay that wakes up", lambda it: "['stored', 'told again']" in it),
    (8, "for two minutes a broker remembers",
     lambda _: config._STREAM["duplicate_window"] == 120 * config.NANOSECONDS),
    (8, "Orders is back two seconds later", lambda _: default(faults.crashes, "down_s") == 2.0),
    (8, "Find the = in the picture", lambda it: counts(it, run=2)["duplicates"] > 0),
    (9, "five minutes", lambda it: "stands still for 300 s" in it),
    (9, "is good for ten seconds", lambda _: PATIENCE.total_seconds() == 10),
    (9, "two minutes after the decision", lambda _: CERTAIN.total_seconds() == 120),
    (9, "gone by itself after 30 seconds", lambda _: LEASE.total_seconds() == 30),
    (9, "The dead keep their alarm for 30 seconds", lambda it: "It is 15:30." in it),
    (9, "at 15:45, is a second look", lambda it: "\ncancelled at 15:45\n" in it),
    (9, "lost her seat a minute too early",
     lambda it: "clock +60 s: cancelled at 14:00, violated" in it),
    (9, "45 seconds late", lambda it: "clock -60 s: cancelled at 15:45, holds" in it),
    (9, "five minutes to pay, the sleeper sleeps for 160 seconds",
     lambda _: (woken.may_be_sent.window_s, woken.SLEEPS_S) == (300, 160)),
    (9, "The grader's orders last a minute", lambda _: woken.claim.window_s == 60),
    (10, "his 45 dollars are gone", lambda it: "it charged $45.00 and refunded $0.00" in it),
    (10, "the third is the refund", lambda it: "It is his money." in it),
    (10, "waits for ten seconds each time", lambda it: "0.23 s charged\n 10.24 s known" in it),
    (10, "Asked three times, charged once", lambda it: it.count("known by its key\n") == 2),
    (10, "answer to Ana is 402", lambda it: ">402<" in it),
    (10, "in the last half minute of five", lambda _: paid.ask.window_s == 300),
    (11, "Two promises of the shop were never put to the test",
     lambda it: len(re.findall(r"by none: (\S+) (\S+)\n", it)) == 1),
    (11, "twelve seeds. Nothing should fall", lambda it: "\n0 of 12 runs fell" in it),
    (11, "and sometimes one alone", lambda it: bool(re.search(r"run by run: .* 1\b", it))),
    (11, "made ten deeds three", lambda it: "10. Sue" in it and "It is 3." in it),
    (11, "No fault is left", lambda it: "0 strikes of faults are left" in it),
    (11, "to the microsecond", lambda it: "the same run: True" in it),
    (11, "in how many of eight futures", lambda it: it.count(" of 8\n") > 10),
    (12, "Ann has paid for 30 points, and has 50", lambda it: "Ann has 50 of 30 points" in it),
    (12, "each under ten seeds", lambda it: len(re.findall(r" of 10 fell: ", it)) == 5),
    (12, "a lost *request* does no harm, and a lost *response* does",
     lambda it: bool(re.search(r"^ 0 of 10 fell: lost-requests, u", it, re.MULTILINE)
                     and re.search(r"^ [1-9] of 10 fell: lost-responses, u", it, re.MULTILINE))),
    (12, "on a day on which every message comes twice", lambda it: "It is 60." in it),
    (12, "the last of twelve notebooks", lambda _: len(PAGES) == 12),
    (8, "just as if there had never been an outbox", lambda it: "It is the same." in it),
]  # fmt: skip


@mark.parametrize(
    ("number", "said", "holds"), [param(*it, id=f"{it[0]} {it[1]}") for it in FIGURES]
)
def test_a_figure_is_what_is_printed_or_what_the_code_has(
    number: int, said: str, holds: Holds
) -> None:
    words, shown = read(number)
    assert said in words
    assert holds(shown)


def test_a_broker_remembers_a_name_for_as_long_as_a_hint_says() -> None:
    assert "within two minutes" in shapes.ANNOUNCED
    assert config._STREAM["duplicate_window"] == 120 * config.NANOSECONDS


def test_the_learners_own_services_are_those_that_the_grader_plays() -> None:
    words = json.loads(PAGES[11].read_text(encoding="utf-8"))["cells"]
    cell = next(text for it in words if "def till(" in (text := "".join(it["source"])))
    for each in (club.Sale, club.till, club.club, club.add, club.buys):
        assert inspect.getsource(each) in f"{cell}\n"


def test_so_many_challenges_are_graded_and_so_many_begin_with_nothing() -> None:
    told = LEARNING.read_text(encoding="utf-8")
    cells = [it for page in PAGES for it in json.loads(page.read_text(encoding="utf-8"))["cells"]]
    sources = ["".join(it["source"]) for it in cells if it["cell_type"] == "code"]
    graded = [it for it in sources if "attempt(" in it.rpartition("\n\n")[2]]
    empty = sum("    pass  # your lines" in it for it in graded)
    assert len(graded) == len(EXERCISES)
    every = len(EXERCISES) + len(CHALLENGES) + len(RUNGS)
    assert (every, empty + len(RUNGS)) >= (30, 8)
    assert (
        f"{every} challenges are graded: {len(EXERCISES)} exercises, {len(CHALLENGES)} that kill "
        f"mutants, {len(RUNGS)} rungs. {empty + len(RUNGS)} of them begin with nothing"
    ) in " ".join(told.split())
