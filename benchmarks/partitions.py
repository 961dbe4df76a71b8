"""A toy stream on two partitions against one, on a real NATS server.

python -m benchmarks.partitions [--messages 1000] [--rounds 3] [--json FILE]

Who publishes says the aggregate in the subject, `toy.A`; the stream itself puts a partition before
it, `toy.1.A`, by a hash of it.  Each partition has one durable, which hands out one message at a
time: that is what keeps the order.  A message takes as long as a store whose majority has to agree.

In the second table one aggregate has half of all messages, each of which takes four times as long.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

import nats
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, StorageType, StreamConfig, SubjectTransform

from boxoffice.real.broker import running_broker
from boxoffice.real.errors import CannotOpen

TOY: Final = "TOY"
AGGREGATES: Final = 40
TAKES_S: Final = 0.005
HOT: Final = "hot"
HOT_TAKES_S: Final = 4 * TAKES_S
ACK_WAIT_S: Final = 5.0
FETCH_S: Final = 1.0
AT_ONCE: Final = 256
PARTITIONS: Final = (1, 2)
BEHIND, BESIDE = "with the hot one", "on the other partition"

Message = tuple[str, int]  # an aggregate, and its version
Handle = Callable[[str, str, int], Awaitable[None]]  # of a durable, such a message


async def open_toy(jetstream: JetStreamContext) -> None:
    """Make the stream, undivided."""
    config = StreamConfig(name=TOY, subjects=["toy.*"], storage=StorageType.FILE)
    await jetstream.add_stream(config)


async def divide(jetstream: JetStreamContext, partitions: int) -> None:
    """Have the stream put a partition before what it stores from now on; add a durable for each.

    What is stored already stays under its subject, for whoever asks for that.
    """
    for name in names(partitions):
        await add_durable(jetstream, name, f"toy.{name}.*")
    config = (await jetstream.stream_info(TOY)).config
    divided = f"toy.{{{{partition({partitions},1)}}}}.{{{{wildcard(1)}}}}"
    config.subject_transform = SubjectTransform(src="toy.*", dest=divided)
    await jetstream.update_stream(config)


async def add_durable(jetstream: JetStreamContext, name: str, subject: str) -> None:
    """Add a durable that hands out one message at a time."""
    config = ConsumerConfig(
        durable_name=name,
        filter_subject=subject,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ACK_WAIT_S,
        max_ack_pending=1,
    )
    await jetstream.add_consumer(TOY, config)


async def publish(jetstream: JetStreamContext, messages: Iterable[Message]) -> None:
    """Publish them in this order, and wait until all are stored."""
    for aggregate, version in messages:
        await jetstream.publish_async(f"toy.{aggregate}", str(version).encode())
    await jetstream.publish_async_completed()


async def follow(jetstream: JetStreamContext, durable: str, handle: Handle) -> None:
    """Handle what a durable hands out, for ever; each is acknowledged after that."""
    pull = await jetstream.pull_subscribe_bind(durable=durable, stream=TOY)
    while True:
        for message in await _next(pull):
            aggregate = message.subject.rpartition(".")[2]
            await handle(durable, aggregate, int(message.data))
            await message.ack()


async def _next(pull: JetStreamContext.PullSubscription) -> list[Msg]:
    try:
        return await pull.fetch(1, timeout=FETCH_S)
    except TimeoutError:
        return []


@asynccontextmanager
async def toy(partitions: int = 0) -> AsyncIterator[JetStreamContext]:
    """Run a server with that stream, on so many partitions.  Raises: CannotOpen."""
    with tempfile.TemporaryDirectory(prefix="boxoffice-") as folder:
        async with running_broker(Path(folder)) as url:
            client = await nats.connect(url)
            jetstream = client.jetstream(publish_async_max_pending=AT_ONCE)
            await open_toy(jetstream)
            if partitions:
                await divide(jetstream, partitions)
            yield jetstream
            await client.close()


async def until_handled(
    jetstream: JetStreamContext, durables: Iterable[str], handle: Handle, count: int
) -> None:
    """Follow the durables side by side until so many messages are handled."""
    enough, so_far = asyncio.Event(), 0

    async def counted(durable: str, aggregate: str, version: int) -> None:
        nonlocal so_far
        await handle(durable, aggregate, version)
        so_far += 1
        if so_far == count:
            enough.set()

    async with asyncio.TaskGroup() as group:
        following = [group.create_task(follow(jetstream, it, counted)) for it in durables]
        await enough.wait()
        for task in following:
            task.cancel()


def names(partitions: int) -> list[str]:
    """Return the durables of so many partitions."""
    return [str(number) for number in range(partitions)]


def even(count: int) -> list[Message]:
    """Return so many messages, of each aggregate as many."""
    return [(f"a{n % AGGREGATES}", n // AGGREGATES) for n in range(count)]


def lopsided(count: int) -> list[Message]:
    """Return the same, with one of the hot aggregate after each."""
    return [each for n, it in enumerate(even(count)) for each in (it, (HOT, n))]


async def rate(partitions: int, count: int) -> float:
    """Return how many messages a second are handled."""

    async def handle(durable: str, aggregate: str, version: int) -> None:
        await asyncio.sleep(TAKES_S)

    async with toy(partitions) as jetstream:
        await publish(jetstream, even(count))
        began_s = perf_counter()
        await until_handled(jetstream, names(partitions), handle, count)
        return count / (perf_counter() - began_s)


async def waits_s(partitions: int, count: int) -> dict[str, float]:
    """Return after how long the last of the others was handled, with the hot one and beside it."""
    last, hot = dict[str, float](), ""

    async def handle(durable: str, aggregate: str, version: int) -> None:
        nonlocal hot
        if aggregate == HOT:
            hot = durable
            return await asyncio.sleep(HOT_TAKES_S)
        await asyncio.sleep(TAKES_S)
        last[durable] = perf_counter() - began_s

    async with toy(partitions) as jetstream:
        await publish(jetstream, lopsided(count // 2))
        began_s = perf_counter()
        await until_handled(jetstream, names(partitions), handle, count // 2 * 2)
    return {BEHIND if it == hot else BESIDE: at_s for it, at_s in last.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    asked = _parser().parse_args(arguments)
    rates: dict[int, list[float]] = {it: [] for it in PARTITIONS}
    waited: dict[tuple[int, str], list[float]] = {}
    try:
        for _ in range(asked.rounds):
            for partitions in PARTITIONS:
                rates[partitions].append(asyncio.run(rate(partitions, asked.messages)))
                for whose, at_s in asyncio.run(waits_s(partitions, asked.messages)).items():
                    waited.setdefault((partitions, whose), []).append(at_s)
    except CannotOpen as reason:
        print(reason, file=sys.stderr)
        return 2
    print("partitions  messages/s  of each round")
    for partitions, found in rates.items():
        print(f"{partitions:>10}{median(found):>12.0f}  {', '.join(f'{it:.0f}' for it in found)}")
    print("\npartitions  the others                   the last is handled after, s")
    for (partitions, whose), found in sorted(waited.items()):
        print(f"{partitions:>10}  {whose:<28} {median(found):.1f}")
    if asked.json is not None:
        hot = [{"partitions": it[0], "others": it[1], "s": s} for it, s in waited.items()]
        written = {"messages_per_s": rates, "hot": hot}
        asked.json.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.partitions", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--messages", type=int, default=1_000, metavar="N", help="in each round")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
