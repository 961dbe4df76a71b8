"""What a system is told is taken at its word, or refused: names, routes, numbers, lists."""

from fastapi import FastAPI
from pytest import mark, raises

from boxoffice import System, faults
from boxoffice.errors import Misuse
from boxoffice.faults.targets import NoSuchTarget


def page(drivers):
    app = FastAPI()

    @app.get("/page")
    async def read():
        if drivers.service.mongo:
            await drivers.mongo["shop"]["pages"].insert_one({})

    return app


def pages(**given):
    system = System("pages", **given)
    system.service("front", page, mongo="mongo", route="/")
    return system


@mark.parametrize(
    ("given", "said"),
    [
        ({"replicas": 0}, "back has one replica or more, not 0"),
        ({"replicas": "2"}, "back has one replica or more, not '2'"),
        ({"replicas": True}, "back has one replica or more, not True"),
        ({"route": "back"}, "a route begins with /, and 'back' of back does not"),
        ({"route": ["/a", ""]}, "a route begins with /, and '' of back does not"),
        ({"route": "/"}, "the route / leads to front, and not to back"),
        ({"redis": ""}, "a host has a name, not ''"),
        ({"nats": True}, "a host has a name, not True"),
        ({"name": ""}, "a host has a name, not ''"),
        ({"name": "mongo"}, "a server \\(mongo\\) cannot both be called 'mongo'"),
        ({"redis": "mongo"}, "a server \\(mongo\\) and a server \\(redis\\) cannot both be"),
        ({"redis": "front"}, "a service and a server \\(redis\\) cannot both be called 'front'"),
        ({"mongo": "back"}, "a service and a server \\(mongo\\) cannot both be called 'back'"),
        ({"redis": "back-2", "replicas": 2}, "a replica of back and a server \\(redis\\) cannot"),
        ({"name": "front"}, "pages has a service 'front' already"),
    ],
    ids=str,
)
def test_a_service_that_can_be_none_is_refused_and_not_there(given, said):
    system = pages()
    with raises(ValueError, match=said):
        system.service(**{"name": "back", "make": page, **given})
    assert list(system.services) == ["front"]
    assert list(system.own_servers) == []


@mark.parametrize("name", ["front", "mongo", "press"])
def test_a_server_of_ones_own_has_a_name_of_its_own(name):
    system = pages()
    system.server("press", lambda trace: None)
    with raises(ValueError, match=f"cannot both be called '{name}'|has a server 'press' already"):
        system.server(name, lambda trace: None)
    assert list(system.own_servers) == ["press"]


def test_a_link_leads_to_a_server():
    system = pages()
    system.server("press", lambda trace: None)
    system.service("back", page, links=["prss"])
    with raises(Misuse, match=r"back has a link to 'prss', which is no server; .* mean 'press'"):
        system.open(0, [])


@mark.parametrize(
    ("given", "said"),
    [
        ({"faults": faults.slow_calls()}, "faults is a list of faults, and not faults.slow_calls"),
        ({"faults": [faults.slow_calls]}, "slow_calls is no fault: call a function of boxoffice"),
        ({"faults": "slow"}, "faults is a list of faults, and not 'slow'"),
        ({"twins": ["x"]}, "'x' is no twin"),
        ({"seed": -1}, "seed is a whole number from 0 on, not -1"),
        ({"size": 1.5}, "size is a whole number from 0 on, not 1.5"),
    ],
    ids=lambda it: it if isinstance(it, str) else ", ".join(it),
)
def test_a_story_that_can_be_none_is_refused(given, said):
    with raises(Misuse, match=said):
        pages().story(**given)


def test_what_is_no_fault_is_refused_where_a_run_is_given_it():
    system = pages()

    @system.story()
    async def reads(world):
        await world.client("Ann").get("/page")

    with raises(NoSuchTarget, match="slow_calls is no fault"):
        system.run(reads, faults=[faults.slow_calls])


@mark.parametrize(("database", "refused"), [("shpo", True), ("shop", False), ("other", False)])
def test_secrets_of_a_mistyped_database_are_shown_to_nobody_in_silence(database, refused):
    system = pages(secrets={database: ["code"]})

    @system.story()
    async def reads(world):
        await world.client("Ann").get("/page")

    if refused:
        with raises(Misuse, match="secrets: no service has a database 'shpo'; did you mean 'shop'"):
            system.run(reads)
    else:
        system.run(reads)


def test_secrets_are_lists():
    with raises(Misuse, match="secrets has a list of fields for each database"):
        pages(secrets={"shop": "code"})
