"""What was passed is remembered by the next kernel, and drawn to keep."""

import json
from pathlib import Path
from xml.etree import ElementTree

from pytest import CaptureFixture, MonkeyPatch, fixture, mark

from scenarios.lab import EXERCISES, attempt, certificate, passed
from scenarios.lab.answer import Answer
from scenarios.lab.certificate import Certificate
from scenarios.lab.jupyterlab import lay_out
from scenarios.lab.passed import NOTES, note
from scenarios.lab.solutions import SOLUTIONS
from services.common.versioning import Decision


@fixture(autouse=True)
def own_kernel(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    """Nothing was passed before, and the notebooks would be here."""
    monkeypatch.setattr("scenarios.lab.passed._here", {})
    monkeypatch.chdir(tmp_path)


def holds(name: str) -> Answer:
    return Answer(name, True, "It holds.", 200, 0, 1.0)


def test_a_kernel_that_begins_later_knows_what_was_passed(monkeypatch: MonkeyPatch) -> None:
    lay_out(Path.cwd())
    note(holds("confirm"))
    monkeypatch.setattr("scenarios.lab.passed._here", {})
    note(holds("ring"))
    assert passed.passed() == {"confirm": 200, "ring": 200}
    assert lay_out(Path.cwd()) == []
    assert passed.passed() == {"confirm": 200, "ring": 200}


@mark.parametrize("damaged", ["", "{", "[]", '{"confirm": -5}', '{"confirm": "many"}'])
def test_what_is_damaged_is_put_aside_and_told(damaged: str, capsys: CaptureFixture[str]) -> None:
    lay_out(Path.cwd())
    Path(NOTES).write_text(damaged)
    note(holds("ring"))
    assert passed.passed() == {"ring": 200}
    assert Path(f"{NOTES}.damaged-1").read_text() == damaged
    assert f"is damaged: it is kept as {NOTES}.damaged-1" in capsys.readouterr().err


def test_what_fell_is_not_noted_and_nothing_is_written_where_no_copies_are() -> None:
    note(Answer("confirm", False, "It falls.", 15, 15, 1.0))
    assert passed.passed() == {}
    note(holds("confirm"))
    assert passed.passed() == {"confirm": 200}
    assert not Path(NOTES).exists()


def test_notes_that_are_none_are_begun_again() -> None:
    lay_out(Path.cwd())
    for broken in ("{", "[1]", '{"confirm": "often"}'):
        Path(NOTES).write_text(broken)
        assert passed.passed() == {}
    note(holds("seen"))
    assert json.loads(Path(NOTES).read_text()) == {"seen": 200}


def test_an_attempt_that_holds_is_on_the_certificate(monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.lab.SEEDS", 3)
    attempt("decide", lambda *, applied, announced: Decision.APPLY)
    assert certificate().passed == {}
    answer = attempt("decide", SOLUTIONS["decide"])
    assert certificate().passed == {"decide": answer.runs} == {"decide": 3}


def test_the_certificate_tells_what_holds_under_how_many_seeds_and_what_is_next() -> None:
    given = Certificate({"confirm": 200, "complete": 200})
    assert repr(given).splitlines()[0] == f"2 of {len(EXERCISES)} exercises passed."
    assert "✓ confirm: 200 seeds" in repr(given)
    assert repr(given).endswith("Next: expire, in notebook 2.")
    picture = ElementTree.fromstring(given.svg())
    words = [it.text or "" for it in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert words.count("200 seeds") == 2
    assert words.count("open") == len(EXERCISES) - 2
    assert set(EXERCISES) <= set(words)
    assert f"2 of {len(EXERCISES)} exercises, 400 runs without a breach" in words


def test_who_has_passed_all_is_told_where_to_go() -> None:
    whole = Certificate(dict.fromkeys(EXERCISES, 200))
    assert whole.is_whole
    assert "open" not in whole.svg()
    assert "boxoffice learn" in whole.svg()


def test_it_can_be_saved() -> None:
    there = Certificate({}).save()
    assert ElementTree.parse(there).getroot().tag.endswith("svg")
