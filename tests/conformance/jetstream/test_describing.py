"""What a server says of its streams and consumers, field by field."""

from typing import Any

from tests.conformance.jetstream.bench import Bench, settle

# What only one server, or only a cluster, has to tell; docs/fidelity.md lists them.
OWN = {"created", "ts", "type", "cluster", "timestamp", "last_active", "domain"}


def told(value: Any) -> Any:
    """An answer without what differs from one server to the next."""
    if isinstance(value, dict):
        return {name: told(it) for name, it in sorted(value.items()) if name not in OWN}
    return value


async def test_a_stream_tells_its_configuration_with_every_default(bench: Bench) -> None:
    await bench.make()
    config = told((await bench.api("STREAM.INFO.{stream}"))["config"])
    config.pop("metadata", None)
    assert config == {
        "allow_direct": False,
        "allow_msg_ttl": False,
        "allow_rollup_hdrs": False,
        "compression": "none",
        "consumer_limits": {},
        "deny_delete": False,
        "deny_purge": False,
        "discard": "old",
        "duplicate_window": 120_000_000_000,
        "max_age": 0,
        "max_bytes": -1,
        "max_consumers": -1,
        "max_msg_size": -1,
        "max_msgs": -1,
        "max_msgs_per_subject": -1,
        "mirror_direct": False,
        "name": bench.name,
        "num_replicas": 1,
        "retention": "limits",
        "sealed": False,
        "storage": "file",
        "subjects": [bench.on(">")],
    }


async def test_a_consumer_tells_its_configuration_with_every_default(bench: Bench) -> None:
    await bench.stream()
    config = told((await bench.api("CONSUMER.INFO.{stream}.c"))["config"])
    config.pop("metadata", None)
    assert config == {
        "ack_policy": "explicit",
        "ack_wait": 30_000_000_000,
        "deliver_policy": "all",
        "durable_name": "c",
        "max_ack_pending": 1000,
        "max_deliver": -1,
        "max_waiting": 512,
        "name": "c",
        "num_replicas": 0,
        "replay_policy": "instant",
    }


async def test_a_stream_tells_its_state(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b", "a", headers={"x": "y"})
    await bench.consumer()
    await bench.js.delete_msg(bench.name, 2)
    state = await described(bench)
    state["bytes"] -= 2 * len(bench.name)
    assert state == {
        "bytes": 2 * (34 + len(".a") + len("a") + len("NATS/1.0\r\nx: y\r\n\r\n")),
        "consumer_count": 1,
        "first_seq": 1,
        "last_seq": 3,
        "messages": 2,
        "num_deleted": 1,
        "num_subjects": 1,
    }


async def described(bench: Bench) -> dict[str, Any]:
    """The state of a stream but for its times."""
    state: dict[str, Any] = (await bench.api("STREAM.INFO.{stream}"))["state"]
    return {name: it for name, it in sorted(state.items()) if not name.endswith("_ts")}


async def test_an_empty_stream_leaves_out_what_is_zero(bench: Bench) -> None:
    await bench.make()
    empty = {"bytes": 0, "consumer_count": 0, "first_seq": 0, "last_seq": 0, "messages": 0}
    assert await described(bench) == empty
    await bench.put("a")
    await bench.js.purge_stream(bench.name)
    assert await described(bench) == empty | {"first_seq": 2, "last_seq": 1}


async def test_the_time_of_the_last_message_outlives_it(bench: Bench) -> None:
    await bench.make()
    await bench.put("a")
    before = (await bench.api("STREAM.INFO.{stream}"))["state"]
    await bench.js.purge_stream(bench.name)
    after = (await bench.api("STREAM.INFO.{stream}"))["state"]
    assert after["first_ts"] == "0001-01-01T00:00:00Z"
    assert after["last_ts"] == before["last_ts"]


async def test_a_stream_tells_when_its_first_and_last_message_came(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b")
    state = (await bench.api("STREAM.INFO.{stream}"))["state"]
    first = await bench.api("STREAM.MSG.GET.{stream}", seq=1)
    last = await bench.api("STREAM.MSG.GET.{stream}", seq=2)
    assert state["first_ts"] == first["message"]["time"]
    assert state["last_ts"] == last["message"]["time"]


async def test_a_new_consumer_tells_that_nothing_happened(bench: Bench) -> None:
    await bench.stream(messages=2)
    told_of = told(await bench.api("CONSUMER.INFO.{stream}.c"))
    told_of.pop("config")
    assert told_of == {
        "ack_floor": {"consumer_seq": 0, "stream_seq": 0},
        "delivered": {"consumer_seq": 0, "stream_seq": 0},
        "name": "c",
        "num_ack_pending": 0,
        "num_pending": 2,
        "num_redelivered": 0,
        "num_waiting": 0,
        "stream_name": bench.name,
    }


async def test_a_consumer_tells_where_it_is(bench: Bench) -> None:
    sub = await bench.stream(messages=5)
    one, two, _ = await sub.fetch(3)
    await settle(one)
    await settle(two, "-NAK")
    await sub.fetch(1)
    told_of = told(await bench.api("CONSUMER.INFO.{stream}.c"))
    told_of.pop("config")
    assert told_of == {
        "ack_floor": {"consumer_seq": 1, "stream_seq": 1},
        "delivered": {"consumer_seq": 4, "stream_seq": 3},
        "name": "c",
        "num_ack_pending": 2,
        "num_pending": 2,
        "num_redelivered": 1,
        "num_waiting": 0,
        "stream_name": bench.name,
    }


async def test_an_ack_is_remembered_by_its_time(bench: Bench) -> None:
    sub = await bench.stream(messages=2)
    one, _ = await sub.fetch(2)
    before = await bench.api("CONSUMER.INFO.{stream}.c")
    await settle(one)
    after = await bench.api("CONSUMER.INFO.{stream}.c")
    assert "last_active" in before["delivered"]
    assert "last_active" not in before["ack_floor"]
    assert "last_active" in after["ack_floor"]


async def test_a_message_tells_where_it_comes_from(bench: Bench) -> None:
    sub = await bench.stream(messages=3)
    metadata = (await sub.fetch(1))[0].metadata
    assert (metadata.stream, metadata.consumer) == (bench.name, "c")
    assert (metadata.sequence.stream, metadata.sequence.consumer) == (1, 1)
    assert (metadata.num_delivered, metadata.num_pending) == (1, 2)


async def test_a_stream_is_found_by_its_subject(bench: Bench) -> None:
    await bench.make()
    assert await bench.js.find_stream_name_by_subject(bench.on("a.b")) == bench.name


async def test_the_consumers_of_a_stream_are_listed(bench: Bench) -> None:
    await bench.stream()
    await bench.consumer("d")
    listed = await bench.js.consumers_info(bench.name)
    assert sorted(it.name for it in listed) == ["c", "d"]
