"""Services named by a string: the usual module with its app, clients and caches beside it."""

import sys
from textwrap import dedent

import httpx
from pytest import fixture, mark, raises

from boxoffice import System, Verdict, faults
from boxoffice.world.module_isolation import parse_import_string

SHELF = """
    import itertools
    from contextlib import asynccontextmanager

    import nats
    from fastapi import FastAPI
    from pymongo import AsyncMongoClient
    from redis.asyncio import Redis, from_url

    from depot.common import seen

    client: AsyncMongoClient[dict] = AsyncMongoClient("mongodb://mongo:27017/?retryWrites=true")
    store = client["depot"]["parcels"]
    cache: Redis | None = from_url("redis://redis:6379/0", decode_responses=True)
    requests = itertools.count(1)

    @asynccontextmanager
    async def lifespan(app):
        app.state.nats = await nats.connect("nats://nats:4222", name="shelf")
        await app.state.nats.jetstream().add_stream(name="DEPOT", subjects=["depot.*"])
        yield
        await app.state.nats.drain()

    app = FastAPI(lifespan=lifespan)

    @app.post("/parcels/{id}")
    async def put(id: str):
        from depot.common import seen as later  # inside of a function, as people do

        assert later is seen
        seen.append(id)
        await store.insert_one({"_id": id})
        await cache.set(id, "here")
        await app.state.nats.jetstream().publish("depot.put", id.encode())
        return {"number": next(requests), "seen": list(seen), "cached": await cache.get(id)}
"""


