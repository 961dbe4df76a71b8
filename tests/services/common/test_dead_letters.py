"""Dead letters: found in their order, replayed to whom they are for, removed only after that."""

import asyncio

import nats.errors
from pytest import mark, raises

from services.common import tracing
from services.common.dead_letters import DeadLetters, NoSuchLetter
from services.common.events import TicketCreated, TicketUpdated
from services.common.messaging import DEAD_LETTERS, PARK_AFTER_S, REPLAYS, STREAM
from services.common.telemetry import Telemetry
from services.common.versioning import Decision
from tests.services.common.bench import Bench, created, run_for, told, updated

LONG_S = PARK_AFTER_S + 60  # after which whatever fails has been parked


class Ledger:
    """What a service has applied; it fails for a reason of its own until it is mended."""

    def __init__(self) -> None:
        self.mended = False
        self.applied: list[tuple[str, int]] = []

    async def __call__(self, event: TicketCreated) -> Decision:
        if event.id == "poison" and not self.mended:
            raise ValueError("no café in the index")
        if (event.id, event.version) in self.applied:
            return Decision.DUPLICATE
        self.applied.append((event.id, event.version))
        return Decision.APPLY

    @property
    def handlers(self):
        return {TicketCreated: self, TicketUpdated: self}


async def parked(bench: Bench, ledger: Ledger, *events: TicketCreated) -> list:
    await bench.publish(*events)
    await run_for(bench.consumer(ledger.handlers).run(), LONG_S)
    return [letter async for letter in DeadLetters(bench.jetstream).each()]


def test_a_letter_says_who_has_parked_what_and_why():
    async def story(bench: Bench):
        [letter] = await parked(bench, Ledger(), created("t"), created("poison"))
        return letter

    letter = told(story)
    assert (letter.service, letter.type) == ("orders", "ticket.created")
    assert (letter.subject, letter.version) == ("poison", 0)
    assert letter.reason == "ValueError: no café in the index"
    assert letter.headers["Boxoffice-Sequence"] == "2"


def test_letters_come_in_the_order_in_which_they_were_parked():
    async def story(bench: Bench):
        await bench.put("ticket.created", b"{")
        await bench.put("ticket.updated", b"\xff\xfe")
        return await parked(bench, Ledger(), created("t"))

    found = told(story)
    assert [it.type for it in found] == ["ticket.created", "ticket.updated"]
    assert [it.sequence for it in found] == sorted(it.sequence for it in found)
    assert [(it.subject, it.version) for it in found] == [(None, None)] * 2


def test_a_replayed_message_is_applied_once_and_its_letter_is_gone():
    async def story(bench: Bench):
        ledger = Ledger()
        [letter] = await parked(bench, ledger, created("t"), created("poison"))
        ledger.mended = True
        await DeadLetters(bench.jetstream).replay(letter)
        left = await parked(bench, ledger)
        await DeadLetters(bench.jetstream).replay(letter)  # again, by somebody who did not know
        await parked(bench, ledger)
        return ledger.applied, left, bench.nats.consumer(STREAM, "orders")

    applied, left, consumer = told(story)
    assert applied == [("t", 0), ("poison", 0)]
    assert left == []
    assert (consumer.num_pending, len(consumer.ledger.outstanding)) == (0, 0)


def test_a_replayed_message_goes_on_with_the_trace_of_its_publisher():
    async def story(bench: Bench):
        traceparent = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
        traces = []

        async def look(event: TicketCreated) -> Decision:
            traces.append(tracing.current())
            raise ValueError("again")

        await bench.publish(created("poison"), traceparent=traceparent)
        await run_for(bench.consumer({TicketCreated: look}).run(), LONG_S)
        [letter] = [it async for it in DeadLetters(bench.jetstream).each()]
        del traces[:]
        await DeadLetters(bench.jetstream).replay(letter)
        await run_for(bench.consumer({TicketCreated: look}).run(), 1)
        return traces[0]

    assert told(story).startswith("00-aaaa")


def test_a_replay_reaches_only_the_service_whose_letter_it_is():
    async def story(bench: Bench):
        [letter] = await parked(bench, Ledger(), created("poison"))
        seen: dict[str, list] = {}
        for name in ("orders", "payments", "tickets"):
            bench.telemetry.service = name
            ledger = Ledger()
            ledger.mended = True
            await run_for(bench.consumer(ledger.handlers).run(), LONG_S)
            ledger.applied.clear()
            seen[name] = ledger.applied
            if name == "orders":
                await DeadLetters(bench.jetstream).replay(letter)
            await run_for(bench.consumer(ledger.handlers).run(), LONG_S)
        return seen

    assert told(story) == {"orders": [("poison", 0)], "payments": [], "tickets": []}


def test_one_message_that_three_services_park_stays_three_letters_however_often_they_are_replayed():
    async def story(bench: Bench):
        consumers = []
        for name in ("orders", "payments", "tickets"):
            bench.telemetry = Telemetry(name, bench.telemetry.log)
            consumers.append(asyncio.ensure_future(bench.consumer(Ledger().handlers).run()))
        await bench.publish(created("poison"))
        counts = []
        for _ in range(4):
            await asyncio.sleep(LONG_S)
            letters = [it async for it in DeadLetters(bench.jetstream).each()]
            counts.append([(it.sequence, it.service) for it in letters])
            for letter in letters:
                await DeadLetters(bench.jetstream).replay(letter)
        for consumer in consumers:
            consumer.cancel()
        return counts

    first, *later = told(story)
    assert {service for _, service in first} == {"orders", "payments", "tickets"}
    assert later == [first] * 3


