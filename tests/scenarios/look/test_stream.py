"""What is looked at of a broker's stream."""

import asyncio
from pathlib import Path

from boxoffice.real import running_broker
from scenarios.look.sightings import Sightings
from scenarios.look.stream import followed
from services.common.messaging import STREAM

WAITED_S = 4.0  # less than a reader waits for what does not come, and far more than a look takes


async def _looks(folder: Path) -> None:
    async with running_broker(folder) as url, followed(url, 1.0) as stream:
        jetstream = stream._nats.jetstream()
        await jetstream.add_stream(name=STREAM, subjects=["ticket.>"])
        for _ in range(2):
            await jetstream.publish("ticket.created", b"{}")
        await jetstream.delete_msg(STREAM, 2)
        seen = Sightings(lambda: 0)
        await stream.catch_up(seen)
        async with asyncio.timeout(WAITED_S):
            await stream.catch_up(seen)


def test_nobody_waits_twice_for_a_last_message_that_was_discarded(tmp_path: Path) -> None:
    asyncio.run(_looks(tmp_path))
