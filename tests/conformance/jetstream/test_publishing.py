"""What a stream stores, and what it refuses."""

from asyncio import sleep

from nats.errors import BadHeaderError, MaxPayloadError
from nats.js.errors import APIError, BadRequestError, NoStreamResponseError
from pytest import raises

from tests.conformance.jetstream.bench import Bench, fetched, seqs

SEQUENCE = "Nats-Expected-Last-Sequence"
SUBJECT = "Nats-Expected-Last-Subject-Sequence"
MSG_ID = "Nats-Expected-Last-Msg-Id"
STREAM = "Nats-Expected-Stream"


async def refusal(bench: Bench, subject: str = "m", **headers: str) -> tuple[int, str]:
    """How a message with these headers is refused."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with raises(BadRequestError) as refused:
        await bench.js.publish(bench.on(subject), b"", headers=named)
    return int(refused.value.err_code or 0), str(refused.value.description)


async def test_sequences_begin_at_one_and_never_come_back(bench: Bench) -> None:
    await bench.make()
    assert await bench.put("a", "b") == [1, 2]
    await bench.js.purge_stream(bench.name)
    assert await bench.put("a") == [3]


async def test_no_stream_listens(bench: Bench) -> None:
    with raises(NoStreamResponseError):
        await bench.js.publish(f"nobody.{bench.name}", b"", timeout=1)


async def test_a_repeated_id_gives_the_first_sequence_again(bench: Bench) -> None:
    await bench.make()
    headers = {"Nats-Msg-Id": "once"}
    first = await bench.js.publish(bench.on("m"), b"1", headers=headers)
    again = await bench.js.publish(bench.on("n"), b"2", headers=headers)
    assert (first.seq, first.duplicate, again.seq, again.duplicate) == (1, None, 1, True)
    assert (await bench.state()).messages == 1


async def test_an_id_is_forgotten_after_the_window(bench: Bench) -> None:
    await bench.make(duplicate_window=0.4)
    headers = {"Nats-Msg-Id": "once"}
    seqs = [await bench.put("m", headers=headers)]
    await sleep(0.1)
    seqs.append(await bench.put("m", headers=headers))
    await sleep(0.8)
    seqs.append(await bench.put("m", headers=headers))
    assert seqs == [[1], [1], [2]]


async def test_a_repetition_does_not_prolong_the_window(bench: Bench) -> None:
    await bench.make(duplicate_window=0.6)
    headers = {"Nats-Msg-Id": "once"}
    seqs = []
    for pause_s in (0.4, 0.9, 0.0):
        seqs += await bench.put("m", headers=headers)
        await sleep(pause_s)
    assert seqs == [1, 1, 2]


async def test_an_id_outlives_a_purge(bench: Bench) -> None:
    await bench.make()
    headers = {"Nats-Msg-Id": "once"}
    await bench.put("m", headers=headers)
    await bench.js.purge_stream(bench.name)
    ack = await bench.js.publish(bench.on("m"), b"", headers=headers)
    assert (ack.seq, ack.duplicate) == (1, True)


async def test_an_id_outlives_its_message(bench: Bench) -> None:
    await bench.make()
    headers = {"Nats-Msg-Id": "once"}
    await bench.put("m", headers=headers)
    await bench.js.delete_msg(bench.name, 1)
    ack = await bench.js.publish(bench.on("m"), b"", headers=headers)
    assert (ack.seq, ack.duplicate) == (1, True)


async def test_a_refused_message_leaves_its_id_free(bench: Bench) -> None:
    await bench.make()
    refused = {"Nats-Msg-Id": "once", SEQUENCE: "9"}
    with raises(BadRequestError):
        await bench.put("m", headers=refused)
    assert await bench.put("m", headers={"Nats-Msg-Id": "once"}) == [1]


async def test_the_window_may_change(bench: Bench) -> None:
    await bench.make(duplicate_window=60)
    config = (await bench.js.stream_info(bench.name)).config
    headers = {"Nats-Msg-Id": "once"}
    await bench.put("m", headers=headers)
    config.duplicate_window = 0.3
    await bench.js.update_stream(config)
    await sleep(0.8)
    assert await bench.put("m", headers=headers) == [2]


async def test_the_expected_last_sequence_must_be_the_last(bench: Bench) -> None:
    await bench.make()
    assert await bench.put("m", headers={SEQUENCE: "0"}) == [1]
    assert await refusal(bench, **{SEQUENCE: "0"}) == (10071, "wrong last sequence: 1")
    assert await bench.put("m", headers={SEQUENCE: "1"}) == [2]


async def test_the_expected_last_sequence_counts_what_was_purged(bench: Bench) -> None:
    await bench.make()
    await bench.put("m", "m")
    await bench.js.purge_stream(bench.name)
    assert await bench.put("m", headers={SEQUENCE: "2"}) == [3]


async def test_the_expected_sequence_of_a_subject_is_its_own(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b")
    assert await bench.put("a", headers={SUBJECT: "1"}) == [3]
    assert await refusal(bench, "b", **{SUBJECT: "3"}) == (10071, "wrong last sequence: 2")
    assert await bench.put("c", headers={SUBJECT: "0"}) == [4]


async def test_the_expected_sequence_of_a_purged_subject_is_zero(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b")
    await bench.js.purge_stream(bench.name, subject=bench.on("a"))
    assert await refusal(bench, "a", **{SUBJECT: "1"}) == (10071, "wrong last sequence: 0")
    assert await bench.put("a", headers={SUBJECT: "0"}) == [3]


async def test_the_expected_sequence_falls_back_when_the_last_is_deleted(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b", "a")
    await bench.js.delete_msg(bench.name, 3)
    assert await bench.put("a", headers={SUBJECT: "1"}) == [4]


async def test_the_expected_id_must_be_that_of_the_last_message(bench: Bench) -> None:
    await bench.make()
    await bench.put("m", headers={"Nats-Msg-Id": "one"})
    assert await refusal(bench, **{MSG_ID: "two"}) == (10070, "wrong last msg ID: one")
    assert await bench.put("m", headers={MSG_ID: "one"}) == [2]
    assert await refusal(bench, **{MSG_ID: "one"}) == (10070, "wrong last msg ID: ")


async def test_an_empty_expectation_is_none(bench: Bench) -> None:
    await bench.make()
    await bench.put("m", headers={"Nats-Msg-Id": "one"})
    assert await bench.put("m", headers={MSG_ID: "", STREAM: ""}) == [2]


async def test_the_expected_stream_must_be_the_one_that_listens(bench: Bench) -> None:
    await bench.make()
    assert await refusal(bench, **{STREAM: "OTHER"}) == (10060, "expected stream does not match")
    assert await bench.put("m", headers={STREAM: bench.name}) == [1]


async def test_a_duplicate_with_a_wrong_expectation_is_refused(bench: Bench) -> None:
    await bench.make()
    await bench.put("m", headers={"Nats-Msg-Id": "once"})
    headers = {"Nats_Msg_Id": "once", SEQUENCE: "7"}
    assert await refusal(bench, **headers) == (10071, "wrong last sequence: 1")


async def test_a_duplicate_is_told_before_the_expected_id_is_compared(bench: Bench) -> None:
    await bench.make()
    await bench.put("m", headers={"Nats-Msg-Id": "once"})
    headers = {"Nats-Msg-Id": "once", MSG_ID: "other"}
    assert (await bench.js.publish(bench.on("m"), b"", headers=headers)).duplicate is True


async def test_core_publish_is_stored_too(bench: Bench) -> None:
    await bench.make()
    await bench.backend.nats.publish(bench.on("m"), b"quiet")
    await bench.flushed()

    async def count() -> int:
        return int((await bench.state()).messages)

    await bench.eventually(count, 1)


async def test_what_a_stream_is_not_configured_for_is_refused(bench: Bench) -> None:
    await bench.make()
    found = {}
    for order in (
        ("Nats-Rollup", "all"),
        ("Nats-Rollup", "sub"),
        ("Nats-TTL", "1h"),
        ("Nats-TTL", "60"),
        ("Nats-TTL", "soon"),
        ("Nats-TTL", "NEVER"),
        ("Nats-TTL", "1.5s"),
        ("Nats-TTL", "0"),
        ("Nats-TTL", "500ms"),
        ("Nats-Incr", "+1"),
        ("Nats-Schedule", "@at 2030-01-01T00:00:00Z"),
        ("Nats-Batch-Id", "b"),
    ):
        with raises(APIError) as refused:
            await bench.js.publish(bench.on("m"), b"", headers=dict([order]))
        found[order] = int(refused.value.err_code or 0)
    ttls = [10166, 10166, 10165, 10166, 10166, 10165, 10165]
    assert list(found.values()) == [10111, 10111, *ttls, 10168, 10188, 10174]
    assert (await bench.state()).messages == 0


async def test_what_is_no_order_in_these_letters_is_stored(bench: Bench) -> None:
    await bench.make()
    for name in ("nats-expected-last-sequence", "nats-ttl", "nats-rollup", "Nats-Marker-Reason"):
        await bench.put("m", headers={name: "9"})
    await bench.put("m", headers={"Nats-TTL": "", "Nats-Rollup": "", "Nats-Schedule": ""})
    assert (await bench.state()).messages == 5


async def test_headers_have_a_limit_of_their_own(bench: Bench) -> None:
    await bench.make()
    rest = len("NATS/1.0\r\nX: \r\n\r\n")
    await bench.put("m", headers={"X": "x" * (65_535 - rest)})
    assert await refusal(bench, X="x" * (65_536 - rest)) == (
        10097,
        "header size exceeds maximum allowed of 64k",
    )


async def test_a_message_is_as_large_as_the_server_says_headers_included(bench: Bench) -> None:
    await bench.make()
    client = bench.backend.nats
    assert client.max_payload == 1024 * 1024
    head = len("NATS/1.0\r\nX: y\r\n\r\n")
    for size, headers in ((client.max_payload, None), (client.max_payload - head, {"X": "y"})):
        await bench.js.publish(bench.on("m"), b"x" * size, headers=headers)
        with raises(MaxPayloadError):
            await bench.js.publish(bench.on("m"), b"x" * (size + 1), headers=headers)
    assert client.is_connected
    largest = await bench.js.get_msg(bench.name, 1)
    assert len(largest.data or b"") == client.max_payload


async def test_headers_that_cannot_be_written_are_refused_by_the_client(bench: Bench) -> None:
    await bench.make()
    for name in ("a:b", "a b", "é", "a\x00"):
        with raises(BadHeaderError):
            await bench.js.publish(bench.on("m"), b"", headers={name: "x"})
    await bench.put("m", headers={" X ": " a\r\nb ", " ": "nothing"})
    [message] = await fetched(await bench.consumer())
    assert message.headers == {"X": "a  b"}


async def test_what_looks_like_a_word_of_the_server_is_fetched_like_any_other(bench: Bench) -> None:
    await bench.make()
    for status in ("100", "404", "408", "409", "503", "x"):
        await bench.put("m", headers={"Status": status, "Description": "Idle Heartbeat"})
    await bench.put("m")
    found = await fetched(await bench.consumer())
    assert seqs(found) == [1, 2, 3, 4, 5, 6, 7]
