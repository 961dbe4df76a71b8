"""`boxoffice zoo`: twins are hunted by storms that know none of them."""

import json
from pathlib import Path

from pytest import fixture, mark

from boxoffice.errors import Misuse
from boxoffice.search import Hunt
from boxoffice.search.played import Played
from scenarios import cli
from scenarios.zoo import TWINS
from scenarios.zoo_table import Catch, as_json, page, plans, totals
from tests.engine.commands import runner
from tests.real.tiers import unhurried


@fixture
def boxoffice(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    return runner(cli.main, monkeypatch, capsys)


def caught(name, runs, processor_s, fell=(), deeds=0, strikes=0):
    run = Played(7, "scramble", "violated", fell) if fell else None
    hunt = Hunt(run, runs, processor_s, deeds=deeds, strikes=strikes, events=90 if fell else 0)
    return Catch(TWINS[name], 1_000_000, hunt)


CATCHES = [
    caught("no-refund", 3, 1.5, ("money-conserved",), deeds=3, strikes=1),
    caught("no-fencing", 80, 20.0, ("story",), deeds=9, strikes=2),
    caught("ack-first", 500, 60.4),
]


@unhurried
def test_a_twin_is_found_by_storms_that_do_not_name_it(boxoffice, tmp_path):
    words = ("zoo", "no-unique-hold", "--time", 60, "--shrink-time", 600, "--json", "zoo.json")
    status, said, _ = boxoffice(*words, "--markdown", "zoo.md")
    assert status == 0
    assert "no-unique-hold" in said
    (found,) = json.loads((tmp_path / "zoo.json").read_text())
    assert found["found"] is True
    assert "no-double-sale" in found["fell"]
    assert 0 < found["shrunk"]["deeds"] <= 8
    assert "| no-unique-hold |" in (tmp_path / "zoo.md").read_text()


def test_one_that_is_not_found_is_told_and_is_no_success(boxoffice):
    status, said, _ = boxoffice("zoo", "no-fencing", "--time", 0.1, "--shrink-time", 0)
    assert status == 1
    assert "never" in said
    assert "0 of 1 hunts found their twin in 0.1 processor seconds" in said


def test_a_mistyped_twin_is_misuse(boxoffice):
    status, out, err = boxoffice("zoo", "no-fence")
    assert (status, out) == (2, "")
    assert "did you mean 'no-fencing'?" in err


def test_who_stops_it_keeps_what_was_hunted(boxoffice, monkeypatch, tmp_path):
    def stopped(plans, *_):
        yield 1, CATCHES[0].hunt
        raise KeyboardInterrupt

    monkeypatch.setattr("boxoffice.search.hunts", stopped)
    status, said, _ = boxoffice("zoo", "no-fencing", "no-refund", "--json", "zoo.json")
    assert status == 130
    assert said.startswith("ended early: 1 of 2 hunts\n")
    (kept,) = json.loads((tmp_path / "zoo.json").read_text())
    assert (kept["twin"], kept["seed"]) == ("no-refund", 7)


def test_who_loses_a_process_keeps_what_was_hunted(boxoffice, monkeypatch, tmp_path):
    def died(plans, *_):
        yield 1, CATCHES[0].hunt
        raise Misuse("a process that hunted has died")

    monkeypatch.setattr("boxoffice.search.hunts", died)
    status, said, err = boxoffice("zoo", "no-fencing", "no-refund", "--json", "zoo.json")
    assert status == 130
    assert err.splitlines()[0] == "boxoffice: a process that hunted has died"
    assert said.startswith("ended early: 1 of 2 hunts\n")
    assert len(json.loads((tmp_path / "zoo.json").read_text())) == 1


def test_it_goes_on_with_what_was_not_hunted_and_tells_of_all(boxoffice, monkeypatch, tmp_path):
    Path("zoo.json").write_text(json.dumps([as_json(CATCHES[0]), as_json(CATCHES[2])]))
    asked = []

    def hunted(plans, *_):
        asked.extend(plan.cases[0].bug.name for plan in plans)
        if plans:
            yield 0, CATCHES[1].hunt

    monkeypatch.setattr("boxoffice.search.hunts", hunted)
    words = ("zoo", "no-fencing", "no-refund", "--json", "zoo.json", "--go-on")
    status, said, _ = boxoffice(*words)
    assert (status, asked) == (0, ["no-fencing"])
    assert "2 of 2 hunts found their twin" in said
    kept = json.loads(Path("zoo.json").read_text())
    assert kept == [as_json(CATCHES[1]), as_json(CATCHES[0])]
    assert boxoffice(*words)[0] == 0
    assert asked == ["no-fencing"]


@mark.parametrize(
    ("text", "said"),
    [(None, "none is named"), ("[1]", "holds no hunts"), ('[{"twin": "no-fencing"}]', "KeyError")],
)
def test_what_holds_no_hunts_is_not_gone_on_with(boxoffice, text, said):
    if text:
        Path("zoo.json").write_text(text)
    words = ("zoo", "no-fencing", "--go-on", *(("--json", "zoo.json") if text else ()))
    status, out, err = boxoffice(*words)
    assert (status, out) == (2, "")
    assert said in err
    assert text is None or Path("zoo.json").read_text() == text


def test_who_stops_it_at_once_writes_nothing(boxoffice, monkeypatch, tmp_path):
    def stopped(*_):
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr("boxoffice.search.hunts", stopped)
    assert boxoffice("zoo", "no-refund", "--json", "zoo.json")[0] == 130
    assert not (tmp_path / "zoo.json").exists()


def test_what_was_not_found_counts_as_the_time_that_was_given():
    assert totals(CATCHES, 30.0).splitlines() == [
        "2 of 3 hunts found their twin in 30 processor seconds",
        "median 20.0 s, 95th percentile 30.0 s",
        "1 by the invariant that the twin names",
        "1 of 2 stories have at most 8 steps, the longest 11",
        "what was not found counts as 30 s",
    ]


def test_a_row_says_what_was_found_of_a_twin_in_all_campaigns():
    again = caught("no-refund", 5, 2.5, ("money-conserved", "story"), deeds=2)
    row = next(it for it in page([*CATCHES, again], 60.0).splitlines() if "no-refund" in it)
    assert "| 2 of 2 | 4 | 2.0 | 3 | scramble |  | money-conserved, story |" in row
    missed = next(it for it in page(CATCHES, 60.0).splitlines() if "ack-first" in it)
    assert (
        f"| 0 of 1 | 500 | 60.0 |  | never |  | ({TWINS['ack-first'].invariant} should) |" in missed
    )


def test_campaigns_of_a_twin_have_seeds_of_their_own():
    every = plans([TWINS["no-refund"], TWINS["no-fencing"]], 3)
    assert [(twin.name, first) for twin, first, _ in every] == [
        (name, first)
        for first in (1_000_000, 2_000_000, 3_000_000)
        for name in ("no-refund", "no-fencing")
    ]
    assert as_json(CATCHES[2])["shrunk"] is None
