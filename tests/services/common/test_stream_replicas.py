"""How many servers keep the stream is a setting."""

from pytest import mark, raises

from services.common.messaging import STREAM, ensure_stream
from services.common.settings import BadSetting, read
from tests.services.common.bench import told

NEEDS = {"NATS_URL": "nats://nats", "REDIS_URL": "redis://redis"}


def test_a_stream_is_made_with_as_many_replicas_as_are_asked_for():
    async def story(bench):
        await ensure_stream(bench.jetstream, 3)
        info = await bench.jetstream.stream_info(STREAM)
        assert info.config.num_replicas == 3

    told(story)


def test_a_stream_that_is_there_stays_as_it_is():
    async def story(bench):
        await ensure_stream(bench.jetstream)
        await ensure_stream(bench.jetstream, 3)
        assert (await bench.jetstream.stream_info(STREAM)).config.num_replicas == 1

    told(story)


def test_one_server_keeps_the_stream_unless_more_are_asked_for():
    assert read("expiration", NEEDS).stream_replicas == 1
    assert read("expiration", NEEDS | {"STREAM_REPLICAS": "3"}).stream_replicas == 3


@mark.parametrize("value", ["0", "6", "many"])
def test_a_number_that_no_cluster_keeps_is_refused_by_name(value):
    with raises(BadSetting, match=r"^STREAM_REPLICAS is bad"):
        read("expiration", NEEDS | {"STREAM_REPLICAS": value})
