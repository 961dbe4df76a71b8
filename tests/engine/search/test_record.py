"""What a search leaves behind, and goes on with."""

import json
from contextlib import suppress
from pathlib import Path
from threading import Thread

from pytest import fixture, mark, raises

from boxoffice import cli
from boxoffice.atomic_files import alone_in
from boxoffice.commands import naming, searching
from boxoffice.misuse import Misuse
from boxoffice.search import explore
from boxoffice.search.kept import FILE, MOST, Kept
from boxoffice.search.record import Fall, Record, compared, record_in
from boxoffice.search.token import BEGIN, _packed
from tests.engine.commands import runner

SHELVES = Path(__file__).with_name("shelves.py")
RUMMAGE = f"{SHELVES}::rummage"
BROKEN = ("explore", RUMMAGE, "--bug", "looks-first", "--seed", 8, "--shrink-time", 0, "--jobs", 1)


MANY = Record("x").as_text().replace('"runs": 0', '"runs": "many"')
NEGATIVE = Record("x").as_text().replace('"next": 0', '"next": -5')


@fixture
def boxoffice(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(naming, "entry_points", lambda group: [])
    monkeypatch.chdir(tmp_path)
    return runner(cli.main, monkeypatch, capsys)


def test_what_was_found_is_played_first(boxoffice):
    boxoffice(*BROKEN)
    status, said, _ = boxoffice(*BROKEN, "--runs", 1)
    assert status == 1
    assert "it falls again, as before" in said
    assert "rummage · seed" not in said  # there was no need to look
    status, said, _ = boxoffice(*BROKEN, "--runs", 1, "--fresh")
    assert "as before" not in said


def test_what_holds_now_is_told_and_forgotten(boxoffice):
    boxoffice(*BROKEN)
    said = json.loads(FILE.read_text())
    ((plan, (token,)),) = said.items()
    assert plan == f"{RUMMAGE} looks-first"
    holds = BEGIN + _packed({"s": RUMMAGE, "n": 8})
    deeds = BEGIN + _packed({"s": RUMMAGE, "n": 8, "d": [99]})  # which it does not draw any more
    FILE.write_text(json.dumps({RUMMAGE: [holds, deeds, "bx1-e30", token]}))
    status, said, _ = boxoffice("explore", RUMMAGE, "--runs", 2, "--jobs", 1)
    assert status == 1  # a token says which twin stood in
    assert "of what was found before 1 run holds now" in said
    assert "2 cannot be played any more" in said


def test_a_damaged_memory_is_told_and_left_alone(boxoffice):
    FILE.parent.mkdir()
    FILE.write_text('{"rummage": ["bx1-')
    status, said, _ = boxoffice(*BROKEN, "--runs", 1)
    assert status == 1
    assert "falls.json cannot be read" in said
    assert FILE.read_text() == '{"rummage": ["bx1-'


def test_who_is_interrupted_keeps_what_has_fallen(boxoffice, monkeypatch, tmp_path):
    monkeypatch.setattr(searching, "explore", stopping_after_a_fall)
    words = (*BROKEN, "--campaign", "campaign.json")
    with suppress(KeyboardInterrupt):
        boxoffice(*words)
    ((_, (token,)),) = json.loads(FILE.read_text()).items()
    record = record_in(tmp_path / "campaign.json")
    assert record.falls["stays-theirs"].token == token


def stopping_after_a_fall(plan, **options):
    explore(plan, **options)
    raise KeyboardInterrupt


def test_a_campaign_goes_on_where_it_was(boxoffice, tmp_path):
    for runs in (3, 2):
        words = ("explore", RUMMAGE, "--runs", runs, "--campaign", "campaign.json", "--jobs", 1)
        status, said, _ = boxoffice(*words)
        assert status == 0
    assert "5 runs so far, in campaign.json" in said
    record = record_in(tmp_path / "campaign.json")
    assert (record.next, record.runs) == (5, 5)
    assert record.tested["stays-theirs"] == 5


def test_a_campaign_of_something_else_is_not_gone_on_with(boxoffice):
    boxoffice("explore", RUMMAGE, "--runs", 1, "--campaign", "campaign.json")
    status, _, err = boxoffice(*BROKEN, "--campaign", "campaign.json")
    assert status == 2
    assert "is a campaign of" in err


@mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 1}', '{"format": 1, "falls": 3, "plan": ""}']
)
def test_what_is_no_record_is_refused(tmp_path, text):
    file = tmp_path / "campaign.json"
    file.write_text(text)
    with raises(Misuse, match="is no campaign's file"):
        record_in(file)


