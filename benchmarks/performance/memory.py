"""What an order that has expired takes beyond its documents and messages, by where its trace is."""

import gc
import json
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pydantic_core import from_json

from benchmarks.performance.orders import EACH, sold
from benchmarks.performance.sample import Sample
from boxoffice.servers.jetstream.dedup import Window
from boxoffice.trace import Untold
from boxoffice.trace.events import CHUNK, Events
from boxoffice.trace.file import Streamed
from scenarios.shop.world import World

FEW: Final = 64  # orders, held against twice as many: tables that double are as full in both


def kept(quick: bool) -> Sample:
    """Return the bytes of an order whose trace is in memory, and of its documents and messages."""
    # Packed from the first thousand on, so that few orders show what many take.
    return _of_an_order(quick, partial(Events, short=CHUNK))


def streamed(quick: bool) -> Sample:
    """Return the same where the trace is in a file."""
    with TemporaryDirectory() as folder:
        return _of_an_order(quick, lambda: Streamed(Path(folder, "orders.trace")))


def off(quick: bool) -> Sample:
    """Return the same where there is no trace."""
    return _of_an_order(quick, Untold)


def _of_an_order(quick: bool, events: Callable[[], Events | Untold]) -> Sample:
    few = FEW // 2 if quick else FEW
    buyers = -(-2 * few // EACH)
    for _ in range(2):  # what is made once
        sold(10, buyers, events=events())
    few_bytes, few_needed = _taken(few, buyers, events())
    many_bytes, many_needed = _taken(2 * few, buyers, events())
    needed = (many_needed - few_needed) / few
    return Sample((many_bytes - few_bytes) / few - needed, needed)


def _taken(count: int, buyers: int, events: Events | Untold) -> tuple[int, int]:
    """Return all bytes that a world takes, and those that go when what its servers store does."""
    gc.collect()
    tracemalloc.start()
    # pydantic keeps the last 16,384 texts that it has read, whoever has read them.
    from_json(json.dumps([f"{number:024}" for number in range(100_000)]), cache_strings="all")
    try:
        world = sold(count, buyers, events=events)
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
        _empty(world)
        gc.collect()
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return taken, taken - left


def _empty(world: World) -> None:
    for stream in world.backends.nats.streams.values():
        stream.messages.clear()
        stream._seen = Window(0.0)  # their ids, by which duplicates are known for two minutes
    for server in world.backends.mongo.values():
        for database, names in server.databases.items():
            for name in names:
                server._stores[database][name]._documents.clear()
    world.backends.redis.execute("FLUSHALL")
