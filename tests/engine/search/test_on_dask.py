"""A campaign on a Dask cluster of this machine finds what processes find."""

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


@mark.parametrize("address", [ADDRESS, "nowhere", "tcp://127.0.0.1:none"])
def test_where_no_scheduler_is_there_is_one_line(address, monkeypatch):
    monkeypatch.setattr("boxoffice.commands.on_dask.CONNECT_S", 0.2)
    with raises(Misuse, match="no Dask scheduler answers at"):
        OnDask(address, RUMMAGE)
