"""What is kept of an order when it has expired: in memory, and what of it has to be."""

import gc
import tracemalloc

import bson

from benchmarks.performance.orders import sold
from benchmarks.performance.sample import Sample
from scenarios.shop.world import World
from services.common.messaging import STREAM


def of_an_order(quick: bool) -> Sample:
    """Return the bytes that are kept of an order, and those of its documents and messages."""
    count = 40 if quick else 200
    sold(10, 1)  # what is made once
    kept, world = _kept(count)
    idle, _ = _kept(0)
    return Sample((kept - idle) / count, _needed(world) / count)


def _kept(count: int) -> tuple[int, World]:
    gc.collect()
    tracemalloc.start()
    try:
        world = sold(count, 20)
        gc.collect()
        return tracemalloc.get_traced_memory()[0], world
    finally:
        tracemalloc.stop()


def _needed(world: World) -> int:
    stream = sum(it.size for it in world.backends.nats.stream(STREAM).since(1))
    documents = (
        document
        for database, server in world.backends.mongo.items()
        for name in server.databases.get(database, ())
        for document in server.documents(database, name)
    )
    return stream + sum(len(bson.encode(it)) for it in documents)
