"""A stream of an older release, from before services were replayed to."""

import asyncio
import itertools
import os
import sys
from pathlib import Path

from boxoffice.real.process import Process, running
from k8s.users import OPERATOR
from services.common.events import TicketCreated
from services.common.ids import SystemIds
from services.common.messaging import REPLAYS, STREAM, SUBJECTS, Consumer
from services.common.versioning import Decision
from tests.deploy.kubernetes import brokerage
from tests.deploy.kubernetes.speaking import connected, event, server, telemetry, url


def test_a_stream_of_an_older_release_is_widened_by_the_operators_command_alone(
    tmp_path: Path,
) -> None:
    known = [subject for subject in SUBJECTS if not subject.startswith(REPLAYS)]
    applied = asyncio.Event()

    async def apply(_: TicketCreated) -> Decision:
        applied.set()
        return Decision.APPLY

    async def story(broker: Process) -> None:
        async with (
            connected(broker, "orders") as (jetstream, violations),
            connected(broker, OPERATOR) as (operator, _),
        ):
            await operator.add_stream(name=STREAM, subjects=known)
            await operator.publish(TicketCreated.type, event())
            consumer = Consumer(jetstream, {TicketCreated: apply}, telemetry(), SystemIds())
            taking = asyncio.create_task(consumer.run())
            for pause_s in itertools.repeat(0.05):
                if any("stream.update" in each.lower() for each in violations):
                    break
                await asyncio.sleep(pause_s)
            assert not applied.is_set()
            command = [sys.executable, "-m", "scenarios", "dlq", "replay", "--all"]
            env = {**os.environ, "NATS_URL": url(broker, OPERATOR)}
            replaying = await asyncio.create_subprocess_exec(*command, env=env)
            assert await replaying.wait() == 0
            assert (await operator.stream_info(STREAM)).config.subjects == list(SUBJECTS)
            await applied.wait()
            taking.cancel()
            await asyncio.wait([taking])

    with running(server(brokerage.local(), tmp_path)) as broker:
        asyncio.run(asyncio.wait_for(story(broker), 60))
