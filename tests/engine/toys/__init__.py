"""A small system for tests of the engine: a warehouse that reserves, and a courier that ships."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress

import nats.errors
from fastapi import FastAPI, HTTPException
from nats.js.errors import NotFoundError
from pymongo.errors import DuplicateKeyError

from boxoffice import System


def inventory(drivers):
    """Keep stock, reserve it, and tell the courier: after the write, as people do."""

    @asynccontextmanager
    async def lifespan(app):
        await drivers.nats.jetstream().add_stream(name="WORK", subjects=["work.*"])
        yield

    app = FastAPI(lifespan=lifespan)
    database = drivers.mongo["inventory"]

    @app.post("/stock", status_code=201)
    async def receive(body: dict):
        await database["stock"].insert_one({"_id": body["sku"], "left": body["count"]})

    @app.post("/reservations", status_code=201)
    async def reserve(body: dict):
        stock = await database["stock"].find_one({"_id": "book"})
        if stock is None or stock["left"] == 0:
            raise HTTPException(409, "nothing is left")
        await take_one(database)
        await database["reservations"].insert_one({"_id": body["id"]})
        await drivers.nats.jetstream().publish("work.ship", json.dumps(body).encode())

    return app


async def take_one(database):
    """Take one off the stock, unless there is none."""
    changed = await database["stock"].update_one(
        {"_id": "book", "left": {"$gt": 0}}, {"$inc": {"left": -1}}
    )
    if changed.matched_count == 0:
        raise HTTPException(409, "nothing is left")


async def take_blindly(database):
    """The same without a look: what the answer of a moment ago said is believed."""
    await database["stock"].update_one({"_id": "book"}, {"$inc": {"left": -1}})


async def courier(drivers):
    """Ship what is reserved; a worker, which answers nobody."""
    shipments = drivers.mongo["shipping"]["shipments"]
    jetstream = drivers.nats.jetstream()
    while True:
        with suppress(nats.errors.TimeoutError, NotFoundError):
            subscription = await jetstream.pull_subscribe("work.ship", durable="courier")
            for message in await subscription.fetch(4, timeout=5):
                with suppress(DuplicateKeyError):
                    await shipments.insert_one({"_id": json.loads(message.data)["id"]})
                await message.ack()
        await asyncio.sleep(0.1)


def warehouse() -> System:
    """Return the system, with what must hold of it."""
    system = System("warehouse")
    system.service("inventory", inventory, mongo="mongo", nats="nats", route="/")
    system.service("courier", courier, mongo="mongo", nats="nats")

    @system.always("stock never goes below zero", on="inventory.stock")
    def not_negative(write):
        if write.after is not None:
            assert write.after["left"] >= 0

    @system.finally_("what is reserved is shipped")
    def shipped(end):
        missing = end.ids("inventory.reservations") - end.ids("shipping.shipments")
        assert not missing, f"never shipped: {sorted(missing)}"

    return system


def told(outcome, invariant):
    """Return what a run says of one invariant."""
    [found] = [it for it in outcome.judgements if it.invariant == invariant]
    return found
