"""A real NATS server's messages, taken side by side, while the service dies and comes again."""

import asyncio
import time
from collections import defaultdict

from nats.js.errors import NotFoundError
from pytest import fixture

from boxoffice.real.process import running
from services.common.cancellation import Cancellation
from services.common.events import TicketCreated, TicketUpdated
from services.common.ids import SystemIds
from services.common.messaging import ACK_WAIT_S, IN_HAND, STREAM, Consumer, ensure_stream
from services.common.steady_nats import SteadyNats
from services.common.versioning import Decision
from tests.integration.test_dead_letters import message
from tests.integration.test_messages import event
from tests.integration.test_on_servers import TELEMETRY
from tests.real.servers import nats_process
from tests.real.tiers import UNHURRIED

pytestmark = UNHURRIED

SEATS, VERSIONS = 40, 5
TAKES_S = 0.02
WITHIN_S = 60.0


class Follows:
    """Follows each ticket by its versions, and counts how many it has in hand at once."""

    def __init__(self) -> None:
        self.applied: dict[str, list[int]] = defaultdict(list)
        self.at_work: list[str] = []
        self.most = 0
        self.together = False

    @property
    def count(self) -> int:
        return sum(map(len, self.applied.values()))

    async def __call__(self, it: TicketCreated) -> Decision:
        self.together |= it.id in self.at_work
        self.at_work.append(it.id)
        self.most = max(self.most, len(self.at_work))
        try:
            await asyncio.sleep(TAKES_S)
        finally:
            self.at_work.remove(it.id)
        if it.version != len(self.applied[it.id]):
            return Decision.DUPLICATE if it.version < len(self.applied[it.id]) else Decision.GAP
        self.applied[it.id].append(it.version)
        return Decision.APPLY


@fixture
def url(tmp_path):
    with running(nats_process(tmp_path)) as server:
        yield f"nats://{server.address}"


async def _until(holds) -> None:
    deadline_s = time.monotonic() + WITHIN_S
    while not await holds():
        assert time.monotonic() < deadline_s, holds
        await asyncio.sleep(TAKES_S)


def test_each_aggregate_is_followed_in_its_order_whoever_dies_meanwhile(url, monkeypatch):
    monkeypatch.setattr("services.common.messaging.ACK_WAIT_S", 1.0)
    follows = Follows()

    async def story():
        client = SteadyNats()
        await client.connect(url)
        async with client:
            jetstream = client.jetstream(timeout=5)
            await ensure_stream(jetstream)
            for version in range(VERSIONS):
                for seat in range(SEATS):
                    it = event(f"seat {seat}", version)
                    await jetstream.publish(it.type, message(it))
            for lives_until in (70, 140, SEATS * VERSIONS):
                handlers = {TicketCreated: follows, TicketUpdated: follows}
                consumer = Consumer(jetstream, handlers, TELEMETRY, SystemIds())
                task = asyncio.create_task(consumer.run())

                async def has_come_so_far(so_far=lives_until) -> bool:
                    return follows.count >= so_far

                await _until(has_come_so_far)
                if lives_until == SEATS * VERSIONS:
                    await _until(all_are_acknowledged(jetstream))
                task.cancel()
                await asyncio.wait([task], timeout=WITHIN_S)
                assert task.done()
                assert follows.at_work == []

    asyncio.run(story())
    assert follows.applied == {f"seat {n}": list(range(VERSIONS)) for n in range(SEATS)}
    assert 1 < follows.most <= IN_HAND
    assert not follows.together


def test_a_consumer_ends_that_is_told_so_as_its_connection_closes(url):
    async def story():
        client = SteadyNats()
        await client.connect(url)
        jetstream = client.jetstream(timeout=5)
        consumer = Consumer(jetstream, {TicketCreated: Follows()}, TELEMETRY, SystemIds())
        task = asyncio.create_task(consumer.run())
        await _until(waits_for_more(jetstream))
        await client.close()
        task.cancel()  # which nats-py takes for the end of its connection, and says only that
        await asyncio.wait([task], timeout=WITHIN_S)
        return task.cancelled()

    assert asyncio.run(story())


def test_what_comes_while_a_consumer_drains_is_soon_anothers(url):
    async def story():
        client = SteadyNats()
        await client.connect(url)
        async with client:
            jetstream = client.jetstream(timeout=5)
            await ensure_stream(jetstream)
            begun, finish, heard = asyncio.Event(), asyncio.Event(), []

            async def takes_long(it: TicketCreated) -> Decision:
                begun.set()
                await finish.wait()
                heard.append(it.id)
                return Decision.APPLY

            def consumer():
                return Consumer(jetstream, {TicketCreated: takes_long}, TELEMETRY, SystemIds())

            ending = Cancellation()

            async def until_asked():
                ending.join()
                await consumer().run()

            drains = asyncio.create_task(until_asked())
            await _until(waits_for_more(jetstream))
            await jetstream.publish("ticket.created", message(event("first", 0)))
            await begun.wait()
            await _until(waits_for_more(jetstream))
            ending.ask()
            await asyncio.sleep(TAKES_S)
            for seat in range(5):  # which the broker hands to whoever waits for it
                await jetstream.publish("ticket.created", message(event(f"seat {seat}", 0)))
            await asyncio.sleep(TAKES_S)
            finish.set()
            await asyncio.wait([drains], timeout=WITHIN_S)
            began_s = time.monotonic()
            other = asyncio.create_task(consumer().run())

            async def all_are_heard() -> bool:
                return len(set(heard)) == 6

            await _until(all_are_heard)
            other.cancel()
            await asyncio.wait([other], timeout=WITHIN_S)
            return time.monotonic() - began_s

    assert asyncio.run(story()) < ACK_WAIT_S / 3


def waits_for_more(jetstream):
    async def ask() -> bool:
        try:
            return (await jetstream.consumer_info(STREAM, "orders")).num_waiting > 0
        except NotFoundError:
            return False

    return ask


def all_are_acknowledged(jetstream):
    async def ask() -> bool:
        info = await jetstream.consumer_info(STREAM, "orders")
        return not (info.num_ack_pending or info.num_pending)

    return ask
