"""What one stream, one set of databases and one consumer carry, and two of each.

python -m benchmarks.capacity [--rounds 3] [--orders 300] [--json FILE]

A real NATS server stores messages of the shop's size; the embedded MongoDB is asked for conditional
updates; and payments, as a process, catches up with a stream that holds what so many purchases have
left there.  All take turns.  The last column is what that would carry in purchases, each of which
leaves so many messages in the stream, and has payments hear so many.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, ExitStack, suppress
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

import nats
from nats.js.api import ConsumerInfo, StorageType, StreamConfig
from nats.js.client import JetStreamContext
from nats.js.errors import NotFoundError
from pymongo import AsyncMongoClient

from benchmarks.audit import announce
from benchmarks.far_stores import far_mongo
from benchmarks.ways import WAYS, Way
from boxoffice.real import Process, Servers, minimal_environment
from boxoffice.real.broker import executable
from boxoffice.real.errors import CannotOpen
from boxoffice.real.process import running
from boxoffice.real.servers import Embedded
from scenarios.catalogue import scenario_named
from scenarios.shop.real import process_environment
from services.common.messaging import STREAM
from tests.scenarios.audit.looked import watched

SIZE: Final = 537  # bytes of a message, as benchmarks.growth says
AT_ONCE: Final = 256
CLIENTS: Final = 5
UPDATES: Final = 2_000
LOOK_S: Final = 0.02
FOLLOWS: Final = "payments"  # one document for each message, and no other service to wait for
A_SALE: Final = 8  # messages that a sale leaves behind, as benchmarks.growth says
HEARD: Final = 3  # of these, by payments
WINDOW_S: Final = 900
NEVER: Final = "2100-01-01T00:00:00Z"

Measured = Callable[[], Coroutine[Any, Any, float]]


async def stored_per_s(streams: int, sync: str, count: int) -> float:
    """Return how many messages a second so many streams of one server store together."""
    with tempfile.TemporaryDirectory(prefix="boxoffice-") as name, ExitStack() as stack:
        server = stack.enter_context(running(_nats(Path(name), sync)))
        client = await nats.connect(f"nats://{server.address}")
        jetstream = client.jetstream(publish_async_max_pending=AT_ONCE)
        for number in range(streams):
            subjects = [f"of.{number}"]
            config = StreamConfig(f"S{number}", subjects=subjects, storage=StorageType.FILE)
            await jetstream.add_stream(config)
        began_s = perf_counter()
        for number in range(count):
            await jetstream.publish_async(f"of.{number % streams}", bytes(SIZE))
        await jetstream.publish_async_completed()
        took_s = perf_counter() - began_s
        await client.close()
    return count / took_s


def _nats(folder: Path, sync: str) -> Process:
    config = folder / "nats.conf"
    config.write_text(
        f'jetstream {{ store_dir: "{folder / "jetstream"}", sync_interval: {sync} }}\n'
    )
    return Process(
        "nats",
        lambda port: [executable(), "-a", "127.0.0.1", "-p", str(port), "-c", config],
        folder,
    )


async def updated_per_s() -> float:
    """Return how many conditional updates a second a set of databases grants to some clients."""
    with tempfile.TemporaryDirectory(prefix="boxoffice-") as name, ExitStack() as stack:
        stores = Embedded(Path(name), ["redis", "stripe"])
        stack.enter_context(running(stores.process))
        async with AsyncMongoClient[dict[str, Any]](stores.urls["mongo"]) as client:
            documents = client["capacity"]["documents"]
            await documents.insert_many([{"_id": it, "version": 0} for it in range(CLIENTS)])

            async def update(it: int) -> None:
                for version in range(UPDATES // CLIENTS):
                    read = {"_id": it, "version": version}
                    done = await documents.update_one(read, {"$inc": {"version": 1}})
                    assert done.modified_count == 1

            began_s = perf_counter()
            await asyncio.gather(*map(update, range(CLIENTS)))
            return UPDATES / (perf_counter() - began_s)


async def followed_per_s(way: Way, orders: int, store_ms: int) -> float:
    """Return how many messages a second a service takes that catches up with a stream."""
    seen = watched(scenario_named("purchase"), 0).look().snapshot
    async with AsyncExitStack() as stack:
        given = {}
        if store_ms:
            given["MONGO_URL"] = await stack.enter_async_context(far_mongo(store_ms / 1_000))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="boxoffice-")))
        servers = Servers(folder, given, minimal_environment())
        for process in servers.processes.values():
            await _up(stack, process)
        client = await nats.connect(servers.urls["nats"])
        stack.push_async_callback(client.close)
        environment = minimal_environment() | process_environment.settings(WINDOW_S)
        environment |= servers.settings | given
        for number in range(way.replicas):
            serve = partial(_serve, way.command)
            name = f"{FOLLOWS}-{number}"
            await _up(stack, Process(name, serve, folder, environment=environment))
        jetstream = client.jetstream()
        await _until(jetstream, lambda it: bool(it.num_waiting))
        # Nothing is handed out until all is there, and so are all the processes.
        await jetstream.pause_consumer(STREAM, FOLLOWS, NEVER)
        await announce(servers.urls["nats"], seen, orders)
        await jetstream.resume_consumer(STREAM, FOLLOWS)
        began_s = perf_counter()
        await _until(jetstream, lambda it: not (it.num_pending or it.num_ack_pending))
        return orders * HEARD / (perf_counter() - began_s)


async def _up(stack: AsyncExitStack, process: Process) -> None:
    stack.push_async_callback(asyncio.to_thread, process.stop)
    await process.come_up()


def _serve(command: Sequence[str], port: int) -> list[str]:
    return [*command, FOLLOWS, "--host", "127.0.0.1", "--port", str(port)]


async def _until(jetstream: JetStreamContext, holds: Callable[[ConsumerInfo], bool]) -> None:
    while True:
        with suppress(NotFoundError):
            if holds(await jetstream.consumer_info(STREAM, FOLLOWS)):
                return
        await asyncio.sleep(LOOK_S)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    asked = _parser().parse_args(arguments)
    arms = _arms(asked.messages, asked.orders, asked.store_ms)
    found: dict[str, list[float]] = {name: [] for name in arms}
    try:
        for _ in range(asked.rounds):
            for name, (_, measured) in arms.items():
                found[name].append(asyncio.run(measured()))
                print(".", end="", file=sys.stderr, flush=True)
    except CannotOpen as reason:
        print(reason, file=sys.stderr)
        return 2
    print(f"{'':<58}{'a second':>9}{'purchases/s':>13}  of each round")
    for name, each in found.items():
        share, middle = arms[name][0], median(each)
        sales = f"{middle / share:.0f}" if share else ""
        rounds = ", ".join(f"{it:.0f}" for it in each)
        print(f"{name:<58}{middle:>9.0f}{sales:>13}  {rounds}")
    if asked.json is not None:
        asked.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


def _arms(messages: int, orders: int, store_ms: int) -> dict[str, tuple[int, Measured]]:
    """Return what is measured: how many of it a purchase needs (0: it varies), and how."""
    stored = {
        f"{streams} stream{'s' * (streams - 1)}, synced {said}: stored": (
            A_SALE,
            partial(stored_per_s, streams, sync, messages),
        )
        for sync, said in (("always", "always"), ("2m", "every two minutes"))
        for streams in (1, 2)
    }
    followed = {
        f"{FOLLOWS}, {name}, MongoDB {far} ms away: heard": (
            HEARD,
            partial(followed_per_s, way, orders, far),
        )
        for far in dict.fromkeys((0, store_ms))
        for name, way in WAYS.items()
    }
    return {**stored, "embedded MongoDB: conditional updates": (0, updated_per_s), **followed}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.capacity", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--messages", type=int, default=5_000, metavar="N", help="to store")
    parser.add_argument("--orders", type=int, default=300, metavar="N", help="to hear of")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument(
        "--store-ms", type=int, default=10, metavar="MS", help="how far another MongoDB is"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