def test_a_message_that_a_stranger_asks_for_is_neither_taken_nor_removed():
    async def story(bench: Bench):
        await bench.publish(created("t"), created("u"))
        ledger = Ledger()
        for number in ("1", "2", "99", "", "-1", "x", "٣", "9" * 30):
            headers = {"Boxoffice-Letter": number}
            await bench.put(f"{REPLAYS}.orders.ticket.created", b"", **headers)
        await bench.put(f"{REPLAYS}.orders.ticket.created", b"{")
        await run_for(bench.consumer(ledger.handlers).run(), LONG_S)
        outstanding = bench.nats.consumer(STREAM, "orders").ledger.outstanding
        return ledger.applied, bench.stored("ticket."), bench.stored(DEAD_LETTERS), outstanding

    applied, stored, letters, outstanding = told(story)
    assert (applied, len(stored), letters, outstanding) == ([("t", 0), ("u", 0)], 2, [], {})


def test_a_version_that_waited_for_a_parked_one_is_applied_after_its_replay():
    async def story(bench: Bench):
        versions: list[int] = []
        broken = [True]

        async def follow(event: TicketCreated) -> Decision:
            if event.version == 0 and broken[0]:
                raise ValueError
            if event.version > len(versions):
                return Decision.GAP
            versions.append(event.version)
            return Decision.APPLY

        handlers = {TicketCreated: follow, TicketUpdated: follow}
        await bench.publish(created("t"), updated(1))
        await run_for(bench.consumer(handlers).run(), LONG_S)
        before = list(versions)
        [letter] = [it async for it in DeadLetters(bench.jetstream).each()]
        broken[0] = False
        await DeadLetters(bench.jetstream).replay(letter)
        await run_for(bench.consumer(handlers).run(), LONG_S)
        return before, versions

    assert told(story) == ([], [0, 1])


def test_the_letter_stays_until_the_message_is_applied():
    async def story(bench: Bench):
        [letter] = await parked(bench, Ledger(), created("poison"))
        bench.to_nats.loses = lambda verb, leg: verb == "publish"
        with raises(nats.errors.Error):
            await DeadLetters(bench.jetstream).replay(letter)
        bench.to_nats.loses = lambda verb, leg: False
        return bench.stored(DEAD_LETTERS)

    assert len(told(story)) == 1


def test_what_fails_again_is_the_same_letter():
    async def story(bench: Bench):
        ledger = Ledger()
        [letter] = await parked(bench, ledger, created("poison"))
        await DeadLetters(bench.jetstream).replay(letter)
        [again] = await parked(bench, ledger)
        ledger.mended = True
        await DeadLetters(bench.jetstream).replay(again)
        return letter, again, await parked(bench, ledger), ledger.applied

    first, second, left, applied = told(story)
    assert second == first
    assert (left, applied) == ([], [("poison", 0)])


def test_a_letter_that_is_discarded_while_it_is_replayed_is_not_applied():
    async def story(bench: Bench):
        ledger = Ledger()
        [letter] = await parked(bench, ledger, created("poison"))
        letters = DeadLetters(bench.jetstream)
        await letters.replay(letter)
        await letters.discard(letter)
        ledger.mended = True
        return await parked(bench, ledger), ledger.applied

    assert told(story) == ([], [])


def test_letters_that_are_parked_meanwhile_are_left_for_the_next_time():
    async def story(bench: Bench):
        await parked(bench, Ledger(), created("poison"))
        seen = 0
        async for letter in DeadLetters(bench.jetstream).each():
            seen += 1
            if seen > 1:
                break  # or this would go on for ever
            await bench.put(f"{DEAD_LETTERS}.orders.{letter.type}", b"{")
        return seen, len(bench.stored(DEAD_LETTERS))

    assert told(story) == (1, 2)


def test_a_discarded_letter_is_gone_and_discarding_it_again_is_no_error():
    async def story(bench: Bench):
        [letter] = await parked(bench, Ledger(), created("poison"))
        letters = DeadLetters(bench.jetstream)
        await letters.discard(letter)
        await letters.discard(letter)
        return bench.stored(DEAD_LETTERS)

    assert told(story) == []


@mark.parametrize("sequence", [1, 2, 4])
def test_only_a_dead_letter_is_found_by_its_number(sequence):
    async def story(bench: Bench):
        [letter] = await parked(bench, Ledger(), created("t"), created("poison"))
        assert letter.sequence == 3
        await DeadLetters(bench.jetstream).find(sequence)

    with raises(NoSuchLetter, match=f"there is no dead letter {sequence}"):
        told(story)


@mark.parametrize("payload", [b"", b"{", b"[]", b"3", b'{"data": 1}', b"[" * 100_000])
def test_whatever_was_parked_can_be_read(payload):
    async def story(bench: Bench):
        await bench.put("ticket.created", payload)
        [letter] = await parked(bench, Ledger())
        return letter

    letter = told(story)
    assert (letter.payload, letter.subject, letter.version) == (payload, None, None)
