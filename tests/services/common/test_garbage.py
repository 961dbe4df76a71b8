"""Garbage: whatever comes, one letter is listed, and the good events behind it are applied."""

import asyncio
import json
import time
from random import Random

import nats.errors
from nats.aio.msg import Msg
from pytest import fixture, mark

from boxoffice.clock import EPOCH
from boxoffice.servers.jetstream import StoredMessage
from services.common.clock import iso
from services.common.dead_letters import DeadLetters
from services.common.events import TicketCreated, enclose
from services.common.letters import letter
from services.common.messaging import ACK_WAIT_S, DEAD_LETTERS, STREAM
from services.common.versioning import Decision
from tests.services.common.bench import Bench, created, run_for, told, updated

GOOD = [str(number) for number in range(5)]
MAX = 1024 * 1024
# As they are stored: what a stream was told by its header when it took the message.
ORDERS = {
    "Nats-Expected-Last-Sequence": "0",
    "nats-expected-last-sequence": "7",
    "Nats-Expected-Last-Subject-Sequence": "0",
    "Nats-Expected-Last-Subject-Sequence-Subject": "ticket.created",
    "Nats-Expected-Stream": STREAM,
    "Nats-Expected-Last-Msg-Id": "",
    "Nats-Msg-Id": "mine",
    "Nats-Rollup": "all",
    "Nats-TTL": "1s",
    "Nats-Incr": "+1",
    "Nats-Schedule": "@at 2030-01-01T00:00:00Z",
    "Nats-Schedule-Target": "ticket.created",
    "Nats-Batch-Id": "b",
    "Nats-Batch-Commit": "1",
    "Nats-Marker-Reason": "Purge",
    "Nats-Trace-Dest": "ticket.created",
    "Nats-Of-A-Later-Release": "now",
}
HEADERS = {
    **{name: {name: value} for name, value in ORDERS.items()},
    "all orders": ORDERS,
    "no name": {"": "x", " ": "y"},
    "a name that cannot be written": {"a b": "x", "é": "y", "a:b": "z", "\x00": "0"},
    "a value that cannot be written": {"X": "\udc80\ud800", "Y": "a\r\nb", "Z": "\x00\x1b[31m"},
    "large": {"X": "x" * 65_000},
    "many": {f"X-{number}": "é" * 20 for number in range(900)},
    "a word of the server": {"Status": "503", "Description": "x"},
    "ours": {"Boxoffice-Reason": "none", "Boxoffice-Cut": "3", "Boxoffice-Letter": "1"},
    "a trace": {"traceparent": "00-zz-\udc80-01"},
}
ELSEWHERE = enclose(updated(1), source="/x", time=iso(EPOCH))
PAYLOADS = {
    "nothing": b"",
    "text": b"{",
    "bytes": b"\xff\xfe",
    "deep": b"[" * 100_000,
    "as large as can be": b"x" * MAX,
    "almost": b"x" * (MAX - 300),
    "what belongs elsewhere": ELSEWHERE.model_dump_json().encode(),
}


@fixture
def shop():
    """Tell what becomes of garbage and of five good events behind it."""

    def tell(payload: bytes, headers: dict[str, str], limit: int = MAX):
        return told(lambda bench: _story(bench, payload, headers, limit))

    return tell


async def _story(bench: Bench, payload, headers, limit):
    applied = []

    async def apply(event: TicketCreated) -> Decision:
        applied.append(event.id)
        return Decision.APPLY

    await bench.publish(created("first"))
    # Beside the stream's own rules: one with other rules may have let it in.
    stream = bench.nats.stream(STREAM)
    garbage = StoredMessage(stream.last_seq + 1, "ticket.created", payload, headers, 0.0)
    stream._append(garbage)
    await bench.publish(*map(created, GOOD))
    bench.nats.max_payload = limit
    consumer = bench.consumer({TicketCreated: apply})
    await run_for(consumer.run(), 1)
    outstanding = bench.nats.consumer(STREAM, "orders").ledger.outstanding
    letters = [letter async for letter in DeadLetters(bench.jetstream).each()]
    outages = [it for it in bench.said if it["event"] in ("outage", "failed")]
    return applied, letters, outstanding, outages, bench


def is_well(found, payload):
    applied, letters, outstanding, outages, _ = found
    assert applied == ["first", *GOOD]
    [letter] = letters
    assert payload.startswith(letter.payload)
    assert outstanding == {}
    assert outages == []
    return letter


@mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
@mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_garbage_is_one_letter_and_what_is_behind_it_is_applied_at_once(shop, payload, headers):
    found = shop(payload, headers)
    letter = is_well(found, payload)
    stored = found[-1].stored(DEAD_LETTERS)[0]
    orders = [name for name in stored.headers if name.lower().startswith("nats-")]
    assert orders == ["Nats-Msg-Id"]
    assert letter.reason


@mark.parametrize("limit", [1_000, 5_000, 100_000, MAX])
def test_a_letter_fits_whatever_the_server_takes(shop, limit):
    payload, headers = b"x" * MAX, {"X": "é" * 30_000, "Y": "y" * 100}
    found = shop(payload, headers, limit)
    letter = is_well(found, payload)
    [stored] = found[-1].stored(DEAD_LETTERS)
    assert len(stored.header_block) + len(stored.data) <= limit
    assert len(letter.payload) >= min(limit, 1_000) // 4  # its beginning, at least


