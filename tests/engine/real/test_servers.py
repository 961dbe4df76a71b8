"""Which servers a shop of processes starts, and which it finds."""

import shutil
from pathlib import Path

from pytest import fixture, mark

from boxoffice.real.environment import minimal_environment
from boxoffice.real.process import running
from boxoffice.real.servers import Embedded, Servers

MONGO, REDIS = {"MONGO_URL": "mongodb://there"}, {"REDIS_URL": "redis://there"}
STRIPE = {"STRIPE_API_BASE": "http://there"}


@fixture
def has_redis(monkeypatch):
    """Say whether the machine has a Redis."""
    which = shutil.which

    def set_up(installed):
        def find(program, **where):
            if program == "redis-server":
                return "/opt/redis-server" if installed else None
            return which(program, **where)

        monkeypatch.setattr(shutil, "which", find)

    return set_up


@mark.parametrize(
    ("installed", "given", "started"),
    [
        (True, {}, ["nats", "redis", "stores"]),
        (False, {}, ["nats", "stores"]),
        (True, REDIS, ["nats", "stores"]),
        (True, MONGO | STRIPE, ["nats", "redis"]),
        (False, MONGO | REDIS | STRIPE, ["nats"]),
    ],
)
def test_only_what_is_not_elsewhere_is_started(has_redis, tmp_path, installed, given, started):
    has_redis(installed)
    servers = Servers(tmp_path, given)
    assert list(servers.processes) == started


def test_a_server_that_is_given_is_the_one_that_services_are_told(has_redis, tmp_path):
    has_redis(installed=True)
    servers = Servers(tmp_path, MONGO | REDIS | STRIPE)
    servers.processes["nats"].port = 4222
    told = {"NATS_URL": "nats://127.0.0.1:4222"} | MONGO | REDIS | STRIPE
    assert servers.settings == told


def test_embedded_stores_come_back_where_they_were(tmp_path: Path) -> None:
    stores = Embedded(tmp_path, ["stripe"], minimal_environment())
    with running(stores.process):
        before = stores.urls
        assert sorted(before) == ["mongo", "redis"]
        stores.process.kill()
        stores.process.start()
        assert stores.urls == before
