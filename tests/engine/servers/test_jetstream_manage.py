"""Streams and consumers are made, changed and removed as nats-server does it."""

import nats.js.errors
from nats.js.api import StreamConfig
from pytest import mark, raises

from boxoffice.servers.jetstream.views import iso
from tests.engine.servers.jetstream_bench import Bench, told


def test_the_same_stream_can_be_added_again():
    async def story(bench: Bench):
        await bench.stream(messages=2)
        again = await bench.js.add_stream(StreamConfig(name="S", subjects=["s.>"]))
        return again.state.messages, again.config.duplicate_window, again.config.storage

    assert told(story) == (2, 120, "file")


def test_a_stream_can_be_changed():
    async def story(bench: Bench):
        await bench.stream()
        await bench.js.update_stream(name="S", subjects=["s.>", "t"])
        return (await bench.js.publish("t")).seq, await bench.js.find_stream_name_by_subject("t")

    assert told(story) == (1, "S")


def test_a_deleted_stream_stores_nothing():
    async def story(bench: Bench):
        await bench.stream()
        await bench.js.delete_stream("S")
        with raises(nats.js.errors.NoStreamResponseError):
            await bench.js.publish("s.1")
        with raises(nats.js.errors.NotFoundError):
            await bench.js.stream_info("S")

    told(story)


def test_the_same_consumer_can_be_added_again_and_mostly_changed():
    async def story(bench: Bench):
        sub = await bench.stream(messages=2)
        await sub.fetch(1)
        await bench.js.add_consumer("S", name="c", durable_name="c")
        changed = await bench.js.add_consumer("S", name="c", durable_name="c", ack_wait=7)
        return changed.config.ack_wait, changed.num_ack_pending, changed.num_pending

    assert told(story) == (7, 1, 1)


REFUSALS = [
    (lambda js: js.add_stream(name="S", subjects=["x"]), 400, 10058),
    (lambda js: js.add_stream(name="T", subjects=["s.1"]), 400, 10065),
    (lambda js: js.add_stream(name="T", subjects=["a..b"]), 500, 10052),
    (lambda js: js.update_stream(name="S", subjects=["s.>"], storage="memory"), 500, 10052),
    (lambda js: js.stream_info("T"), 404, 10059),
    (lambda js: js.purge_stream("T"), 404, 10059),
    (lambda js: js.add_consumer("T", name="c"), 404, 10059),
    (lambda js: js.consumer_info("S", "d"), 404, 10014),
    (lambda js: js.delete_consumer("S", "d"), 404, 10014),
    (lambda js: js.add_consumer("S", name="c", durable_name="c", deliver_policy="new"), 500, 10012),
    (lambda js: js.add_consumer("S", name="d", backoff=[1, 2], max_deliver=1), 400, 10116),
    (lambda js: js.add_consumer("S", name="d", filter_subjects=["s.*", "s.1"]), 400, 10138),
    (lambda js: js.add_consumer("S", name="d", deliver_policy="by_start_sequence"), 400, 10094),
    (lambda js: js.get_msg("S", 9), 404, 10037),
    (lambda js: js.delete_msg("S", 9), 500, 10057),
]


@mark.parametrize(("ask", "code", "err_code"), REFUSALS)
def test_a_refusal_carries_the_codes_of_nats_server(ask, code, err_code):
    async def story(bench: Bench):
        await bench.stream()
        with raises(nats.js.errors.APIError) as refused:
            await ask(bench.js)
        return refused.value.code, refused.value.err_code

    assert told(story) == (code, err_code)


@mark.parametrize(
    "config",
    [
        {"ack_policy": "all"},
        {"headers_only": True},
        {"deliver_subject": "x", "rate_limit_bps": 1},
    ],
)
def test_what_the_fake_does_not_know_it_does_not_pretend(config):
    async def story(bench: Bench):
        await bench.stream()
        with raises(NotImplementedError):
            await bench.js.add_consumer("S", name="d", **config)

    told(story)


def test_a_subscription_without_a_durable_name_gets_a_name_of_its_own():
    async def story(bench: Bench):
        await bench.stream(messages=1)
        subs = [await bench.js.pull_subscribe("s.>", stream="S") for _ in range(2)]
        return [(await sub.consumer_info()).name for sub in subs]

    one, other = told(story)
    assert one != other
    assert told(story) == [one, other]


def test_messages_are_found_by_subject_from_either_end():
    async def story(bench: Bench):
        await bench.stream(messages=3)
        last = await bench.js.get_last_msg("S", "s.*")
        following = await bench.js.get_msg("S", 2, subject="s.>", next=True)
        return last.seq, following.seq

    assert told(story) == (3, 2)


def test_a_direct_read_needs_a_stream_that_allows_it():
    async def story(bench: Bench):
        await bench.stream(messages=1)
        with raises(nats.errors.NoRespondersError):
            await bench.js.get_msg("S", 1, direct=True)
        await bench.js.update_stream(name="S", subjects=["s.>"], allow_direct=True)
        await bench.js.publish("s.1", b"x")
        with raises(nats.js.errors.NotFoundError):
            await bench.js.get_msg("S", 9, direct=True)
        return (await bench.js.get_last_msg("S", "s.1", direct=True)).seq

    assert told(story) == 2


def test_a_moment_without_a_fraction_is_told_with_one():
    # nats-py 2.13 takes what stands before the point, and reads no time without one.
    assert [iso(at_s) for at_s in (1_893_456_000.0, 1_893_456_000.5)] == [
        "2030-01-01T00:00:00.000000Z",
        "2030-01-01T00:00:00.500000Z",
    ]
