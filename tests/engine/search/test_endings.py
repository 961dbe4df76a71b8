"""What a search does when it is ended, and what it tells of errors that are not its own."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

from pytest import fixture, mark, param, raises

from boxoffice import cli
from boxoffice.commands import naming, searching
from boxoffice.search.kept import FILE
from boxoffice.search.record import record_in
from boxoffice.search.token import BEGIN
from tests.engine.commands import runner
from tests.engine.search.test_record import BROKEN, RUMMAGE
from tests.real.tiers import sampled

STORIES = """
import ctypes
from boxoffice import System

system = System("bad-days")

@system.story
async def trips(world):
    raise LookupError("over its own feet")

@system.story
async def leaves(world):
    raise SystemExit(3)

@system.story
async def dies(world):
    if world.seed == 4:
        ctypes.CDLL(None)._exit(9)

@system.story
async def rests(world):
    await world.passes(seconds=1)

def draw(chance, size):
    raise SystemExit(3)

@system.story(draw=draw, size=2)
async def never_begins(world):
    pass

async def hold_on(signal):
    try:
        getattr(ctypes.CDLL(None), "raise")(signal)
    except KeyboardInterrupt:
        pass

@system.story
async def holds_on(world):
    await hold_on(15)

@system.story
async def holds_on_to_ctrl_c(world):
    await hold_on(2)
"""


TELLS = """
from itertools import count
from boxoffice import System

told, often = System("told"), count(1)

