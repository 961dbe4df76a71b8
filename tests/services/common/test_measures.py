"""What /metrics measures when it is read: the outbox, the consumer and the timers."""

import asyncio
import re
from math import isnan, nan

from pytest import approx

from services.common.events import TicketCreated
from services.common.messaging import IN_HAND, STREAM
from services.common.versioning import Decision
from tests.services.common.bench import Bench, created, told
from tests.services.common.test_operator_routes import ask


def measures(page: str) -> dict[str, float]:
    found = re.findall(
        r"^boxoffice_((?:outbox|consumer|dead|timers)_\w+) (\S+)$", page, re.MULTILINE
    )
    return {name: float(value) for name, value in found}


async def measured(shop, service: str) -> dict[str, float]:
    return measures((await ask(shop, service, "/metrics")).text)


IDLE = {
    "outbox_events": 0,
    "outbox_oldest_age_seconds": 0,
    "consumer_lag": 0,
    "consumer_unacked": 0,
    "dead_letters": 0,
}


def test_a_service_at_rest_has_nothing_waiting(play):
    async def script(shop):
        await shop.sleep(5)
        return [await measured(shop, service) for service in ("tickets", "orders", "payments")]

    assert play(script) == [IDLE] * 3


def test_events_that_cannot_be_published_are_counted_and_grow_old(play):
    async def script(shop):
        await shop.sleep(1)
        sue = await shop.person("sue")
        shop.world.crash("nats")
        await shop.ticket(sue)
        await shop.sleep(40)
        return await measured(shop, "tickets")

    found = play(script)
    assert found["outbox_events"] == 1
    assert found["outbox_oldest_age_seconds"] == approx(40, abs=5)


def test_what_was_delivered_and_what_was_not_yet_is_told_apart():
    async def story(bench: Bench):
        async def slow(_: TicketCreated) -> Decision:
            await asyncio.sleep(1_000)
            return Decision.APPLY

        await bench.publish(*(created(f"t{number}") for number in range(IN_HAND + 3)))
        consumer = bench.consumer({TicketCreated: slow})
        taking = asyncio.create_task(consumer.run())
        await asyncio.sleep(5)
        taken = await consumer.measure()
        taking.cancel()
        return taken

    assert told(story) == {
        "consumer_lag": 3,
        "consumer_unacked": IN_HAND,
        "dead_letters": 0,
    }


def test_letters_are_counted_until_they_are_gone_also_by_a_later_life(play):
    async def script(shop):
        counts = []

        async def count() -> None:
            await shop.sleep(5)
            found = [(await measured(shop, it))["dead_letters"] for it in ("tickets", "orders")]
            counts.append(found)

        await shop.sleep(1)
        broker = shop.world.backends.nats
        for type in ("ticket.created", "ticket.updated"):
            broker.publish(type, b"no event of ours", {})
        await count()
        shop.world.crash("orders", down_s=1)
        await count()
        for letter in list(broker.stream(STREAM).since(3)):
            broker.stream(STREAM).delete(letter.seq)
            await count()
        return counts

    assert play(script) == [[0, 2], [0, 2], [0, 1], [0, 0]]


def test_timers_are_counted_while_they_are_set(play):
    async def script(shop):
        await shop.sleep(1)
        before = await measured(shop, "expiration")
        ticket = await shop.ticket(await shop.person("sue"))
        await shop.order(await shop.person("ana"), ticket["id"])
        await shop.sleep(5)
        return before, await measured(shop, "expiration")

    before, after = play(script)
    assert (before["timers_set"], before["timers_late"]) == (0, 0)
    assert (after["timers_set"], after["timers_late"]) == (1, 0)


def test_a_timer_that_nobody_can_announce_is_late(play):
    async def script(shop):
        await shop.sleep(1)
        ticket = await shop.ticket(await shop.person("sue"))
        await shop.order(await shop.person("ana"), ticket["id"])
        await shop.sleep(5)
        shop.world.crash("nats")
        await shop.sleep(1_000)
        return await measured(shop, "expiration")

    found = play(script)
    assert (found["timers_set"], found["timers_late"]) == (1, 1)


def test_what_cannot_be_measured_is_not_a_number_and_the_page_comes_all_the_same(play):
    async def script(shop):
        await shop.sleep(5)
        known = await measured(shop, "orders")
        shop.world.crash("nats")
        shop.world.crash("orders-db")
        return known, await ask(shop, "orders", "/metrics")

    known, page = play(script)
    assert page.status_code == 200
    assert not any(isnan(value) for value in known.values())
    assert measures(page.text) == approx(dict.fromkeys(IDLE, nan), nan_ok=True)
