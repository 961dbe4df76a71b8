"""Messages about different aggregates are taken side by side, those about one in their order."""

import asyncio

from pytest import mark

from services.common.events import (
    ExpirationComplete,
    OrderCancelled,
    OrderedTicket,
    PaymentCreated,
    TicketCreated,
    TicketUpdated,
)
from services.common.messaging import ACK_WAIT_S, IN_HAND
from services.common.versioning import Decision
from tests.services.common.bench import Bench, created, run_for, told, updated

TAKES_S = 1.0


class Slow:
    """Handlers that take a second each, and how many of them are at it."""

    def __init__(self) -> None:
        self.at_work = self.most = 0
        self.done: list[tuple[str, int]] = []

    async def __call__(self, event: TicketCreated) -> Decision:
        self.at_work += 1
        self.most = max(self.most, self.at_work)
        try:
            await asyncio.sleep(TAKES_S)
        finally:
            self.at_work -= 1
        self.done.append((event.id, event.version))
        return Decision.APPLY

    @property
    def handlers(self):
        return {TicketCreated: self, TicketUpdated: self}


def acknowledged(bench: Bench) -> list[tuple[float, int]]:
    return [(it.at_s, it.fields["seq"]) for it in bench.broker("acked")]


def test_who_has_nothing_to_do_with_each_other_waits_for_nobody():
    async def story(bench: Bench):
        slow = Slow()
        await bench.publish(created("a"), created("b"), updated(1, "a"), created("c"))
        await run_for(bench.consumer(slow.handlers).run(), 10)
        return slow.done, acknowledged(bench)

    done, acked = told(story)
    assert done == [("a", 0), ("b", 0), ("c", 0), ("a", 1)]
    assert acked == [(1, 1), (1, 2), (1, 4), (2, 3)]  # each when its own effect is stored


def test_so_many_are_in_hand_and_no_more():
    async def story(bench: Bench):
        slow = Slow()
        await bench.publish(*(created(str(number)) for number in range(3 * IN_HAND)))
        await run_for(bench.consumer(slow.handlers).run(), 10)
        return slow.most, acknowledged(bench)

    most, acked = told(story)
    assert most == IN_HAND
    assert [at_s for at_s, _ in acked] == [1] * IN_HAND + [2] * IN_HAND + [3] * IN_HAND


def test_one_that_hangs_holds_up_its_own_aggregate_alone():
    async def story(bench: Bench):
        slow = Slow()

        async def hangs(event: TicketCreated) -> Decision:
            if event.id == "stuck":
                await asyncio.sleep(ACK_WAIT_S - 1)
            return await slow(event)

        await bench.publish(created("stuck"), updated(1, "stuck"), created("a"), updated(1, "a"))
        handlers = {TicketCreated: hangs, TicketUpdated: slow}
        await run_for(bench.consumer(handlers).run(), 10)
        return slow.done

    assert told(story) == [("a", 0), ("a", 1)]


def test_what_was_in_hand_when_the_process_died_comes_again():
    async def story(bench: Bench):
        slow = Slow()
        await bench.publish(*(created(str(number)) for number in range(20)))
        await run_for(bench.consumer(slow.handlers).run(), TAKES_S / 2)
        before, at_work = list(slow.done), slow.at_work
        await run_for(bench.consumer(slow.handlers).run(), ACK_WAIT_S + 5)
        return before, at_work, slow.done, acknowledged(bench)

    before, at_work, done, acked = told(story)
    assert (before, at_work) == ([], 0)
    assert sorted(done) == sorted((str(number), 0) for number in range(20))
    assert len(acked) == 20


def test_one_seed_is_one_order():
    async def story(bench: Bench):
        slow = Slow()
        await bench.publish(*(updated(v, f"{n % 7}") for n in range(40) for v in (n,)))
        await run_for(bench.consumer(slow.handlers).run(), 30)
        return slow.done, acknowledged(bench)

    assert told(story) == told(story)


@mark.parametrize(
    ("event", "ids"),
    [
        (updated(1), ("t",)),
        (updated(1).model_copy(update={"order_id": "o"}), ("t", "o")),
        (
            OrderCancelled(id="o", version=1, reason="user", ticket=OrderedTicket(id="t")),
            ("o", "t"),
        ),
        (ExpirationComplete(order_id="o"), ("o",)),
        (
            PaymentCreated(id="p", version=0, order_id="o", stripe_id="ch_1", amount=1),
            ("p", "o"),
        ),
    ],
    ids=lambda it: getattr(it, "type", ""),
)
def test_an_event_names_all_that_it_is_about(event, ids):
    assert event.aggregate_ids == ids
