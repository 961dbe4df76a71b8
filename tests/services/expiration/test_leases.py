"""A timer is announced by whoever holds its lease, and removed only after the broker has it."""

import asyncio

from pytest import mark

from boxoffice.faults import crashes, lost_requests, lost_responses, no_memory, slow_calls
from services.common.clock import SystemClock
from services.expiration.domain import Timer
from services.expiration.use_cases import RETRY_S, AlarmClock
from tests.services.expiration.test_timers import due_s, ordered, rung, timers
from tests.services.orders.books import WINDOW_S, assert_balanced, said
from tests.services.shop import Shop

LEASE_S = 30.0


def leases(shop: Shop):
    return shop.world.backends.redis.execute("KEYS", "lease:*")


@mark.parametrize("seed", range(3))
def test_of_two_processes_only_one_announces_each_timer(play, seed):
    async def script(shop: Shop):
        _, placed = await ordered(shop, 12)
        # All are due by the time that either process looks.
        await shop.sleep(WINDOW_S - 20)
        for host in ("expiration", "expiration-2"):
            shop.world.crash(host, down_s=40)
        await shop.sleep(400)
        assert sorted(id for id, _ in rung(shop)) == sorted(order["id"] for order in placed)
        assert leases(shop) == []
        assert_balanced(shop.world)

    play(script, seed, replicas=2)


def test_a_process_that_looked_before_the_other_was_done_does_not_announce_again(play):
    async def script(shop: Shop):
        _, placed = await ordered(shop, 3)
        await shop.sleep(WINDOW_S + 120)
        assert sorted(id for id, _ in rung(shop)) == sorted(order["id"] for order in placed)

    # Whoever takes a lease is slow to do so, while the other is done with the timer meanwhile.
    slow = slow_calls(by_s=1.0, of="set", at="redis", from_s=WINDOW_S - 10)
    play(script, replicas=2, faults=[slow])


@mark.parametrize("replicas", [1, 2])
def test_a_crash_between_claim_and_announcement_rings_after_the_lease(play, replicas):
    async def script(shop: Shop):
        _, (order,) = await ordered(shop)
        await shop.sleep(WINDOW_S - 1)
        world = shop.world

        async def claimed():
            return bool(leases(shop))

        await until_finely(shop, claimed)
        for host in world.replicas_of("expiration"):
            world.crash(host.name, down_s=2.0)
        await shop.sleep(20)
        assert said(world, "expiration.complete") == []
        await shop.sleep(40)
        assert [it["orderId"] for it in said(world, "expiration.complete")] == [order["id"]]
        ((_, at_s),) = rung(shop)
        assert LEASE_S - 1 < at_s - due_s(order) < LEASE_S + 5
        assert timers(shop)[order["id"]] < 0
        await shop.sleep(60)
        assert_balanced(world)

    slow = slow_calls(by_s=2.0, of="publish", at="nats", from_s=WINDOW_S - 5, until_s=WINDOW_S + 5)
    play(script, replicas=replicas, faults=[slow])


async def until_finely(shop: Shop, wanted):
    for _ in range(20_000):
        if await wanted():
            return
        await shop.sleep(0.0005)
    raise AssertionError("it did not come")


def test_a_crash_between_announcement_and_removal_rings_again_and_harms_nobody(play):
    async def script(shop: Shop):
        _, (order,) = await ordered(shop)
        await shop.sleep(WINDOW_S + 200)
        assert [id for id, _ in rung(shop)] == [order["id"]] * 2
        assert len(said(shop.world, "expiration.complete")) == 1  # the broker knows the copy
        assert len(said(shop.world, "order.cancelled")) == 1
        assert timers(shop)[order["id"]] < 0
        assert_balanced(shop.world)

    # By the time it is back, the order.cancelled that settles the timer has not reached it.
    faults = [
        crashes("expiration", on="stored", of="expiration.complete", nth=[1], down_s=1.0),
        lost_requests(of="fetch", at="nats", from_s=WINDOW_S - 1, until_s=WINDOW_S + 60),
    ]
    play(script, faults=faults)


def test_an_announcement_whose_receipt_is_lost_is_repeated_and_settles_the_timer(play):
    async def script(shop: Shop):
        _, (order,) = await ordered(shop)
        await shop.sleep(WINDOW_S + 200)
        assert {id for id, _ in rung(shop)} == {order["id"]}
        assert len(said(shop.world, "order.cancelled")) == 1
        assert timers(shop)[order["id"]] < 0
        assert_balanced(shop.world)

    play(script, faults=[lost_responses(of="publish", at="nats", from_s=WINDOW_S - 1, nth=[1])])


