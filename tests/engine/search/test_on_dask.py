"""A campaign on a Dask cluster of this machine finds what processes find."""

import subprocess
import sys

from distributed import LocalCluster
from pytest import fixture, mark, raises

from boxoffice.commands.asked import Asked
from boxoffice.commands.naming import names
from boxoffice.commands.on_dask import OnDask
from boxoffice.misuse import Misuse
from boxoffice.search import explore
from tests.engine.search import shelves
from tests.real.tiers import UNHURRIED

pytestmark = UNHURRIED

RUMMAGE = Asked((f"{shelves.__file__}::rummage",), bug="looks-first")
ADDRESS = "tcp://127.0.0.1:9"


@fixture(scope="module")
def scheduler():
    quiet = {"dashboard_address": None, "silence_logs": "ERROR"}
    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", **quiet) as cluster:
        yield cluster.scheduler_address


def test_two_workers_find_what_two_processes_find(scheduler):
    found = []
    for players in (None, OnDask(scheduler, RUMMAGE)):
        told = {}
        campaign = explore(
            RUMMAGE.plan(names()),
            runs=24,
            jobs=2,
            keep_going=True,
            twice=8,
            players=players,
            tell=lambda campaign, run, told=told: told.update({run.seed: (run.fell, run.said)}),
        )
        assert campaign.falls > 0
        assert campaign.twice == 3
        found.append((told, campaign.shapes, campaign.reached))
    assert found[0] == found[1]


def test_what_goes_wrong_there_is_one_line_here(scheduler):
    unknown = OnDask(scheduler, Asked((f"{shelves.__file__}::nobody",)))
    with raises(Misuse, match="nobody"):
        explore(RUMMAGE.plan(names()), runs=1, players=unknown)


STORY = """
from boxoffice import System
from helper_of_told import is_so

told = System("told")

@told.story
async def tells(world):
    assert is_so(), "it is not so"

@told.story
async def leaves(world):
    raise SystemExit(3)
"""
HELPERS = ("def is_so(): return True\n", "def is_so():\n    return False\n")


@fixture
def folder(tmp_path, monkeypatch):
    """A folder with a story; whatever is loaded of it is forgotten."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "told.py").write_text(STORY)
    (tmp_path / "helper_of_told.py").write_text(HELPERS[0])
    yield tmp_path
    forget()


def forget():
    for name in ("told", "helper_of_told"):
        sys.modules.pop(name, None)


def fell(scheduler, asked):
    campaign = explore(asked.plan(names()), runs=4, players=OnDask(scheduler, asked))
    return campaign.fell


def test_a_worker_plays_what_is_in_the_files_now(scheduler, folder):
    for helper in (*HELPERS, *HELPERS):
        (folder / "helper_of_told.py").write_text(helper)
        assert bool(fell(scheduler, Asked(("told.py::tells",)))) == (helper is HELPERS[1])
        forget()


def test_a_story_that_ends_the_process_is_found_there_as_well(scheduler, folder):
    ((names_of, run),) = fell(scheduler, Asked(("told.py::leaves",))).items()
    assert names_of == ("raised",)
    assert "the story ended the process" in run.said


def test_what_is_not_there_or_another_there_is_one_line(scheduler, folder):
    asked = Asked(("told.py::tells",))
    plan, players = asked.plan(names()), OnDask(scheduler, asked)
    (folder / "helper_of_told.py").write_text(HELPERS[1])  # after it was loaded here
    with raises(Misuse, match=r"on the worker: .*helper_of_told\.py says something else than"):
        explore(plan, runs=1, players=players)
    players = OnDask(scheduler, asked)
    (folder / "told.py").unlink()
    with raises(Misuse, match=r"on the worker: there is no file .*told\.py"):
        explore(plan, runs=1, players=players)


def test_a_scheme_that_is_none_is_a_line_at_once(tmp_path):
    words = ["explore", RUMMAGE.scenarios[0], "--dask", "nonsense://x"]
    command = [sys.executable, "-m", "boxoffice", *words]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=15)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert "unknown address scheme 'nonsense'" in ended.stderr


def test_who_loses_the_workers_is_told_in_a_line():
    quiet = {"dashboard_address": ":0", "silence_logs": 60}
    with LocalCluster(n_workers=1, threads_per_worker=1, host="127.0.0.1", **quiet) as cluster:
        players = OnDask(cluster.scheduler_address, RUMMAGE)

        def tell(campaign, run):
            cluster.close()

        with raises(Misuse, match=r"what played runs has died: .*; one of these was played: rumm"):
            explore(RUMMAGE.plan(names()), keep_going=True, players=players, tell=tell)


@mark.parametrize("address", [ADDRESS, "nowhere", "tcp://127.0.0.1:none"])
def test_where_no_scheduler_is_there_is_one_line(address, monkeypatch):
    monkeypatch.setattr("boxoffice.commands.on_dask.CONNECT_S", 0.2)
    with raises(Misuse, match="no Dask scheduler answers at"):
        OnDask(address, RUMMAGE)
