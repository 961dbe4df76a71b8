"""A driver is loaded once its kind is asked for, and answers in every world from then on."""

import subprocess
import sys

import httpx
from pytest import fixture

from boxoffice import System

DRIVERS = (
    "bcrypt", "bson", "fakeredis", "mongomock", "nats", "pymongo", "redis", "stripe",
    "httpx", "rich", "structlog",
)  # fmt: skip
PROGRAM = """
import sys
from boxoffice import System

async def works(drivers):
    WORK

system = System("yard")
system.service("worker", works, SERVERS)

@system.story
async def a_day(world):
    await world.passes(5)

outcome = system.run(a_day, seed=SEED, twice=True)
print([it.message for it in outcome.violations], getattr(sys.modules.get("yard_late"), "HERE", ""))
print(sorted({it.partition(".")[0] for it in sys.modules} & set(DRIVERS)))
"""
# Whoever draws at its top does so once in a process, and from no world's chance.
LATE = """
from bson import ObjectId
HERE = ObjectId()
"""
KEEPING = """
from pymongo import AsyncMongoClient

async def put():
    await AsyncMongoClient("mongodb://mongo").a.b.insert_one({"_id": 1})
"""
DRAWN = """import yard_late, bson, bcrypt
    drivers.log.info("drawn", ids=[str(bson.ObjectId()) for _ in "ab"], salt=bcrypt.gensalt(4))"""


@fixture
def said(tmp_path):
    def play(work="pass", servers="", seed=0):
        program = tmp_path / "yard.py"
        text = PROGRAM.replace("WORK", work).replace("SERVERS", servers)
        program.write_text(text.replace("SEED", str(seed)).replace("DRIVERS", repr(DRIVERS)))
        played = [sys.executable, str(program)]
        done = subprocess.run(played, capture_output=True, text=True, timeout=60, check=True)
        return done.stdout.splitlines()

    return play


def test_a_world_without_servers_and_people_loads_no_driver(said):
    assert said() == ["[] ", "[]"]


def test_a_world_loads_the_driver_of_its_servers_and_no_other(said):
    assert said(servers='redis="redis"') == ["[] ", "['fakeredis', 'redis']"]


def test_what_is_first_loaded_in_a_world_draws_there_as_in_the_next(said, tmp_path):
    (tmp_path / "yard_late.py").write_text(LATE)
    (first, loaded), other = said(DRAWN), said(DRAWN, seed=1)
    assert [first, loaded] == other
    assert first.startswith("[] ")
    assert "'bcrypt', 'bson'" in loaded


def test_a_module_that_stays_reaches_the_server_of_each_world(tmp_path, monkeypatch):
    """It has taken by name what stood there when it was first loaded, within a world."""
    (tmp_path / "yard_keeping.py").write_text(KEEPING)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "yard_keeping", raising=False)

    async def works(drivers):
        import yard_keeping

        await yard_keeping.put()

    system = System("yard")
    system.service("worker", works, mongo="mongo")

    @system.story
    async def a_day(world):
        await world.passes(5)
        assert world.backends.mongo["mongo"].find_by_id("a", "b", 1)

    outcomes = [system.run(a_day) for _ in range(2)]
    assert [it.message for each in outcomes for it in each.violations] == []
    assert len({it.trace.sha256() for it in outcomes}) == 1


def test_what_has_been_changed_since_a_world_is_what_the_next_one_finds(monkeypatch):
    system = System("yard")

    @system.story
    async def a_day(world):
        httpx.AsyncClient()

    system.run(a_day)
    real, made = httpx.AsyncClient.__init__, []

    def begins(client, *arguments, **options):
        made.append(client)
        real(client, *arguments, **options)

    monkeypatch.setattr(httpx.AsyncClient, "__init__", begins)
    assert system.run(a_day).verdict == "holds"
    assert len(made) == 1
    assert httpx.AsyncClient.__init__ is begins
