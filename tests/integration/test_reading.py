"""The stream of a real cluster, read while the member that keeps the reader dies."""

import asyncio
from contextlib import aclosing, suppress
from pathlib import Path

import nats
import pytest
from nats.js.errors import NoStreamResponseError

from boxoffice.real import running_cluster
from scenarios.shop.outside.stream import BATCH, stream_batches
from services.common.messaging import STREAM

pytestmark = pytest.mark.real

MESSAGES = 3 * BATCH


async def _read_and_killed(folder: Path) -> list[int]:
    async with running_cluster(folder) as cluster:
        client = await nats.connect(cluster.url.split(","), max_reconnect_attempts=-1)
        stream = client.jetstream()
        await stream.add_stream(name=STREAM, subjects=["ticket.>"], num_replicas=3)
        sent = 0
        while sent < MESSAGES:
            with suppress(NoStreamResponseError):  # not every member has heard of it yet
                sent = (await stream.publish("ticket.created", b"{}")).seq
        read, back = [], None
        async with aclosing(stream_batches(client)) as batches:
            async for batch in batches:
                read += [it.seq for it in batch]
                if back is None:
                    [reader] = await stream.consumers_info(STREAM)
                    keeper = str(reader.cluster and reader.cluster.leader)
                    cluster.processes[keeper].kill()
                    back = asyncio.create_task(cluster.start(keeper))
        assert back is not None
        await back
        await client.close()
        return read


def test_each_message_is_read_once_though_the_readers_member_dies(tmp_path: Path) -> None:
    read = asyncio.run(_read_and_killed(tmp_path))
    assert (read[:1], len(read), read[-1:]) == ([1], MESSAGES, [MESSAGES])
    assert read == sorted(read)