def test_random_garbage_is_a_letter_too(shop):
    chance = Random(7)
    for _ in range(50):
        payload = chance.randbytes(chance.choice((0, 1, 300, MAX)))
        headers = {
            "".join(chr(chance.randrange(1, 0x3000)) for _ in range(chance.randrange(9))): "".join(
                chr(chance.randrange(0, 0xE000)) for _ in range(chance.randrange(300))
            )
            for _ in range(chance.randrange(40))
        }
        is_well(shop(payload, headers), payload)


def test_a_letter_that_was_cut_is_read_and_replayed_as_a_whole():
    async def story(bench: Bench):
        taken = []

        async def apply(event: TicketCreated) -> Decision:
            if len(bench.stored(DEAD_LETTERS)) == 0:
                raise ValueError("too long a title")
            taken.append(len(event.title))
            return Decision.APPLY

        await bench.publish(created().model_copy(update={"title": "x" * 900_000}))
        await run_for(bench.consumer({TicketCreated: apply}).run(), 300)
        letters = DeadLetters(bench.jetstream)
        [listed] = [it async for it in letters.each()]
        read = await letters.find(listed.sequence)
        await letters.replay(read)
        await run_for(bench.consumer({TicketCreated: apply}).run(), 300)
        return listed, read, taken, bench.stored(DEAD_LETTERS)

    listed, read, taken, left = told(story)
    assert len(listed.payload) < 300_000 < len(read.payload)
    assert (taken, left) == ([900_000], [])


def test_a_letter_that_cannot_be_posted_now_is_posted_later_and_keeps_nobody_waiting():
    async def story(bench: Bench):
        applied = []

        async def apply(event: TicketCreated) -> Decision:
            applied.append(event.id)
            return Decision.APPLY

        await bench.put("ticket.created", b"{")
        await bench.publish(*map(created, GOOD))
        bench.to_nats.loses = lambda verb, leg: verb == "publish"
        task = asyncio.ensure_future(bench.consumer({TicketCreated: apply}).run())
        await asyncio.sleep(10)
        at_once, letters = list(applied), bench.stored(DEAD_LETTERS)
        bench.to_nats.loses = lambda verb, leg: False
        await asyncio.sleep(60)
        task.cancel()
        return at_once, letters, len(bench.stored(DEAD_LETTERS)), applied

    assert told(story) == (GOOD, [], 1, GOOD)


@mark.parametrize("word", ["ack", "nak", "term"])
def test_a_word_that_cannot_be_sent_keeps_nobody_waiting(word, monkeypatch):
    async def fails(self, *_, **__):
        if self.metadata.sequence.stream == 1 and self.metadata.num_delivered == 1:
            raise nats.errors.OutboundBufferLimitError
        return await original(self, *_, **__)

    async def story(bench: Bench):
        applied = []

        async def apply(event: TicketCreated) -> Decision:
            if event.id == "gap" and len(applied) < len(GOOD):
                return Decision.GAP
            applied.append(event.id)
            return Decision.APPLY

        first = {"ack": "x", "nak": "gap", "term": ""}[word]
        await (bench.publish(created(first)) if first else bench.put("ticket.created", b"{"))
        await bench.publish(*map(created, GOOD))
        task = asyncio.ensure_future(bench.consumer({TicketCreated: apply}).run())
        await asyncio.sleep(1)
        at_once = [id for id in applied if id in GOOD]
        await asyncio.sleep(2 * ACK_WAIT_S)
        task.cancel()
        return at_once, bench.nats.consumer(STREAM, "orders").ledger.outstanding

    original = getattr(Msg, word)
    monkeypatch.setattr(Msg, word, fails)
    assert told(story) == (GOOD, {})


def test_a_letter_about_very_many_headers_holds_up_nobody():
    async def story(bench: Bench):
        await bench.publish(created())
        await bench.jetstream.add_consumer(STREAM, durable_name="c", ack_policy="explicit")
        subscription = await bench.jetstream.pull_subscribe_bind(durable="c", stream=STREAM)
        [message] = await subscription.fetch(1)
        # As many as there may be: JetStream takes 64 KB of them.
        message.headers = {f"{number:x}": "" for number in range(8_000)}
        before_s = time.process_time()
        letter("orders", message, "garbage", MAX)
        return time.process_time() - before_s

    assert told(story) < 0.25


def test_what_garbage_says_of_itself_is_no_line_of_a_megabyte():
    async def story(bench: Bench):
        event = {"id": "1", "source": "s", "type": "x" * 900_000, "subject": "", "time": "now"}
        await bench.put("ticket.created", json.dumps({**event, "data": {}}).encode())
        await run_for(bench.consumer({TicketCreated: None}).run(), 1)
        return [it["reason"] for it in bench.said if it["event"] == "parked"]

    [reason] = told(story)
    assert reason.startswith("unknown type 'xxx")
    assert len(reason) < 1_000
