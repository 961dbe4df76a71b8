"""A depot: two services that have every driver and do nothing, for tests that use them."""

from contextlib import asynccontextmanager

from fastapi import FastAPI

from boxoffice import System, World
from boxoffice.faults import Fault

STREAM = "WORK"


def keeper(drivers):
    """Have a stream ready, and stand idle."""

    @asynccontextmanager
    async def lifespan(app):
        await drivers.nats.jetstream().add_stream(name=STREAM, subjects=["work.*"])
        yield

    return FastAPI(lifespan=lifespan)


def depot() -> System:
    """Return the system."""
    system = System("depot")
    system.service(
        "keeper", keeper, mongo="stock-db", nats="nats", redis="redis", stripe="stripe", route="/"
    )
    system.service("porter", lambda drivers: FastAPI(), mongo="books-db")
    return system


def met(*faults: Fault, seed: int = 0) -> World:
    """Return a world of it in which these faults strike."""
    return depot().open(seed, faults)


def held(world: World):
    """Return the keeper's drivers."""
    return world.drivers_of(world.hosts["keeper"])