def test_a_record_is_read_as_it_was_written(tmp_path):
    record = Record("rummage", 4, 4, 1.5, 1.2, 0, {"a,b": Fall(2, "so", "bx1-x")}, {"a": 3})
    file = tmp_path / "campaign.json"
    file.write_text(record.as_text())
    assert record_in(file) == record
    assert record_in(tmp_path / "nowhere.json") is None


def test_two_searches_that_write_one_file_lose_nothing(tmp_path):
    first = Record("x", 8, 8, 1.5, 1.0, 0, {"a": Fall(2, "so", "whole")}, {"a": 8})
    both = first.with_more(Record("x"), Record("x", 5, 5, 1.0, 1.0, 1, {"b": Fall(1, "no")}))
    assert (both.next, both.runs, both.undecided) == (8, 13, 1)
    assert (both.falls["a"].times, both.falls["b"].times, both.tested) == (2, 1, {"a": 8})
    small = Record("x", 9, 9, 2.0, 1.5, 0, {"a": Fall(3, "so", "small")}, {"a": 9})
    later = both.with_more(first, small)
    assert (later.next, later.runs, later.tested) == (9, 14, {"a": 9})
    assert later.falls["a"] == Fall(3, "so", "small")
    file = tmp_path / ".boxoffice" / "falls.json"
    one, two = Kept("x", file), Kept("y", file)
    one.keep(["bx1-1"])
    two.keep(["bx1-2"])
    Kept("x", file).keep(["bx1-3"], forget=["bx1-1"])
    assert (one.tokens, two.tokens) == (["bx1-3"], ["bx1-2"])


def test_while_one_writes_in_a_folder_another_waits(tmp_path):
    order = []

    def writes():
        with alone_in(tmp_path):
            order.append("second")

    with alone_in(tmp_path):
        other = Thread(target=writes)
        other.start()
        other.join(0.2)
        order.append("first")
    other.join()
    assert order == ["first", "second"]


def test_a_campaign_of_something_else_is_told_where_it_is_held_against(boxoffice):
    boxoffice("explore", RUMMAGE, "--runs", 1, "--campaign", "campaign.json")
    said = boxoffice(*BROKEN, "--runs", 1, "--against", "campaign.json")[1]
    assert "campaign.json is a campaign of something else: of " in said


def test_two_campaigns_are_held_against_each_other():
    falls = {"gone": Fall(9, ""), "rare": Fall(8, ""), "still": Fall(5, ""), "often": Fall(2, "")}
    before = Record("x", runs=100, falls={**falls, "unsure": Fall(1, "")})
    now = {"rare": Fall(2, ""), "still": Fall(6, ""), "often": Fall(6, ""), "new": Fall(1, "")}
    said = list(compared(Record("x", runs=100, falls=now), before))
    assert said == [
        "gone: gone",
        "rarer, 8 in 100 runs, now 2 in 100: rare",
        "still there, 5 in 100 runs, now 6 in 100: still",
        "more often, 2 in 100 runs, now 6 in 100: often",
        "not seen again, too few runs to say (100): unsure",
        "new, 1 in 100 runs: new",
    ]


def test_few_failures_are_kept_and_a_damaged_file_is_none(tmp_path):
    kept = Kept("rummage", tmp_path / ".boxoffice" / "falls.json")
    kept.keep([f"bx1-{number}" for number in range(MOST + 5)])
    assert len(kept.tokens) == MOST
    assert kept.tokens[-1] == f"bx1-{MOST + 4}"
    assert Kept("another", tmp_path / ".boxoffice" / "falls.json").tokens == []
    (tmp_path / ".boxoffice" / "falls.json").write_text("{")
    assert kept.tokens == []
