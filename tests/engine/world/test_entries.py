"""What cannot be a service in virtual time says what can, and a worker that dies is named."""

import time
from urllib.request import urlopen

from fastapi import FastAPI
from pytest import mark, raises

from boxoffice import System
from boxoffice.misuse import Misuse


def ends_at_once(drivers):
    """A synchronous `main`, which has done all it does."""


def loops(drivers):
    while True:
        time.sleep(1)


async def yields(drivers):
    yield 1


def makes_what_is_not_called(drivers):
    return courier


async def courier(drivers):
    raise LookupError("no licence")


def played(make, story=None):
    system = System("yard")
    system.service("courier", make, mongo="mongo", redis="redis", route="/")

    async def waits(world):
        await world.passes(5)

    return system.run(system.story()(story or waits))


@mark.parametrize(
    ("make", "said"),
    [
        (
            ends_at_once,
            "courier: its function has returned nothing; a worker is `async def main(drivers)`, "
            "and a synchronous one would stop the clock of all the others",
        ),
        (yields, "courier: its function yields; a worker awaits, and yields nothing"),
        (
            makes_what_is_not_called,
            "courier: courier(drivers) was not called; a worker takes the drivers, or nothing",
        ),
        (lambda drivers: {"a": 1}, "courier: a service is an ASGI app, a coroutine or has a life"),
    ],
)
def test_what_can_be_no_service_says_what_can(make, said):
    with raises(Misuse) as told:
        played(make)
    assert str(told.value).startswith(said)


def test_a_loop_that_sleeps_is_told_to_await():
    with raises(RuntimeError, match=r"loops, line \d+: await asyncio\.sleep instead"):
        played(loops)


def test_what_waits_for_http_is_told_what_to_use():
    def make(drivers):
        app = FastAPI()

        @app.get("/")
        def asks():
            return urlopen("http://courier/").read()

        return app

    async def reads(world):
        await world.client("Ann").get("/")

    messages = [it.message for it in played(make, reads).violations]
    assert any(": use httpx.AsyncClient instead" in it for it in messages), messages


def test_a_worker_that_dies_fails_the_run_and_is_named():
    [violation] = played(courier).violations
    assert violation.invariant == "story"
    assert violation.message == (
        "nobody took care of LookupError('no licence'), of which the worker courier has died"
    )
