"""What is published is stored, once, under the conditions that its headers name."""

from asyncio import sleep

import nats.js.errors
from nats.js.api import PubAck
from pytest import mark, raises

from tests.engine.servers.jetstream_bench import Bench, told


def test_a_message_is_stored_with_the_next_sequence():
    async def story(bench: Bench):
        await bench.stream(messages=1)
        return await bench.js.publish("s.a", b"x", headers={"k": " v "})

    assert told(story) == PubAck(stream="S", seq=2)


def test_a_stored_message_can_be_read_back_as_it_was_sent():
    async def story(bench: Bench):
        await bench.stream()
        await bench.js.publish("s.a", b"x", headers={"k": " v "})
        return await bench.js.get_msg("S", 1)

    found = told(story)
    assert (found.subject, found.data, found.headers) == ("s.a", b"x", {"k": "v"})
    assert found.time.timestamp() == 1_800_000_000


def test_an_id_seen_within_the_window_is_a_duplicate_of_the_first():
    async def story(bench: Bench):
        await bench.stream()
        await bench.js.publish("s.a", headers={"Nats-Msg-Id": "x"})
        await bench.js.publish("s.a", headers={"Nats-Msg-Id": "y"})
        await sleep(119.9)
        again = await bench.js.publish("s.a", headers={"Nats-Msg-Id": "x"})
        return again, (await bench.js.stream_info("S")).state.messages

    assert told(story) == (PubAck(stream="S", seq=1, duplicate=True), 2)


def test_an_id_is_forgotten_after_the_window():
    async def story(bench: Bench):
        await bench.stream()
        await bench.js.publish("s.a", headers={"Nats-Msg-Id": "x"})
        await sleep(120.1)
        return await bench.js.publish("s.a", headers={"Nats-Msg-Id": "x"})

    assert told(story) == PubAck(stream="S", seq=2)


EXPECTATIONS = [
    ({"Nats-Expected-Stream": "T"}, 10060),
    ({"Nats-Expected-Last-Sequence": "1"}, 10071),
    ({"Nats-Expected-Last-Subject-Sequence": "2"}, 10071),
    ({"Nats-Expected-Last-Msg-Id": "x"}, 10070),
    # A server looks at sequences before it looks for a duplicate.
    ({"Nats-Msg-Id": "x", "Nats-Expected-Last-Sequence": "1"}, 10071),
]


@mark.parametrize(("headers", "err_code"), EXPECTATIONS)
def test_a_wrong_expectation_stores_nothing(headers, err_code):
    async def story(bench: Bench):
        await bench.stream()
        await bench.js.publish("s.a", headers={"Nats-Msg-Id": "x"})
        await bench.js.publish("s.b", headers={"Nats-Msg-Id": "y"})
        with raises(nats.js.errors.BadRequestError) as refused:
            await bench.js.publish("s.a", headers=headers)
        return refused.value.err_code, (await bench.js.stream_info("S")).state.last_seq

    assert told(story) == (err_code, 2)


def test_met_expectations_store_the_message():
    async def story(bench: Bench):
        await bench.stream()
        await bench.js.publish("s.a", headers={"Nats-Msg-Id": "x"})
        met = {
            "Nats-Expected-Stream": "S",
            "Nats-Expected-Last-Sequence": "1",
            "Nats-Expected-Last-Subject-Sequence": "0",
            "Nats-Expected-Last-Msg-Id": "x",
        }
        return (await bench.js.publish("s.b", headers=met)).seq

    assert told(story) == 2


def test_a_subject_without_a_stream_is_refused():
    async def story(bench: Bench):
        await bench.stream()
        with raises(nats.js.errors.NoStreamResponseError):
            await bench.js.publish("other")

    told(story)


def test_a_purge_keeps_the_sequence_and_takes_what_was_pending():
    async def story(bench: Bench):
        sub = await bench.stream(messages=6)
        await sub.fetch(2)
        await bench.js.purge_stream("S", keep=2)
        info = await bench.info()
        state = (await bench.js.stream_info("S")).state
        return (state.first_seq, state.last_seq), info.num_ack_pending, info.num_pending

    assert told(story) == ((5, 6), 0, 2)


def test_a_deleted_message_is_neither_delivered_nor_redelivered():
    async def story(bench: Bench):
        sub = await bench.stream(messages=3, ack_wait=5)
        await sub.fetch(2)
        await bench.js.delete_msg("S", 1)
        await bench.js.delete_msg("S", 3)
        await sleep(6)
        again = await sub.fetch(5)
        info = await bench.info()
        return [it.subject for it in again], info.num_ack_pending, info.num_pending

    assert told(story) == (["s.2"], 1, 0)


def test_a_delete_brings_back_the_message_before_as_last_of_its_subject():
    async def story(bench: Bench):
        await bench.stream()
        for _ in range(3):
            await bench.js.publish("s.a")
        await bench.js.delete_msg("S", 3)
        return (await bench.js.get_last_msg("S", "s.*")).seq

    assert told(story) == 2


def test_the_world_is_told_what_was_stored():
    async def story(bench: Bench):
        await bench.stream()
        for _ in range(2):
            await bench.js.publish("s.a", b"d", headers={"Nats-Msg-Id": "x"})
        return bench.seen

    kind, fields = told(story)[1]
    assert kind == "stored"
    assert fields == {
        "stream": "S",
        "seq": 1,
        "subject": "s.a",
        "msg_id": "x",
        "duplicate": True,
        "data": b"d",
        "headers": {"Nats-Msg-Id": "x"},
    }
