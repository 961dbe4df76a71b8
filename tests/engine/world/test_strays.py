"""What ends a test, as `pytest.skip()` does, ends none from within a service or an invariant."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI
from pytest import mark, raises

from boxoffice import System, Verdict
from boxoffice.clock.strays import Stray, is_stray
from tests.engine.toys import warehouse

SAY = [pytest.skip, pytest.fail, pytest.xfail]


def system_of(make, **options):
    system = System("depot")
    system.service("porter", make, route="/", **options)
    return system


async def asks(world):
    await world.client("Ann").get("/")


async def waits(world):
    await world.passes(1)


@mark.parametrize("say", SAY)
def test_an_invariant_that_says_so_is_an_error(say):
    system = warehouse()

    @system.finally_("said and done")
    def says(end):
        say("no")

    outcome = system.run(system.story()(asks))
    assert outcome.verdict is Verdict.ERROR
    [violation] = outcome.violations
    assert "says: " in violation.message
    assert f"{say.Exception.__name__}(no): only a story may end its test" in violation.message


@mark.parametrize("say", SAY)
def test_a_service_that_says_so_fails_the_run_whatever_the_story_makes_of_it(say):
    app = FastAPI()

    @app.get("/")
    async def answers():
        say("no")

    system = system_of(lambda drivers: app)
    outcome = system.run(system.story()(asks))
    assert outcome.verdict is Verdict.VIOLATED
    [violation] = outcome.violations
    assert violation.message.startswith(f"porter: {say.Exception.__name__}(no)")
    assert "in answers" in outcome.unhandled[0]


@mark.parametrize("say", SAY)
def test_a_worker_that_says_so_has_died(say):
    async def works(drivers):
        say("no")

    system = system_of(works)
    outcome = system.run(system.story()(waits))
    assert [it.message for it in outcome.violations] == [
        f"nobody took care of {say.Exception.__name__}(no), of which the worker porter has died"
    ]


def raw(say):
    async def app(scope, receive, send):
        say("no")

    return lambda drivers: app


def starlette(say):
    @asynccontextmanager
    async def lifespan(app):
        say("no")
        yield

    return lambda drivers: FastAPI(lifespan=lifespan)


def factory(say):
    def make(drivers):
        say("no")

    return make


@mark.parametrize("say", SAY)
@mark.parametrize("made", [raw, starlette, factory])
def test_a_service_that_says_so_as_it_starts_is_an_error(made, say):
    system = system_of(made(say))
    with raises(RuntimeError, match="no") as told:
        system.run(system.story()(waits))
    assert "while the service porter was started" in told.value.__notes__


@mark.parametrize("say", SAY)
def test_what_names_what_moves_says_nothing_else(say):
    system = warehouse()

    @system.restless
    def outbox(world):
        say("no")

    with raises(Stray, match=rf"{say.Exception.__name__}\(no\)"):
        system.run(system.story()(waits))


@mark.parametrize(
    ("error", "stray"),
    [
        (pytest.skip.Exception("no"), True),
        (BaseExceptionGroup("some", [asyncio.CancelledError(), pytest.skip.Exception("no")]), True),
        (BaseExceptionGroup("some", [asyncio.CancelledError()]), False),
        (LookupError(), False),
        (asyncio.CancelledError(), False),
        (KeyboardInterrupt(), False),
    ],
)
def test_an_end_and_an_error_are_no_strays(error, stray):
    assert is_stray(error) is stray
