"""Dead letters: found in their order, replayed to whom they are for, removed only after that."""

import nats.errors
from pytest import mark, raises

from services.common.dead_letters import DeadLetters, NoSuchLetter
from services.common.events import TicketCreated, TicketUpdated
from services.common.messaging import DEAD_LETTERS
from services.common.versioning import Decision
from tests.services.common.bench import Bench, created, run_for, told, updated

LONG_S = 60


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
        return ledger.applied, left, bench.stored("ticket.")

    applied, left, stored = told(story)
    assert applied == [("t", 0), ("poison", 0)]
    assert left == []
    assert stored[-1].data == stored[-2].data


def test_a_replayed_message_carries_what_its_publisher_said_and_nothing_of_the_letter():
    async def story(bench: Bench):
        headers = {"Nats-Msg-Id": "poison-0", "traceparent": "00-1-2-01"}
        await bench.publish(created("poison"), **headers)
        [letter] = await parked(bench, Ledger())
        await DeadLetters(bench.jetstream).replay(letter)
        return bench.stored("ticket.")[-1].headers, letter.sequence

    headers, sequence = told(story)
    assert headers == {"Nats-Msg-Id": f"replay-{sequence}", "traceparent": "00-1-2-01"}


def test_who_has_applied_the_message_before_takes_a_replay_for_a_duplicate():
    async def story(bench: Bench):
        [letter] = await parked(bench, Ledger(), created("poison"))
        bench.telemetry.service = "payments"
        other = Ledger()
        other.mended = True
        await run_for(bench.consumer(other.handlers).run(), LONG_S)
        await DeadLetters(bench.jetstream).replay(letter)
        await run_for(bench.consumer(other.handlers).run(), LONG_S)
        return other.applied, bench.said[-1]["decision"]

    assert told(story) == ([("poison", 0)], "duplicate")


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


def test_the_letter_stays_until_the_message_is_stored_again():
    async def story(bench: Bench):
        [letter] = await parked(bench, Ledger(), created("poison"))
        bench.to_nats.loses = lambda verb, leg: verb == "publish"
        with raises(nats.errors.Error):
            await DeadLetters(bench.jetstream).replay(letter)
        bench.to_nats.loses = lambda verb, leg: False
        return bench.stored(DEAD_LETTERS)

    assert len(told(story)) == 1


def test_what_fails_again_is_parked_again_under_a_new_number():
    async def story(bench: Bench):
        ledger = Ledger()
        [letter] = await parked(bench, ledger, created("poison"))
        await DeadLetters(bench.jetstream).replay(letter)
        [again] = await parked(bench, ledger)
        ledger.mended = True
        await DeadLetters(bench.jetstream).replay(again)
        return letter.sequence, again.sequence, await parked(bench, ledger), ledger.applied

    first, second, left, applied = told(story)
    assert second > first
    assert (left, applied) == ([], [("poison", 0)])


def test_letters_that_are_parked_meanwhile_are_left_for_the_next_time():
    async def story(bench: Bench):
        ledger = Ledger()
        await parked(bench, ledger, created("poison"))
        seen = 0
        async for letter in DeadLetters(bench.jetstream).each():
            seen += 1
            if seen > 1:
                break  # or this would go on for ever
            await DeadLetters(bench.jetstream).replay(letter)
            await run_for(bench.consumer(ledger.handlers).run(), LONG_S)
        return seen, len(bench.stored(DEAD_LETTERS))

    assert told(story) == (1, 1)


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
