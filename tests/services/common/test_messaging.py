"""The consume loop: acknowledge after the effect, send back what is too early, park the rest."""

import asyncio
from itertools import pairwise

import nats.errors
import pymongo.errors
import redis.exceptions
from pytest import approx, mark

from services.common.errors import NotFound
from services.common.events import TicketCreated, TicketUpdated
from services.common.messaging import (
    ACK_WAIT_S,
    DEAD_LETTERS,
    LONGEST_DELAY_S,
    PARK_AFTER,
    PARK_AFTER_S,
    delay_s,
)
from services.common.versioning import Decision, is_next
from tests.services.common.bench import Bench, created, run_for, told, updated


class Replica:
    """A handler that follows one ticket by the rule."""

    def __init__(self) -> None:
        self.versions: list[int] = []

    async def __call__(self, event: TicketCreated) -> Decision:
        applied = len(self.versions) - 1
        if not is_next("ticket t", applied=applied, announced=event.version):
            return Decision.DUPLICATE
        self.versions.append(event.version)
        return Decision.APPLY

    @property
    def handlers(self):
        return {TicketCreated: self, TicketUpdated: self}


def failing(error: Exception, times: int = 1_000):
    """Return handlers that fail so often, and then follow by the rule."""
    replica, left = Replica(), [times]

    async def fail(event: TicketCreated) -> Decision:
        if event.id == "t" and left[0]:
            left[0] -= 1
            raise error
        return await replica(event)

    return {TicketCreated: fail, TicketUpdated: replica}, replica


def decisions(bench: Bench) -> list[tuple[int, str]]:
    return [(it["version"], it["decision"]) for it in bench.said if it["event"] == "decided"]


def test_a_message_is_acknowledged_after_its_effect_and_not_before():
    async def story(bench: Bench):
        acknowledged_at_the_end = []

        async def slow(event: TicketCreated) -> Decision:
            await asyncio.sleep(5)
            acknowledged_at_the_end.append(bench.broker("acked"))
            return Decision.APPLY

        await bench.publish(created())
        await run_for(bench.consumer({TicketCreated: slow}).run(), 20)
        return acknowledged_at_the_end, bench.broker("acked")

    at_the_end, acknowledged = told(story)
    assert at_the_end == [[]]
    assert [seen.at_s for seen in acknowledged] == [5]


def test_a_message_whose_handler_died_with_its_process_comes_again():
    async def story(bench: Bench):
        async def dies(event):
            await asyncio.sleep(process.cancel() * 60)

        await bench.publish(created())
        process = asyncio.ensure_future(bench.consumer({TicketCreated: dies}).run())
        await asyncio.wait([process])
        replica = Replica()
        await run_for(bench.consumer(replica.handlers).run(), ACK_WAIT_S + 1)
        return replica.versions, len(bench.broker("acked"))

    assert told(story) == ([0], 1)


@mark.parametrize("lost", [1, 2])
def test_a_message_whose_acknowledgement_was_lost_is_a_duplicate(lost):
    async def story(bench: Bench):
        left = [lost]

        def loses(verb: str, leg: str) -> bool:
            if verb == "ack" and left[0]:
                left[0] -= 1
                return True
            return False

        bench.to_nats.loses = loses
        await bench.publish(created())
        replica = Replica()
        await run_for(bench.consumer(replica.handlers).run(), 4 * ACK_WAIT_S)
        return decisions(bench), replica.versions

    assert told(story) == ([(0, "apply")] + [(0, "duplicate")] * lost, [0])


def test_versions_that_overtake_each_other_are_applied_in_their_order():
    async def story(bench: Bench):
        await bench.publish(updated(3), updated(1), updated(2), created())
        replica = Replica()
        await run_for(bench.consumer(replica.handlers).run(), 10)
        return replica.versions, {seen.fields["seq"] for seen in bench.broker("acked")}

    assert told(story) == ([0, 1, 2, 3], {1, 2, 3, 4})


def test_a_gap_is_sent_back_with_a_growing_delay_and_never_parked():
    async def story(bench: Bench):
        await bench.publish(updated(1))
        replica = Replica()
        consumer = asyncio.ensure_future(bench.consumer(replica.handlers).run())
        await asyncio.sleep(3_600)
        await bench.publish(created())
        await asyncio.sleep(LONGEST_DELAY_S + 1)
        consumer.cancel()
        return (
            [seen.at_s for seen in bench.broker("delivered")],
            replica.versions,
            bench.stored(DEAD_LETTERS),
        )

    moments, versions, parked = told(story)
    waits = [later - earlier for earlier, later in pairwise(moments)]
    assert waits[:10] == approx([delay_s(attempt) for attempt in range(1, 11)], abs=0.001)
    assert waits[20] == approx(LONGEST_DELAY_S, abs=0.001)
    assert (versions, parked) == ([0, 1], [])


