"""What it costs to audit a large shop.

REAL_SERVERS=1 python -m benchmarks.audit [--orders 100000] [--json FILE]

A real NATS server and a server of MongoDB's protocol (`make test-real` installs one) get what a
purchase left behind, once for each order, with ids of its own.  Then `boxoffice audit` is run:
anew, and with what that kept of the stream.  Processor and memory are those of its process alone.
"""

import argparse
import asyncio
import hashlib
import json
import re
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any, Final, NamedTuple

import nats
import psutil
from bson import json_util
from pymongo import MongoClient

from boxoffice.clock.clock import EPOCH
from boxoffice.real.process import running
from scenarios.audit.looks import READ
from scenarios.catalogue import scenario_named
from scenarios.shop.outside.snapshot import Snapshot
from services.common.clock import SystemClock
from services.common.messaging import ensure_stream
from tests.real.servers import mongo_process, nats_process
from tests.scenarios.audit.looked import watched

STORY: Final = "purchase"
AT_ONCE: Final = 500  # documents
LOOK_S: Final = 0.02
ID: Final = re.compile(r"[0-9a-f]{24}")
MIB: Final = 2**20


class Cost(NamedTuple):
    """Wall and processor seconds, the most bytes in memory, and the last line of an audit."""

    seconds: float
    cpu_s: float
    peak: int
    said: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, usage=argparse.SUPPRESS)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--json", type=Path, default=None)
    asked = parser.parse_args(arguments)
    seen = watched(scenario_named(STORY), 0).look().snapshot
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="boxoffice-")))
        broker = stack.enter_context(running(nats_process(folder)))
        store = stack.enter_context(running(mongo_process(folder, heap_mb=6_144)))
        places = f"nats://{broker.address}", f"mongodb://{store.address}"
        asyncio.run(announce(places[0], seen, asked.orders))
        keep_documents(places[1], seen, asked.orders)
        found = {
            what: audited(*places, "--keep", str(folder / "kept"))
            for what in ("anew", "with what was kept")
        }
    messages = asked.orders * len(seen.stream)
    print(f"{asked.orders:,} orders, {messages:,} messages   seconds  processor s  peak MiB  said")
    for what, it in found.items():
        print(f"{what:<32} {it.seconds:>9.1f} {it.cpu_s:>12.1f} {it.peak / MIB:>9.0f}  {it.said}")
    if asked.json is not None:
        written = {what: it._asdict() for what, it in found.items()}
        asked.json.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    return 0


async def announce(url: str, seen: Snapshot, orders: int) -> None:
    """Publish each message of a purchase, for every order."""
    client = await nats.connect(url)
    jetstream = client.jetstream(publish_async_max_pending=AT_ONCE)
    await ensure_stream(jetstream)
    for number in range(orders):
        for it in seen.stream:
            headers = {name: of(number, value) for name, value in it.headers.items()}
            payload = of(number, it.payload.decode()).encode()
            await jetstream.publish_async(it.subject, payload, headers=headers)
    await jetstream.publish_async_completed()
    await client.close()


def keep_documents(url: str, seen: Snapshot, orders: int) -> None:
    """Store each document of a purchase, for every order."""
    with MongoClient[dict[str, Any]](url) as client:
        for name, database, collection in READ:
            (text,) = map(json_util.dumps, getattr(seen, name).values())
            documents = (json_util.loads(of(number, text)) for number in range(orders))
            while some := list(islice(documents, AT_ONCE)):
                client[database][collection].insert_many(some)


def of(number: int, text: str) -> str:
    """Return what a purchase says, as another one would say it an hour ago."""
    hour_ago = SystemClock().now() - timedelta(hours=1)
    text = text.replace(f"{EPOCH:%Y-%m-%dT%H:}", f"{hour_ago:%Y-%m-%dT%H:}")
    return ID.sub(lambda it: hashlib.md5(f"{number} {it[0]}".encode()).hexdigest()[:24], text)


def audited(nats_url: str, mongo_url: str, *more: str) -> Cost:
    """Run an audit."""
    command = [sys.executable, "-m", "scenarios", "audit", "--nats", nats_url, "--mongo", mongo_url]
    began, peak, cpu_s = perf_counter(), 0, 0.0
    with psutil.Popen([*command, *more], stdout=-1, text=True) as process:
        while process.poll() is None:
            try:
                peak = max(peak, process.memory_info().rss)
                cpu_s = sum(process.cpu_times()[:2])
            except psutil.NoSuchProcess:
                break
            psutil.wait_procs([process], LOOK_S)
        said = process.stdout.read().splitlines()
    return Cost(perf_counter() - began, cpu_s, peak, said[-1] if said else "nothing")


if __name__ == "__main__":
    sys.exit(main())
