"""The relay: publish, then remove."""

import asyncio

from pytest import mark

from services.common.aggregate import Aggregates
from services.common.messaging import ensure_stream
from services.common.outbox import RETRY_S, SWEEP_S
from tests.services.common.bench import Bench, created, run_for, told, updated


async def fill(bench: Bench, id: str = "t", versions: int = 1) -> None:
    await ensure_stream(bench.jetstream)
    events = [created(id), *(updated(version, id) for version in range(1, versions))]
    things = Aggregates(bench.documents, bench.outbox)
    await things.insert({"_id": id, "version": versions - 1}, events)


async def waiting(bench: Bench) -> list[str]:
    found = await bench.documents.find({}).to_list()
    return [entry["id"] for document in found for entry in document["outbox"]]


def losing(verb: str, leg: str, times: int):
    left = [times]

    def loses(lost_verb: str, lost_leg: str) -> bool:
        if (lost_verb, lost_leg) != (verb, leg) or left[0] == 0:
            return False
        left[0] -= 1
        return True

    return loses


def test_events_are_published_in_their_order_and_then_removed():
    async def story(bench: Bench):
        await fill(bench, versions=4)
        await bench.outbox.publish_waiting()
        return [message.msg_id for message in bench.stored()], await waiting(bench)

    assert told(story) == (["t-0", "t-1", "t-2", "t-3"], [])


def test_what_cannot_be_published_keeps_back_no_other_aggregate():
    async def story(bench: Bench):
        await fill(bench, "a", versions=2)
        await fill(bench, "b")
        await fill(bench, "c")
        await bench.documents.update_one({"_id": "a"}, {"$set": {"outbox.0.id": "x" * 2_000_000}})
        await run_for(bench.outbox.run(), 60)
        failed = [it for it in bench.said if it["event"] == "failed"]
        return [message.msg_id for message in bench.stored()], await waiting(bench), failed

    stored, left, failed = told(story)
    assert stored == ["b-0", "c-0"]
    assert [id[-3:] for id in left] == ["xxx", "a-1"]
    assert failed


def test_an_event_is_removed_only_after_the_broker_has_it():
    async def story(bench: Bench):
        await fill(bench, versions=2)
        kept = []

        async def remove(document_id: str, entry) -> None:
            kept.append((len(bench.stored()), entry["id"]))

        bench.outbox.remove = remove
        await bench.outbox.publish_waiting()
        return kept

    assert told(story) == [(1, "t-0"), (2, "t-1")]


@mark.parametrize("leg", ["request", "answer"])
def test_an_event_whose_publication_was_not_acknowledged_is_published_again(leg):
    async def story(bench: Bench):
        await fill(bench, versions=2)
        bench.to_nats.loses = losing("publish", leg, times=3)
        await run_for(bench.outbox.run(), 60)
        return [message.msg_id for message in bench.stored()], await waiting(bench)

    assert told(story) == (["t-0", "t-1"], [])


def test_a_relay_that_dies_between_publishing_and_removing_publishes_again():
    async def story(bench: Bench):
        await fill(bench)
        bench.to_mongo.loses = losing("update_one", "request", times=1)
        await run_for(bench.outbox.run(), 60)
        return [seen.fields["duplicate"] for seen in bench.broker("stored")], await waiting(bench)

    assert told(story) == ([False, True], [])


def test_a_change_that_was_never_announced_is_found_at_the_start():
    async def story(bench: Bench):
        await fill(bench)  # and here the process that would have published it died
        bench.outbox = type(bench.outbox)(
            bench.documents, bench.jetstream, bench.clock, bench.telemetry
        )
        await run_for(bench.outbox.run(), 1)
        return [message.msg_id for message in bench.stored()]

    assert told(story) == ["t-0"]


