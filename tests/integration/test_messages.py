"""Garbage and gaps on a real NATS server: what is good is applied, and what was missing heals."""

import asyncio
import time

import nats
import structlog
from pytest import fixture, mark

from boxoffice.real.process import running
from services.common import failures
from services.common.dead_letters import DeadLetters
from services.common.events import TicketCreated, TicketUpdated
from services.common.ids import SystemIds
from services.common.messaging import STREAM, Consumer, ensure_stream
from services.common.steady_nats import SteadyNats
from services.common.telemetry import Telemetry
from tests.integration.test_dead_letters import message
from tests.real.servers import nats_process
from tests.real.tiers import UNHURRIED
from tests.services.common.replicas import Replicas

pytestmark = UNHURRIED

GAPS = 1_100
LOOK_S = 0.1
WITHIN_S = 120.0
GARBAGE = {
    "an order": ({"Nats-Expected-Last-Sequence": "0"}, b"{"),
    "another order": ({"Nats-Expected-Last-Msg-Id": "", "Nats-Expected-Stream": STREAM}, b"{"),
    "a word of the server": ({"Status": "503"}, b"{"),
    "one that ends a fetch": ({"Status": "404", "Description": "No Messages"}, b"{"),
    "as large as can be": (None, b"x" * 1024 * 1024),
    "large headers": ({"X": "x" * 65_000}, b"x" * (1024 * 1024 - 65_100)),
}


class Service(Replicas):
    """The same on a real server."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        log = structlog.wrap_logger(None, processors=[_unheard])
        self.telemetry = Telemetry("orders", log)

    def consumer(self, jetstream) -> Consumer:
        return Consumer(jetstream, self.handlers, self.telemetry, SystemIds())


@fixture
def service(tmp_path, monkeypatch):
    monkeypatch.setattr(failures, "PARK_AFTER_S", 0.0)  # four minutes in a shop
    with running(nats_process(tmp_path)) as server:
        yield Service(f"nats://{server.address}")


def _unheard(*_):
    raise structlog.DropEvent


async def _until(holds) -> None:
    deadline_s = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < deadline_s, holds
        await asyncio.sleep(LOOK_S)


async def _outstanding(jetstream) -> int:
    return (await jetstream.consumer_info(STREAM, "orders")).num_ack_pending


def event(id: str, version: int):
    kind = TicketCreated if version == 0 else TicketUpdated
    more = {} if version == 0 else {"order_id": None}
    return kind(id=id, version=version, title="Seat", price=4_500, user_id="sue", **more)


@mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_one_letter_and_what_is_behind_it_is_applied_at_once(service, garbage):
    async def story():
        client = SteadyNats()
        await client.connect(service.url)
        async with client, await nats.connect(service.url) as stranger:
            jetstream, (headers, payload) = client.jetstream(timeout=5), garbage
            await ensure_stream(jetstream)
            await stranger.jetstream().publish("ticket.created", payload, headers=headers)
            for number in range(5):
                await jetstream.publish("ticket.created", message(event(str(number), 0)))
            task = asyncio.create_task(service.consumer(jetstream).run())
            begun_s = time.monotonic()
            await _until(lambda: len(service.applied) == 5)
            took_s = time.monotonic() - begun_s
            letters = [it async for it in DeadLetters(jetstream).each()]
            assert not task.done()
            left = await _outstanding(jetstream)
            reconnects = client.stats["reconnects"]
            task.cancel()
            await asyncio.wait([task], timeout=5)
            return took_s, len(letters), left, reconnects

    took_s, letters, left, reconnects = asyncio.run(story())
    assert took_s < 10  # it used to take for ever, thirty seconds at a time
    assert (letters, left, reconnects) == (1, 0, 0)


def test_replaying_what_is_missing_heals_every_gap_and_new_events_are_heard(
    service, record_property
):
    async def story():
        client = SteadyNats()
        await client.connect(service.url)
        async with client:
            jetstream = client.jetstream(timeout=5)
            await ensure_stream(jetstream)
            for number in range(GAPS):
                for version in (0, 1):
                    it = event(f"bad {number}", version)
                    await jetstream.publish(it.type, message(it))
            task = asyncio.create_task(service.consumer(jetstream).run())
            letters = DeadLetters(jetstream)
            while len([it async for it in letters.each()]) < GAPS:  # noqa: ASYNC110
                await asyncio.sleep(LOOK_S)
            waiting = await _outstanding(jetstream)
            await jetstream.publish("ticket.created", message(event("new", 0)))
            await _until(lambda: service.applied["new"])
            service.broken = False
            begun_s = time.monotonic()
            async for letter in letters.each():
                await letters.replay(letter)
            await _until(lambda: service.healed(2) == GAPS)
            healed_s = time.monotonic() - begun_s
            await asyncio.sleep(1)
            left = [it async for it in letters.each()], await _outstanding(jetstream)
            task.cancel()
            await asyncio.wait([task], timeout=5)
            return waiting, healed_s, left

    waiting, healed_s, left = asyncio.run(story())
    record_property("gaps healed on a real server", GAPS)
    assert waiting == GAPS
    assert healed_s < WITHIN_S
    assert left == ([], 0)