@mark.parametrize("error", [ValueError("no\nsuch  thing"), NotFound("ticket t"), KeyError("t")])
def test_a_message_that_fails_for_a_reason_of_its_own_is_parked_with_it(error):
    async def story(bench: Bench):
        handlers, _ = failing(error)
        await bench.publish(created("t"), traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01")
        await run_for(bench.consumer(handlers).run(), 300)
        return bench

    bench = told(story)
    [letter] = bench.stored(DEAD_LETTERS)
    assert letter.subject == "dead-letter.orders.ticket.created"
    assert letter.data == bench.stored("ticket.created")[0].data
    assert letter.headers["Boxoffice-Reason"].startswith(type(error).__name__)
    assert "\n" not in letter.headers["Boxoffice-Reason"]
    assert letter.headers["Boxoffice-Sequence"] == "1"
    assert letter.headers["traceparent"].startswith("00-aaaa")
    assert len(bench.broker("delivered")) >= PARK_AFTER
    [ended] = bench.broker("termed")
    assert PARK_AFTER_S <= ended.at_s <= PARK_AFTER_S + LONGEST_DELAY_S
    assert [it["type"] for it in bench.said if it["event"] == "parked"] == ["ticket.created"]


def test_a_message_that_fails_less_often_is_applied_in_the_end():
    async def story(bench: Bench):
        handlers, replica = failing(ValueError("not yet"), PARK_AFTER - 1)
        await bench.publish(created())
        await run_for(bench.consumer(handlers).run(), 300)
        return replica.versions, bench.stored(DEAD_LETTERS)

    assert told(story) == ([0], [])


def test_a_message_that_fails_blocks_no_other():
    async def story(bench: Bench):
        handled = []

        async def fail_once_in_a_while(event: TicketCreated) -> Decision:
            if event.id == "t":
                raise ValueError("poison")
            handled.append(event.id)
            return Decision.APPLY

        await bench.publish(created("t"), created("u"), created("v"))
        await run_for(bench.consumer({TicketCreated: fail_once_in_a_while}).run(), 0.01)
        return handled

    assert told(story) == ["u", "v"]


@mark.parametrize("payload", [b"", b"poison", b"\xff", b"{}", b"[" * 50_000, b'{"type": "x"}'])
def test_what_cannot_be_decoded_is_parked_at_once(payload):
    async def story(bench: Bench):
        replica = Replica()
        await bench.put("ticket.created", payload)
        await bench.publish(created())
        await run_for(bench.consumer(replica.handlers).run(), 60)
        return bench.stored(DEAD_LETTERS), replica.versions, len(bench.broker("delivered"))

    [letter], versions, delivered = told(story)
    assert letter.data == payload
    assert letter.headers["Boxoffice-Reason"]
    assert (versions, delivered) == ([0], 2)


def test_an_event_under_the_subject_of_another_is_parked():
    async def story(bench: Bench):
        replica = Replica()
        await bench.publish(created("t"))
        payload = bench.stored()[0].data.replace(b"ticket.created", b"payment.created")
        await bench.put("ticket.created", payload)
        await run_for(bench.consumer(replica.handlers).run(), 300)
        return len(bench.stored(DEAD_LETTERS)), replica.versions

    assert told(story) == (1, [0])


@mark.parametrize(
    "outage",
    [
        pymongo.errors.AutoReconnect("gone"),
        pymongo.errors.ServerSelectionTimeoutError("gone"),
        redis.exceptions.ConnectionError("gone"),
        nats.errors.TimeoutError(),
        ConnectionResetError("gone"),
        TimeoutError("gone"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_outage_never_parks_a_message(outage):
    async def story(bench: Bench):
        handlers, replica = failing(outage, 10 * PARK_AFTER)
        await bench.publish(created())
        await run_for(bench.consumer(handlers).run(), 10 * PARK_AFTER * LONGEST_DELAY_S)
        return replica.versions, bench.stored(DEAD_LETTERS)

    assert told(story) == ([0], [])


def test_failures_during_an_outage_do_not_count_against_the_message():
    async def story(bench: Bench):
        errors = [TimeoutError(), ValueError("own")] * (PARK_AFTER - 1)
        replica = Replica()

        async def fail(event: TicketCreated) -> Decision:
            if errors:
                raise errors.pop()
            return await replica(event)

        await bench.publish(created())
        await run_for(bench.consumer({TicketCreated: fail}).run(), 600)
        return replica.versions, bench.stored(DEAD_LETTERS)

    assert told(story) == ([0], [])


def test_the_consumer_outlives_the_broker():
    async def story(bench: Bench):
        replica = Replica()
        await bench.publish(created())
        consumer = asyncio.ensure_future(bench.consumer(replica.handlers).run())
        await asyncio.sleep(1)
        bench.to_nats.down = True
        await asyncio.sleep(300)
        bench.to_nats.down = False
        await bench.publish(updated(1))
        await asyncio.sleep(300)
        consumer.cancel()
        return replica.versions

    assert told(story) == [0, 1]


def test_a_consumer_that_starts_before_the_stream_makes_it():
    async def story(bench: Bench):
        replica = Replica()
        consumer = asyncio.ensure_future(bench.consumer(replica.handlers).run())
        await asyncio.sleep(1)
        await bench.publish(created())
        await asyncio.sleep(1)
        consumer.cancel()
        return replica.versions

    assert told(story) == [0]


def test_a_rewound_consumer_is_told_everything_again():
    async def story(bench: Bench):
        await bench.publish(created(), updated(1))
        before, after = Replica(), Replica()
        await run_for(bench.consumer(before.handlers).run(), 10)
        consumer = bench.consumer(after.handlers)
        await consumer.rewind()
        await run_for(consumer.run(), 10)
        return before.versions, after.versions

    assert told(story) == ([0, 1], [0, 1])