@told.story
async def tells(world):
"""


@fixture
def boxoffice(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(naming, "entry_points", lambda group: [])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad_days.py").write_text(STORIES)
    yield runner(cli.main, monkeypatch, capsys)
    sys.modules.pop("bad_days", None)


def interrupts(*given):
    raise KeyboardInterrupt


def test_who_is_interrupted_while_it_is_made_small_loses_nothing(boxoffice, monkeypatch, tmp_path):
    monkeypatch.setattr(searching, "shrunk_again", interrupts)
    with suppress(KeyboardInterrupt):
        status, said, _ = boxoffice(*BROKEN, "--campaign", "campaign.json")
    assert status == 130
    ((_, (token,)),) = json.loads(FILE.read_text()).items()
    assert f"stays-theirs fell, and was not made smaller: {token}" in said
    assert record_in(tmp_path / "campaign.json").falls["stays-theirs"].token == token


def test_a_long_search_writes_how_far_it_is(boxoffice, monkeypatch, tmp_path):
    monkeypatch.setattr(searching, "LEAVES_S", 0.0)
    seen, was = [], searching.Search._leave

    def leave(search, tokens):
        was(search, tokens)
        seen.append(record_in(tmp_path / "campaign.json"))

    monkeypatch.setattr(searching.Search, "_leave", leave)
    boxoffice(*BROKEN, "--runs", 20, "--keep-going", "--campaign", "campaign.json")
    assert [it.runs for it in seen] == [*range(1, 21), 20]
    fall = seen[-1].falls["stays-theirs"]
    assert fall.times > 1
    assert json.loads(FILE.read_text())[f"{RUMMAGE} looks-first"] == [fall.token]


def test_an_error_of_a_storys_own_says_where_it_was_raised_and_how_it_is_seen(boxoffice, tmp_path):
    status, said, _ = boxoffice("explore", "bad_days.py::trips", "--jobs", 1)
    assert status == 1
    assert "LookupError: over its own feet (bad_days.py:9)" in said
    token = said.split("replay --traceback ")[1].split()[0]
    status, _, err = boxoffice("replay", token)
    assert status == 1
    assert err == (
        "boxoffice: trips on seed 0 ends with LookupError: over its own feet (bad_days.py:9)\n"
    )
    status, _, err = boxoffice("why", token)
    assert status == 2
    assert "over its own feet (bad_days.py:9), so that there is nothing to draw" in err
    with raises(LookupError):
        boxoffice("replay", token, "--traceback")
    status, said, _ = boxoffice("explore", "bad_days.py::trips", "--jobs", 1)
    assert status == 1  # it was kept, and is no traceback now
    assert "it falls again, as before" in said
    assert "over its own feet" in said
    assert "nothing new was looked for" in said


@mark.parametrize(
    ("now", "says"),
    [
        ("raise KeyError('red')", "KeyError: 'red' (told.py:"),
        ("assert next(often) != 1, 'not so'", "played again it does not fall"),
    ],
)
def test_what_fell_before_and_is_another_now_is_told_and_kept(boxoffice, tmp_path, now, says):
    words = ("explore", "told.py::tells", "--jobs", 1, "--runs", 1)
    for does in ("assert False, 'not so'", now):
        (tmp_path / "told.py").write_text(f"{TELLS}    {does}\n")
        sys.modules.pop("told", None)
        status, said, _ = boxoffice(*words)
        assert status == 1
        kept = FILE.read_text()
    sys.modules.pop("told", None)
    assert "it falls again, as before" in said
    assert says in said
    ((_, (token,)),) = json.loads(kept).items()
    assert token in said


@mark.parametrize("jobs", [1, 2])
@mark.parametrize("story", ["leaves", "never_begins"])
def test_a_story_that_ends_the_process_is_found(boxoffice, jobs, story):
    words = ("explore", f"bad_days.py::{story}", "--jobs", jobs, "--runs", 4)
    status, said, _ = boxoffice(*words)
    assert status == 1
    assert "the story ended the process: SystemExit(3) (bad_days.py:" in said
    status, _, err = boxoffice("replay", said.split("replay --traceback ")[1].split()[0])
    assert (status, err.count("\n")) == (1, 1)


def test_a_process_that_dies_names_what_was_under_way_and_loses_nothing(boxoffice, tmp_path):
    words = ("explore", "bad_days.py::dies", "--jobs", 2, "--runs", 40, "--campaign", "c.json")
    status, _, err = boxoffice(*words, "--strategy", "random")
    assert status == 2
    assert "dies on seed 4" in err
    assert err.count("\n") == 1
    assert record_in(tmp_path / "c.json").runs >= 2


def test_what_does_not_fall_again_is_explained(boxoffice, monkeypatch):
    monkeypatch.setattr(searching, "shrunk_again", lambda *given: None)
    status, said, _ = boxoffice(*BROKEN)
    assert status == 1
    assert "played again it does not fall" in said
    assert BEGIN in said


@mark.parametrize(("story", "status"), [("holds_on", 143), ("holds_on_to_ctrl_c", 130)])
def test_a_story_that_catches_what_a_signal_raises_is_the_last_one(
    boxoffice, tmp_path, story, status
):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    words = ("explore", f"bad_days.py::{story}", "--jobs", 1, "--runs", 5, "--campaign", "c.json")
    try:
        ended, _, err = boxoffice(*words)
    finally:
        signal.signal(signal.SIGINT, before)
    assert ended == status
    assert err.endswith("boxoffice: interrupted\n")
    assert record_in(tmp_path / "c.json").runs == 1


def processes_of(parent):
    told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True)
    return [int(it) for it in told.stdout.split()]


def is_there(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{process}/stat") as file:
        return ") Z " not in file.read()


@mark.skipif(sys.platform != "linux", reason="who runs is asked of /proc")
@mark.parametrize(
    ("sent", "status"), sampled([param("SIGKILL", -9), param("SIGTERM", 143)], every=2)
)
def test_whoever_ends_it_ends_its_workers(boxoffice, tmp_path, sent, status):
    words = ["explore", RUMMAGE, "--jobs", "2", "--time", "60", "--campaign", "campaign.json"]
    command = [sys.executable, "-m", "boxoffice", *words]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL) as process:
        workers = []
        while len(workers) < 2:
            assert process.poll() is None
            time.sleep(0.2)
            workers = processes_of(process.pid)
        time.sleep(3)
        process.send_signal(signal.Signals[sent])
        assert process.wait(timeout=20) == status
    deadline = time.monotonic() + 10
    while any(map(is_there, workers)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(map(is_there, workers))
    if sent == "SIGTERM":
        assert record_in(tmp_path / "campaign.json").runs > 0


NEEDS = """
from fastapi import FastAPI
from boxoffice import Deed, Storm, System

def draw(chance, size):
    return Storm([Deed("Ann", "knocks") for _ in range(size)])

needs = System("needs")
needs.service("door", lambda drivers: FastAPI(), route="/")

@needs.story(draw=draw, size=4)
async def knocks(world):
    for _ in world.deeds:
        await world.client("Ann").get("/{where}")
    assert len(world.deeds) < {most}, "so often"
"""


def test_what_fell_before_and_falls_in_another_way_is_made_small_anew(boxoffice, tmp_path):
    words, told = ("explore", "needs.py::knocks", "--jobs", 1, "--runs", 1), []
    for where, most in (("front", 3), ("back", 1), ("back", 1)):
        (tmp_path / "needs.py").write_text(NEEDS.format(where=where, most=most))
        sys.modules.pop("needs", None)
        told.append(boxoffice(*words)[1])
    sys.modules.pop("needs", None)
    assert "3 deeds; none can be left out" in told[0]
    assert "it falls again, in another way than before" in told[1]
    assert "1 deed; none can be left out" in told[1]
    assert "it falls again, as before" in told[2]
    assert "1 deed, as it was kept" in told[2]