def test_a_new_change_is_announced_at_once():
    async def story(bench: Bench):
        await ensure_stream(bench.jetstream)
        relay = asyncio.ensure_future(bench.outbox.run())
        await asyncio.sleep(SWEEP_S / 2)
        await fill(bench)
        await asyncio.sleep(0.001)
        relay.cancel()
        return len(bench.stored())

    assert told(story) == 1


def test_what_nobody_rang_for_is_swept_up():
    async def story(bench: Bench):
        await ensure_stream(bench.jetstream)
        relay = asyncio.ensure_future(bench.outbox.run())
        await asyncio.sleep(1)
        bench.outbox.wake = lambda: None  # as if another process had written
        await fill(bench)
        await asyncio.sleep(SWEEP_S / 2)
        early = len(bench.stored())
        await asyncio.sleep(SWEEP_S / 2)
        relay.cancel()
        return early, len(bench.stored())

    assert told(story) == (0, 1)


@mark.parametrize("entry", [{"id": "x" * 2_000_000}, {"specversion": "0.3"}, {"traceparent": None}])
def test_one_entry_that_cannot_be_published_leaves_the_service_ready(entry):
    async def story(bench: Bench):
        await fill(bench, "a")
        change = {f"outbox.0.{name}": value for name, value in entry.items()}
        await bench.documents.update_one({"_id": "a"}, {"$set": change})
        relay = asyncio.ensure_future(bench.outbox.run())
        await asyncio.sleep(10)
        await fill(bench, "b")
        await asyncio.sleep(2 * RETRY_S)
        relay.cancel()
        failed = sum(it["event"] == "failed" for it in bench.said)
        return bench.telemetry.health.ailing(), len(bench.stored()), failed > 0

    assert told(story) == ([], 1, True)


@mark.parametrize("server", ["to_mongo", "to_nats"])
def test_the_relay_outlives_its_servers(server):
    async def story(bench: Bench):
        await fill(bench)
        getattr(bench, server).down = True
        relay = asyncio.ensure_future(bench.outbox.run())
        await asyncio.sleep(100 * RETRY_S)
        getattr(bench, server).down = False
        await asyncio.sleep(10 * RETRY_S)
        relay.cancel()
        assert "outage" in {said["event"] for said in bench.said}
        return [message.msg_id for message in bench.stored()], await waiting(bench)

    assert told(story) == (["t-0"], [])


def test_what_is_stuck_keeps_nobody_waiting_and_is_tried_once_a_second():
    async def story(bench: Bench):
        await fill(bench, "a")
        await bench.documents.update_one({"_id": "a"}, {"$set": {"outbox.0.id": "x" * 2_000_000}})
        relay = asyncio.ensure_future(bench.outbox.run())
        await asyncio.sleep(10.5 * RETRY_S)
        stored = []
        for number in range(50):  # within one second
            await fill(bench, f"b{number}")
            await asyncio.sleep(0.02 * RETRY_S)
            stored.append(len(bench.stored()))
        relay.cancel()
        return stored, sum(it["event"] == "failed" for it in bench.said)

    stored, failed = told(story)
    assert stored == list(range(1, 51))
    assert failed in (11, 12)


def test_a_stored_message_carries_the_trace_and_the_type_as_subject():
    async def story(bench: Bench):
        await fill(bench)
        await bench.outbox.publish_waiting()
        [message] = bench.stored()
        return message.subject, sorted(message.headers)

    assert told(story) == ("ticket.created", ["Nats-Msg-Id", "traceparent"])


def test_what_announces_nothing_calls_no_relay():
    async def story(bench: Bench):
        await fill(bench)
        running = asyncio.create_task(bench.outbox.run())
        await asyncio.sleep(1)
        looks = bench.to_mongo.carried.count(("find", bench.documents.name))
        things = Aggregates(bench.documents, bench.outbox)
        await things.insert({"_id": "u", "version": 0}, [])
        await things.commit(0, {"_id": "u", "version": 1}, [])
        await asyncio.sleep(1)
        running.cancel()
        return bench.to_mongo.carried.count(("find", bench.documents.name)) - looks

    assert told(story) == 0
