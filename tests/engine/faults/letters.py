"""A small system: letters are written down and announced, and a postman keeps what he delivers."""

import asyncio
from contextlib import asynccontextmanager, suppress

import httpx
import nats.errors
from fastapi import FastAPI
from nats.js.api import StreamConfig
from pymongo.errors import DuplicateKeyError

from boxoffice import System

STREAM = StreamConfig(name="POST", subjects=["post.*"])


def desk(drivers):
    """Take letters: write each down, then announce it; asking twice changes nothing."""
    jetstream = drivers.nats.jetstream()

    @asynccontextmanager
    async def lifespan(app):
        await jetstream.add_stream(STREAM)
        yield

    app = FastAPI(lifespan=lifespan)
    letters = drivers.mongo["desk"]["letters"]

    @app.put("/letters/{letter}", status_code=201)
    async def takes(letter: str):
        await letters.update_one({"_id": letter}, {"$set": {"taken": True}}, upsert=True)
        await jetstream.publish("post.letter", letter.encode())

    return app


async def postman(drivers):
    """Deliver what is announced; a worker."""
    delivered = drivers.mongo["post"]["delivered"]
    jetstream = drivers.nats.jetstream()
    await jetstream.add_stream(STREAM)
    while True:
        with suppress(nats.errors.TimeoutError):
            round_ = await jetstream.pull_subscribe("post.letter", durable="postman")
            for message in await round_.fetch(4, timeout=5):
                await keep(delivered, message)
        await asyncio.sleep(0.1)


async def keep(delivered, message):
    """Write it down, and say then that it needs not come again."""
    with suppress(DuplicateKeyError):
        await delivered.insert_one({"_id": message.data.decode()})
    await message.ack()


async def keep_after_ack(delivered, message):
    """The same the other way round."""
    await message.ack()
    with suppress(DuplicateKeyError):
        await delivered.insert_one({"_id": message.data.decode()})


def post() -> System:
    """Return the system, with what must hold of it."""
    system = System("post")
    system.service("desk", desk, mongo="papers", nats="wire", route="/")
    system.service("postman", postman, mongo="papers", nats="wire")

    @system.finally_("what is taken is delivered")
    def delivered(end):
        missing = end.ids("desk.letters") - end.ids("post.delivered")
        assert not missing, f"never delivered: {sorted(missing)}"

    return system


async def writes(person, letter):
    """Hand a letter in, until it is taken."""
    while True:
        with suppress(httpx.TransportError):
            if (await person.put(f"/letters/{letter}")).status_code == 201:
                return
        await asyncio.sleep(1)


async def a_day(world):
    """Six people write a letter each."""
    people = [world.client(f"P{n}") for n in range(6)]
    await world.together(*(writes(it, f"l{n}") for n, it in enumerate(people)))
    await world.passes(10)
