"""A stream of an earlier release, to which no service may add anything under its own user."""

import asyncio
import os
import sys
from pathlib import Path

from boxoffice.real.process import Process, running
from k8s.users import OPERATOR
from services.common.events import TicketCreated
from services.common.ids import SystemIds
from services.common.messaging import DEAD_LETTERS, STREAM, SUBJECTS, Consumer
from services.common.versioning import Decision
from tests.deploy.kubernetes import brokerage
from tests.deploy.kubernetes.speaking import connected, event, server, telemetry, url


def test_a_service_hears_an_older_stream_and_the_operators_command_widens_it(
    tmp_path: Path,
) -> None:
    applied: asyncio.Queue[str] = asyncio.Queue()

    async def apply(event: TicketCreated) -> Decision:
        applied.put_nowait(event.id)
        return Decision.APPLY

    async def story(broker: Process) -> None:
        async with (
            connected(broker, "orders") as (jetstream, violations),
            connected(broker, OPERATOR) as (operator, _),
        ):
            known = [each for each in SUBJECTS if not each.startswith("replay.")]
            await operator.add_stream(name=STREAM, subjects=known)
            consumer = Consumer(jetstream, {TicketCreated: apply}, telemetry(), SystemIds())
            await operator.publish(TicketCreated.type, event())
            taking = asyncio.create_task(consumer.run())
            first = await applied.get()
            assert len(violations) == 1
            assert "stream.update" in violations[0].lower()
            await operator.publish(f"{DEAD_LETTERS}.orders.{TicketCreated.type}", event())
            command = [sys.executable, "-m", "scenarios", "dlq", "replay", "--all"]
            env = {**os.environ, "NATS_URL": url(broker, OPERATOR)}
            replaying = await asyncio.create_subprocess_exec(*command, env=env)
            assert await replaying.wait() == 0
            assert (await operator.stream_info(STREAM)).config.subjects == list(SUBJECTS)
            assert await applied.get() == first
            taking.cancel()
            await asyncio.wait([taking])

    with running(server(brokerage.local(), tmp_path)) as broker:
        asyncio.run(asyncio.wait_for(story(broker), 60))