class KeepsNothing:
    """Timers in a Redis that takes what is removed, and has it still."""

    def __init__(self, due):
        self._due = due

    async def next(self):
        return [Timer("the order", self._due)]

    async def claim(self, order):
        return True

    is_set = claim

    async def settle(self, order, now):
        return True

    release = forget_before = claim


def test_an_alarm_that_redis_does_not_forget_is_not_rung_again_at_once():
    rung = []

    async def announce(timer):
        rung.append(timer.order_id)
        assert len(rung) < 9, "it rings without a pause"

    clock = SystemClock()
    alarms = AlarmClock(KeepsNothing(clock.now()), announce, announce, clock, None)
    assert asyncio.run(alarms.ring_due()) == RETRY_S
    assert rung == ["the order"]


def test_an_order_that_is_settled_while_its_lease_is_taken_does_not_ring(play):
    async def script(shop: Shop):
        ana, (order,) = await ordered(shop)
        await shop.sleep(due_s(order) - shop.world.loop.time() + 0.05)
        await ana.client.delete(f"/api/orders/{order['id']}")
        await shop.sleep(60)
        assert rung(shop) == []
        assert [it["reason"] for it in said(shop.world, "order.cancelled")] == ["user"]

    # The lease is taken slowly, and the order is settled before that.
    slow = slow_calls(by_s=4.0, of="set", at="redis", from_s=WINDOW_S - 10)
    play(script, seed=1, faults=[slow])


def test_a_redis_that_comes_back_empty_is_filled_from_the_stream(play):
    async def script(shop: Shop):
        ana, placed = await ordered(shop, 3)
        await shop.sleep(1)
        await ana.client.delete(f"/api/orders/{placed[0]['id']}")
        await shop.sleep(300)
        shop.world.backends.redis.forget()
        await shop.sleep(130)
        known = timers(shop)
        assert {id: score < 0 for id, score in known.items()} == {
            order["id"]: order is placed[0] for order in placed
        }
        await shop.sleep(WINDOW_S)
        assert {id: round(at_s) for id, at_s in rung(shop)} == {
            order["id"]: round(due_s(order)) for order in placed[1:]
        }
        assert_balanced(shop.world)

    play(script)


def test_a_redis_that_forgets_while_expiration_is_down_is_filled_as_well(play):
    async def script(shop: Shop):
        _, placed = await ordered(shop, 2)
        await shop.sleep(10)
        shop.world.crash("expiration", down_s=20)
        shop.world.crash("redis", down_s=10)
        shop.world.backends.redis.forget()
        await shop.sleep(WINDOW_S + 100)
        assert sorted(id for id, _ in rung(shop)) == sorted(order["id"] for order in placed)
        assert_balanced(shop.world)

    play(script)


def test_a_redis_that_takes_nothing_is_not_filled_again_and_again(play):
    async def script(shop: Shop):
        _, placed = await ordered(shop, 3)
        await shop.sleep(10)
        shop.world.backends.redis.forget()
        await shop.sleep(300)
        disturbed = [it for it in shop.world.trace.of_kind("log") if is_of_consumer(it)]
        assert len(disturbed) < 10  # each time that it is filled anew its consumer begins anew
        await shop.sleep(200)
        assert {order for order, score in timers(shop).items() if score > 0} == {
            order["id"] for order in placed
        }

    def is_of_consumer(said):
        return said.host == "expiration" and said.get("where") == "consumer"

    play(script, faults=[no_memory(at="redis", lasts_s=0.0, share=1.0, from_s=5, until_s=400)])


def test_redis_is_called_full_only_after_the_stream_was_asked_to_tell_all_again(play):
    async def script(shop: Shop):
        _, (order,) = await ordered(shop)
        await shop.sleep(10)
        shop.world.crash("expiration", down_s=1)
        shop.world.backends.redis.forget()

        async def called_full():
            return bool(shop.world.backends.redis.execute("EXISTS", "timers:kept"))

        await until_finely(shop, called_full)
        shop.world.crash("expiration", down_s=5)
        await shop.sleep(WINDOW_S + 100)
        assert [id for id, _ in rung(shop)] == [order["id"]]

    play(script)


@mark.parametrize("replicas", [1, 2])
def test_a_crash_while_redis_is_being_filled_loses_no_timer(play, replicas):
    async def script(shop: Shop):
        _, placed = await ordered(shop, 6)
        await shop.sleep(10)
        shop.world.backends.redis.forget()

        async def filling():
            return bool(timers(shop))

        await shop.until(filling, within_s=200)
        for host in shop.world.replicas_of("expiration"):
            shop.world.crash(host.name, down_s=5)
        await shop.sleep(WINDOW_S + 100)
        assert sorted({id for id, _ in rung(shop)}) == sorted(it["id"] for it in placed)
        assert_balanced(shop.world)

    play(script, replicas=replicas)
