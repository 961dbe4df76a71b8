"""Whom a client asks: whoever serves the path, or one service, whatever the path."""

from fastapi import FastAPI
from pytest import raises

from boxoffice import System


def named(name):
    def build(drivers):
        app = FastAPI()

        @app.get("/name")
        def tells() -> str:
            return name

        return app

    return build


def asked(*service):
    system, told = System("house"), []
    system.service("door", named("door"), route="/")
    system.service("cellar", named("cellar"))

    @system.story
    async def asks(world):
        told.append((await world.client("Ann", *service).get("/name")).json())

    system.run(asks, seed=1)
    return told


def test_a_client_asks_who_serves_the_path_or_the_service_that_it_is_for():
    assert (asked(), asked("cellar")) == (["door"], ["cellar"])


def test_a_client_for_a_service_that_there_is_not_is_refused_in_a_line():
    system, said = System("house"), []
    system.service("cellar", named("cellar"), route="/")

    @system.story
    async def asks(world):
        with raises(ValueError, match="no service 'celar'; did you mean 'cellar'"):
            world.client("Ann", "celar")
        said.append(True)

    assert not system.run(asks, seed=1).violations
    assert said