@fixture
def depot(tmp_path, monkeypatch):
    """Write a package of services, and give the system that is made of it."""
    package = tmp_path / "depot"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "common.py").write_text("seen = []\n")
    (package / "shelf.py").write_text(dedent(SHELF))
    (package / "clerk.py").write_text(
        "import httpx\n\nasync def ask(drivers):\n"
        "    async with httpx.AsyncClient() as client:\n"
        "        answer = await client.post('http://shelf/parcels/of-clerk')\n"
        "        answer.raise_for_status()\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    system = System("depot")
    servers = {"mongo": "mongo", "nats": "nats", "redis": "redis"}
    system.service("shelf", "depot.shelf:app", **servers, route="/")
    yield system
    for name in [it for it in sys.modules if it.split(".")[0] == "depot"]:
        del sys.modules[name]


async def put(world, id):
    return (await world.client("Ann").post(f"/parcels/{id}")).json()


def test_drivers_that_a_module_makes_itself_reach_the_servers_of_their_names(depot):
    async def script(world):
        assert (await put(world, "a"))["cached"] == "here"
        assert world.backends.mongo["mongo"].find_by_id("depot", "parcels", "a")
        stream = world.backends.nats.streams["DEPOT"]
        assert [it.data for it in stream.messages.values()] == [b"a"]

    assert depot.run(depot.story()(script)).verdict is not Verdict.VIOLATED


def test_memory_dies_with_a_crash_and_is_kept_while_a_life_lasts(depot):
    async def script(world):
        assert (await put(world, "a"))["number"] == 1
        assert (await put(world, "b"))["seen"] == ["a", "b"]
        world.crash("shelf", down_s=1.0)
        await world.passes(5)
        after = await put(world, "c")
        assert (after["number"], after["seen"]) == (1, ["c"])

    outcome = depot.run(depot.story()(script))
    assert [it.message for it in outcome.violations] == []


@mark.parametrize("seed", [0, 1])
def test_neither_the_next_seed_nor_the_test_remembers_anything(depot, seed):
    async def script(world):
        assert (await put(world, "a"))["number"] == 1

    for _ in range(2):
        assert depot.run(depot.story()(script), seed=seed).violations == []
    assert "depot.shelf" not in sys.modules
    assert "depot" not in sys.modules


def test_replicas_share_no_memory(depot):
    replicated = System("depot")
    servers = {"mongo": "mongo", "nats": "nats", "redis": "redis"}
    replicated.service("shelf", "depot.shelf:app", **servers, route="/", replicas=2)

    async def script(world):
        assert [(await put(world, id))["seen"] for id in "abc"] == [["a"], ["b"], ["a", "c"]]

    assert [it.message for it in replicated.run(replicated.story()(script)).violations] == []


def test_one_service_asks_another_by_its_name(depot):
    depot.service("clerk", "depot.clerk:ask")

    async def script(world):
        await world.passes(5)
        assert (await put(world, "a"))["seen"] == ["of-clerk", "a"]

    assert [it.message for it in depot.run(depot.story()(script)).violations] == []


def test_crashes_strike_drivers_that_were_made_at_import(depot):
    lost = faults.crashes("shelf", of="parcels.insert_one", nth=[1])

    async def script(world):
        with raises(httpx.ReadTimeout):
            await world.client("Ann").post("/parcels/a")

    outcome = depot.run(depot.story(faults=[lost])(script))
    assert len(list(outcome.trace.of_kind("crash"))) == 1


@mark.parametrize("target", ["depot.shelf", "depot:", ":app", "depot.shelf:app()", "a b:c"])
def test_what_names_nothing_is_refused(target):
    with raises(ValueError, match="a service is named as in"):
        parse_import_string(target)


def test_a_server_that_is_not_there_is_named_with_those_that_are(depot, tmp_path):
    (tmp_path / "depot" / "lost.py").write_text(
        "from pymongo import AsyncMongoClient\nstore = AsyncMongoClient('mongodb://mango')\n"
        "async def app(scope, receive, send): ...\n"
    )
    depot.service("lost", "depot.lost:app")
    said = "depot has no MongoDB at 'mango'; there are: mongo"
    with raises(LookupError, match=said), depot.world():
        pass


def written(tmp_path, text):
    (tmp_path / "depot" / "worker.py").write_text(dedent(text))
    system = System("depot")
    system.service("worker", "depot.worker:main", mongo="mongo", route="/")
    return system


@mark.parametrize("takes", ["", "argv=None", "*, settings=None", "drivers"])
def test_a_worker_takes_drivers_or_nothing(depot, tmp_path, takes):
    system = written(
        tmp_path,
        f"""
        from pymongo import AsyncMongoClient

        async def main({takes}):
            await AsyncMongoClient("mongodb://mongo").depot.parcels.insert_one({{"_id": "a"}})
        """,
    )

    async def script(world):
        await world.passes(1)
        assert world.backends.mongo["mongo"].find_by_id("depot", "parcels", "a")

    assert [it.message for it in system.run(system.story()(script)).violations] == []


def test_an_app_is_made_by_a_function_that_takes_nothing(depot, tmp_path):
    system = written(
        tmp_path,
        """
        from fastapi import FastAPI

        def main(debug=False):
            return FastAPI()
        """,
    )

    async def script(world):
        assert (await world.client("Ann").get("/docs")).status_code == 200

    assert [it.message for it in system.run(system.story()(script)).violations] == []


def test_what_can_be_no_app_is_not_taken_for_one(depot, tmp_path):
    system = written(tmp_path, "async def main(drivers, settings):\n    pass\n")

    async def script(world):
        await world.passes(1)

    with raises(TypeError, match=r"main\(drivers, settings\) was not called; a worker takes"):
        system.run(system.story()(script))


def test_a_function_without_parameters_is_given_none():
    async def works():
        seen.append("works")

    async def script(world):
        await world.passes(1)

    seen, system = [], System("depot")
    system.service("worker", works)
    system.run(system.story()(script))
    assert seen == ["works"]


@mark.parametrize(
    ("target", "error"),
    [
        ("nowhere.inventory:app", ModuleNotFoundError),
        ("json:nothing", AttributeError),
        ("not a name", ValueError),
    ],
)
def test_what_cannot_be_loaded_is_told_with_the_name_of_its_service(target, error):
    system = System("depot")
    system.service("porter", target, route="/")
    with raises(error) as told, system.world():
        pass
    assert told.value.__notes__ == [f"while the service porter was started from {target!r}"]
