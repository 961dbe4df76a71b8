"""A post office: letters are left at a counter, and carried by a carrier who says what it does.

What is posted is announced from an outbox, the carrier binds the delivery that it works on to its
log, and a letter lies for a quarter of an hour: all that a system may have and the warehouse lacks.
"""

import asyncio
import json
from contextlib import asynccontextmanager, suppress

import nats.errors
from fastapi import FastAPI, HTTPException
from nats.js.errors import NotFoundError
from pymongo.errors import DuplicateKeyError
from structlog.contextvars import bound_contextvars

from boxoffice import System, World

STREAM = "LETTERS"
LIES_S = 900.0


def counter(drivers):
    """Take letters, and announce each after it is written down, with it."""
    letters, jetstream = drivers.mongo["counter"]["letters"], drivers.nats.jetstream()

    @asynccontextmanager
    async def lifespan(app):
        await jetstream.add_stream(name=STREAM, subjects=["letter.*"])
        yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/letters", status_code=201)
    async def take(body: dict):
        id = drivers.ids.object_id()
        news = {"id": f"{id}.0", "type": "letter.posted", "letter": id}
        await letters.insert_one({"_id": id, "version": 0, **body, "outbox": [news]})
        named = {"Nats-Msg-Id": news["id"]}
        await jetstream.publish(news["type"], json.dumps(news).encode(), headers=named)
        await letters.update_one({"_id": id}, {"$set": {"outbox": []}})
        return {"id": id}

    @app.get("/letters/{id}")
    async def show(id: str):
        letter = await letters.find_one({"_id": id})
        if letter is None:
            raise HTTPException(404)
        return {"id": id, "to": letter["to"], "version": letter["version"]}

    return app


async def carrier(drivers):
    """Carry what is announced, once; a worker, which answers nobody."""
    carried, jetstream = drivers.mongo["carrier"]["carried"], drivers.nats.jetstream()
    while True:
        with suppress(nats.errors.TimeoutError, NotFoundError):
            subscription = await jetstream.pull_subscribe("letter.*", durable="carrier")
            for message in await subscription.fetch(4, timeout=5):
                at = message.metadata
                with bound_contextvars(delivery=at.sequence.stream, attempt=at.num_delivered):
                    decision = await carry(carried, json.loads(message.data)["letter"])
                    drivers.log.info("decided", type=message.subject, decision=decision)
                await message.ack()
        await asyncio.sleep(0.1)


async def carry(carried, id):
    """Write down that a letter is carried; return what became of it."""
    try:
        await carried.insert_one({"_id": id})
    except DuplicateKeyError:
        return "duplicate"
    return "apply"


class Post(System):
    """A system that knows when its time limits are over."""

    async def elapse(self, world):
        """Wait until no letter that was posted so far lies any more."""
        posted_us = [it.at_us for it in world.trace.of_kind("write") if it["before"] is None]
        left_s = max(posted_us, default=-1e9) / 1e6 + LIES_S - world.loop.time()
        await asyncio.sleep(max(0.0, left_s))
        return left_s > 0.0


def post() -> System:
    """Return the system, with what must hold of it."""
    system = Post("post", secrets={"counter": ["seal"]})
    system.service("counter", counter, mongo="counter-db", nats="nats", route="/")
    system.service("carrier", carrier, mongo="carrier-db", nats="nats")

    @system.always("no version of a letter goes back", on="counter.letters")
    def versions_grow(write):
        if write.before and write.after:
            assert write.before["version"] <= write.after["version"]

    @system.finally_("what is posted is carried")
    def carried_all(end):
        missing = end.ids("counter.letters") - end.ids("carrier.carried")
        assert not missing, f"never carried: {sorted(missing)}"

    return system


def play(script, *faults, seed=0, **options):
    """Play `script(world)` in a fresh world of it; return what it returns."""
    return World(post(), seed, faults, **options).run(script)


async def posted(world, who="Ann", to="Ben"):
    """Let somebody post a letter; return its id."""
    body = {"to": to, "seal": "of wax"}
    answer = await world.client(who).post("/letters", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]
