"""`boxoffice explore` and `boxoffice replay`, on stories that are named by where they stand."""

import json
import os
from pathlib import Path
from socket import socket

from pytest import fixture, mark

from boxoffice import cli
from boxoffice.commands import naming
from boxoffice.search.strategies.spelling import _STRATEGIES
from boxoffice.search.token import BEGIN, _packed
from tests.engine.commands import runner
from tests.real.tiers import unhurried

SHELVES = Path(__file__).with_name("shelves.py")
RUMMAGE = f"{SHELVES}::rummage"

IDLE = """
from fastapi import FastAPI
from boxoffice import System, Twin

def unused(): return 1

def worse(): return 2

idle = System("idle")
idle.service("front", lambda drivers: FastAPI(), route="/")
elsewhere = Twin("elsewhere", "is used", "story", f"{__name__}:unused", worse)

@idle.story
async def rest(world):
    await world.client("Ann").get("/")
"""


def token_of_what_holds():
    return BEGIN + _packed({"s": RUMMAGE, "n": 0})


@fixture
def boxoffice(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(naming, "entry_points", lambda group: [])  # no package brings stories
    monkeypatch.chdir(tmp_path)
    return runner(cli.main, monkeypatch, capsys)


def test_what_falls_is_made_small_and_can_be_seen_again(boxoffice, tmp_path):
    found = ("explore", RUMMAGE, "--bug", "looks-first", "--seed", 8, "--json", "found.json")
    status, said, _ = boxoffice(*found)
    assert status == 1
    assert "rummage · seed" in said
    assert "stays-theirs falls: " in said
    token = said.split("boxoffice replay ")[1].split()[0]
    result = json.loads((tmp_path / "found.json").read_text())
    assert result["found"] is True
    assert result["replay"] == token
    assert result["seed"] == 8
    assert result["shrunk"]["deeds"] == 2
    status, said, _ = boxoffice("replay", token)
    assert status == 1
    assert "the same run" in said
    boxoffice("replay", "found.json", "--pytest", "test_found.py", "--html", "found.html")
    assert token in (tmp_path / "test_found.py").read_text()
    drawn = ("--futures", 2, "--json", "why.json", "--html", "why.html")
    status, said, _ = boxoffice("why", token, *drawn)
    assert status == 0
    assert "of the futures of each moment" in said
    assert json.loads((tmp_path / "why.json").read_text())["invariant"] == "stays-theirs"
    assert '"why":{"curve":' in (tmp_path / "why.html").read_text().replace(" ", "")
    assert "stays-theirs" in (tmp_path / "found.html").read_text()


def test_a_cell_of_a_notebook_tells_the_story_and_shows_its_pictures(boxoffice, capsys):
    token = BEGIN + _packed({"s": RUMMAGE, "n": 10, "b": "looks-first"})
    status, cell, _ = boxoffice("replay", token, "--cell")
    assert status == 0
    *lines, last = cell.splitlines()
    there = {}
    exec("\n".join(lines), there)
    # As a notebook does with what a cell ends with.
    shown, _ = eval(last, there)._repr_mimebundle_(include=None, exclude=None)
    story = capsys.readouterr().out
    assert "stays-theirs falls: " in story
    assert "any more" not in story
    assert "application/vnd.jupyter.widget-view+json" in shown


@unhurried
def test_a_mistake_that_is_found_twice_is_told_once(boxoffice):
    found = ("explore", RUMMAGE, "--bug", "looks-first", "--seed", 8, "--runs", 3)
    assert "what they do:" in boxoffice(*found)[1]
    _, said, _ = boxoffice(*found, "--keep-going")
    assert "it falls again, as before" in said
    assert said.count("what they do:") == 1
    assert "made small it is the story above: bx1-" in said


def test_a_sound_system_holds(boxoffice):
    status, said, _ = boxoffice("explore", RUMMAGE, "--runs", 10)
    assert status == 0
    assert "nothing fell in 10 runs" in said
    assert "faults that struck: slow-calls" in said
    assert said.endswith("--campaign FILE goes on after them\n")
    _, said, _ = boxoffice("explore", RUMMAGE, "--runs", 10, "--campaign", "it.campaign")
    assert "goes on after them" not in said


def test_runs_that_put_nothing_to_the_test_show_nothing(boxoffice, tmp_path):
    rule = """
@idle.always("nobody has a shelf", on="nowhere.shelves")
def shelfless(write): assert False
"""
    (tmp_path / "idle.py").write_text(f"{IDLE}{rule}")
    for how in ((), ("--jobs", 1)):
        status, said, _ = boxoffice("explore", "idle.py::rest", "--runs", 4, *how)
        assert status == 3
        assert "vacuous: 4 runs" in said
        assert "✓" not in said


def test_how_many_runs_were_compared_is_told_and_so_is_none(boxoffice):
    _, some, _ = boxoffice("explore", RUMMAGE, "--runs", 4, "--twice", 2, "--jobs", 1)
    assert "2 of them were played twice" in some
    _, none, _ = boxoffice("explore", RUMMAGE, "--runs", 1, "--twice", 20, "--jobs", 1)
    assert "no run was played twice" in none


def test_what_people_wrote_is_no_markup(boxoffice):
    said = boxoffice("explore", RUMMAGE, "--runs", 2, "--fault", "slow_calls(by='[/x]')")[1]
    assert "by='[/x]') never struck" in said


def test_each_fall_says_after_how_many_runs_it_fell(boxoffice):
    found = ("explore", RUMMAGE, "--bug", "looks-first", "--seed", 8, "--shrink-time", 0)
    said = boxoffice(*found, "--runs", 30, "--keep-going", "--jobs", 1)[1]
    assert "after 30 runs" not in said
    assert "after 1 run, " in said


def test_a_report_is_there_as_a_whole_or_not_at_all(boxoffice, monkeypatch, tmp_path):
    def half(outcomes, path, whys=()):
        path.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    token = BEGIN + _packed({"s": RUMMAGE, "n": 8, "b": "looks-first"})
    for module in ("boxoffice.views", "boxoffice.views.explorer.page"):
        monkeypatch.setattr(f"{module}.write_report", half, raising=False)
    for words in (("replay", token), ("why", token, "--futures", 1)):
        status, _, err = boxoffice(*words, "--html", "report.html")
        assert status == 2
        assert err == "boxoffice: cannot write report.html: No space left on device\n"
    assert list(tmp_path.glob("*.html*")) == []


def test_runs_that_are_undecided_are_told_with_a_reason_and_how_to_see_one(boxoffice, tmp_path):
    never = "\n@idle.restless\ndef moving(world):\n    return ['a lamp']\n"
    late = "\n@idle.finally_('it is dark')\ndef dark(end):\n    assert not end.ids('front.lamps')\n"
    (tmp_path / "idle.py").write_text(IDLE + never + late)
    status, said, _ = boxoffice("explore", "idle.py::rest", "--runs", 2, "--jobs", 1)
    assert status == 3
    assert "undecided: 2 runs; the first, dark: the world did not come to rest: a lamp" in said
    token = said.split("see it: boxoffice replay ")[1].split()[0]
    assert boxoffice("replay", token)[0] == 3


def test_a_file_without_a_story_says_which_it_has(boxoffice):
    status, _, err = boxoffice("explore", SHELVES)
    assert status == 2
    assert f"which story of it? {SHELVES}::rummage" in err


def test_what_falls_while_nobody_calls_the_twin_is_not_put_down_to_it(boxoffice, tmp_path):
    fails = IDLE.replace("await world", "assert False, 'always'\n    await world")
    (tmp_path / "idle.py").write_text(fails)
    words = ("explore", "idle.py::rest", "--bug", "elsewhere", "--runs", 2, "--shrink-time", 0)
    status, said, _ = boxoffice(*words)
    assert status == 1
    assert "what fell has nothing to do with it: nobody called what stands in" in said


def test_a_twin_that_nobody_calls_and_a_fault_that_never_strikes_say_nothing(boxoffice, tmp_path):
    (tmp_path / "idle.py").write_text(IDLE)
    status, said, _ = boxoffice("explore", "idle.py::rest", "--bug", "elsewhere", "--runs", 2)
    assert status == 3
    assert "nobody called what stands in" in said
    never = ("--fault", "slow_calls(by=nobody)")
    status, said, _ = boxoffice("explore", RUMMAGE, "--runs", 2, *never)
    assert status == 3
    assert "never struck" in said


@mark.parametrize(
    ("words", "says"),
    [
        (["explore"], "there are no storms here"),
        (["explore", "rummage"], "no scenario 'rummage' is known here"),
        (["explore", f"{SHELVES}::rumage"], "did you mean 'rummage'?"),
        (["explore", "nowhere.py::rummage"], "there is no file nowhere.py"),
        (["explore", "needy.py::rummage"], "needy.py cannot be loaded: No module named 'no_such'"),
        (["explore", "nowhere:rummage"], "'nowhere' cannot be loaded"),
        (["explore", RUMMAGE, "--bug", "looks-last"], "'looks-first'"),
        (["explore", RUMMAGE, "--strategy", "rondom"], "did you mean 'random'?"),
        (["explore", RUMMAGE, "--runs", "0"], "greater than or equal to 1"),
        (["explore", RUMMAGE, "--seed", "-1"], "greater than or equal to 0"),
        (["replay", "nowhere"], "neither a token"),
        (["choose", "rummage"], "no scenario 'rummage' is known here"),
        (["choose", RUMMAGE, "--bug", "looks-last"], "'looks-first'"),
        (["choose", "bx1-zzz", "--seed", "1"], "has its bug, seed, faults and size already"),
        (["choose", "bx1-zzz"], "damaged"),
        (["replay", __file__], "holds no token"),
        (["why", token_of_what_holds()], "nothing falls in this run any more"),
        (["explore", RUMMAGE, "--runs", "1", "--json", "no/where.json"], "cannot write"),
        (["replay", "bx1-zzz"], "damaged"),
        (["explore", "::"], "'::' names no story"),
        (["explore", ":"], "':' names no story"),
        (["explore", "raises.py::a"], "cannot be loaded: KeyError: 'x' (raises.py:2)"),
        (["explore", "leaves.py::a"], "leaves.py cannot be loaded: SystemExit: 3 (leaves.py:2)"),
        (["explore", "raises:a"], "'raises' cannot be loaded: KeyError: 'x' (raises.py:2)"),
        (["explore", "slips.py::a"], "slips.py cannot be loaded: SyntaxError: "),
        (["explore", RUMMAGE, "--fault", "os:getcwd()"], "os is neither boxoffice.faults nor"),
        (["explore", RUMMAGE, "--fault", "harm:done()"], "harm is neither boxoffice.faults nor"),
        (["explore", RUMMAGE, "--campaign", "/dev/null"], "no file that a campaign can be kept in"),
        (["explore", RUMMAGE, "--campaign", "pipe"], "no file that a campaign can be kept in"),
        (["replay", BEGIN + _packed({"s": RUMMAGE, "n": 0, "f": ["harm:done()"]})], "harm is"),
        (["replay", "numbers.json"], "its tokens: bx1-e30"),
    ],
)
def test_a_mistake_is_one_line(boxoffice, words, says, tmp_path):
    (tmp_path / "needy.py").write_text("import no_such")
    (tmp_path / "raises.py").write_text("\n{}['x']")
    (tmp_path / "leaves.py").write_text("\nraise SystemExit(3)")
    (tmp_path / "slips.py").write_text("def (")
    (tmp_path / "numbers.json").write_text(
        '{"falls": {"a": {"token": 3}, "b": {"token": "bx1-e30"}}}'
    )
    (tmp_path / "harm.py").write_text("raise RuntimeError('it was loaded')")
    os.mkfifo(tmp_path / "pipe")
    status, out, err = boxoffice(*words)
    assert (status, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1


def test_a_port_that_is_taken_is_one_line(boxoffice):
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, out, err = boxoffice("choose", RUMMAGE, "--port", port)
    assert (status, out) == (2, "")
    assert err == (
        f"boxoffice: port {port} cannot be had: Address already in use; "
        "`boxoffice choose … --port 0` takes one that is free\n"
    )


def test_what_is_no_python_is_told_so_and_no_module_is_looked_for(boxoffice):
    status, _, err = boxoffice("choose", "/etc/passwd::x")
    assert status == 2
    assert err.startswith("boxoffice: /etc/passwd is no file of Python, which ends with .py")


def test_what_is_played_is_said_before_it_is(boxoffice, monkeypatch):
    monkeypatch.setattr("boxoffice.choosing.protocol.place_of", _interrupted)
    status, _, err = boxoffice("choose", RUMMAGE, "--no-browser")
    assert (status, err) == (130, "playing rummage …\nboxoffice: interrupted\n")


def _interrupted(*_):
    raise KeyboardInterrupt


def test_the_help_names_each_strategy_and_says_in_words_what_may_be_given_often(boxoffice):
    said = boxoffice("explore", "--help")[1]
    assert [name for name in _STRATEGIES if name not in said.split("--strategy")[1]] == []
    assert "list[" not in said
    assert "[SCENARIO]..." in said


def test_a_table_has_no_column_that_says_nothing(boxoffice):
    said = boxoffice("replay", token_of_what_holds())[1]
    assert said.split("\n")[0].split() == ["time", "host", "what"]
