"""The inventory keeps stock and reserves it: an HTTP service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
from warehouse.drivers import Drivers


class Delivery(BaseModel):
    count: int


class Wish(BaseModel):
    sku: str


def inventory(drivers: Drivers) -> FastAPI:
    stock = drivers.mongo["inventory"]["stock"]
    jetstream = drivers.nats.jetstream()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await jetstream.add_stream(name="PARCELS", subjects=["parcels.*"])
        yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/health")
    def health() -> str:
        return "fine"

    @app.put("/stock/{sku}", status_code=201)
    async def receive(sku: str, delivery: Delivery) -> None:
        shelf = {"left": delivery.count, "reserved": []}
        await stock.update_one({"_id": sku}, {"$setOnInsert": shelf}, upsert=True)

    @app.put("/reservations/{reservation}", status_code=201)
    async def reserve(reservation: str, wish: Wish) -> None:
        if not await take(stock, wish.sku, reservation):
            raise HTTPException(409, "nothing is left")
        await jetstream.publish("parcels.ship", reservation.encode())

    return app


async def take(stock: Any, sku: str, reservation: str) -> bool:
    """Take one off the shelf, once for each reservation; return whether it has one."""
    shelf = await stock.find_one({"_id": sku})
    if reservation in shelf["reserved"] or shelf["left"] == 0:
        return reservation in shelf["reserved"]
    taken = {"$inc": {"left": -1}, "$push": {"reserved": reservation}}
    await stock.update_one({"_id": sku}, taken)
    return True
