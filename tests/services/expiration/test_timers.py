"""Timers: one for each order, which rings once, at the due moment."""

import json
from asyncio import run
from datetime import UTC, datetime, timedelta

import fakeredis
import httpx
from pytest import mark

from boxoffice.faults import delays, duplicates, reorders
from services.common.ids import SystemIds
from services.expiration.domain import OrderId, Timer
from services.expiration.repository import BATCH, Timers
from tests.services.orders.books import WINDOW_S, assert_balanced, orders, said
from tests.services.shop import Shop

CREATED = "order.created"
NOW, DAY = datetime(2030, 1, 1, tzinfo=UTC), timedelta(days=1)


async def ordered(shop: Shop, count: int = 1):
    """Return a buyer and so many orders, placed as fast as they can be."""
    sue, ana = await shop.person("sue"), await shop.person("ana")
    tickets = [await shop.ticket(sue) for _ in range(count)]
    await shop.sleep(1.5)  # by now expiration has begun to listen
    return ana, [await shop.placed(ana, ticket["id"]) for ticket in tickets]


def rung(shop: Shop):
    """Return order and virtual second of each expiration.complete that was published."""
    return [
        (it["data"]["data"]["orderId"], it.at_us / 1e6)
        for it in shop.world.trace.of_kind("stored")
        if it["subject"] == "expiration.complete"
    ]


def due_s(order) -> float:
    """Return at which virtual second an order's time is over."""
    due = datetime.fromisoformat(order["expiresAt"]).timestamp()
    return due - datetime.fromisoformat("2030-01-01T00:00:00Z").timestamp()


def timers(shop: Shop):
    """Return what Redis holds: order → score, which is negative for a settled timer."""
    found = shop.world.backends.redis.execute("ZRANGE", "timers", 0, -1, "WITHSCORES")
    return {member.decode(): float(score) for member, score in found}


def test_a_timer_rings_once_and_in_the_due_moment(play):
    async def script(shop: Shop):
        _, placed = await ordered(shop, 3)
        await shop.sleep(2_000)
        assert [id for id, _ in rung(shop)] == [order["id"] for order in placed]
        for (_, at_s), order in zip(rung(shop), placed, strict=True):
            assert 0 <= at_s - due_s(order) < 0.1
        assert_balanced(shop.world)

    play(script)


def test_a_timer_set_while_the_clock_sleeps_till_a_later_one_rings_in_its_moment_too(play):
    async def script(shop: Shop):
        ana, (first,) = await ordered(shop)
        sue = await shop.person("kim")
        await shop.sleep(400)
        second = await shop.placed(ana, (await shop.ticket(sue))["id"])
        await shop.sleep(WINDOW_S + 60)
        moments = {order["id"]: due_s(order) for order in (first, second)}
        assert [id for id, _ in rung(shop)] == list(moments)
        assert all(at_s - moments[id] < 0.1 for id, at_s in rung(shop))

    play(script)


def test_an_order_whose_alarm_could_not_be_told_holds_up_no_other(play):
    async def script(shop: Shop):
        _, (order,) = await ordered(shop)
        [event] = [it for it in shop.world.trace.of_kind("stored") if it["subject"] == CREATED]
        data = {**event["data"]["data"], "id": "x" * 900_000}
        nats = shop.world.drivers(shop.world.hosts["orders"]).nats
        envelope = {**event["data"], "id": "other", "data": data}
        await nats.jetstream().publish(CREATED, json.dumps(envelope).encode())
        await shop.sleep(WINDOW_S + 60)
        assert [id for id, _ in rung(shop)] == [order["id"]]
        assert list(timers(shop)) == [order["id"]]

    play(script)


def test_timers_that_no_event_can_tell_hold_up_no_other(play):
    async def script(shop: Shop):
        _, (order,) = await ordered(shop)
        untold = [str(number) * 1_100_000 for number in range(BATCH + 1)]
        for member in untold:
            shop.world.backends.redis.execute("ZADD", "timers", "1", member)
        await shop.sleep(WINDOW_S + 60)
        assert [id for id, _ in rung(shop)] == [order["id"]]
        assert all(score < 0 for score in timers(shop).values())

    play(script, may_fail=True)


def test_copies_of_an_orders_creation_add_no_second_timer(play):
    async def script(shop: Shop):
        _, (order,) = await ordered(shop)
        await shop.sleep(1)
        assert list(timers(shop)) == [order["id"]]
        await shop.sleep(2_000)
        assert [id for id, _ in rung(shop)] == [order["id"]]
        decided = [
            it["decision"]
            for it in shop.world.trace.of_kind("decided")
            if it.host == "expiration" and it["type"] == "order.created"
        ]
        assert decided == ["apply", "duplicate", "duplicate"]

    play(script, faults=[duplicates(copies=2, of="order.created", at="expiration")])


def test_a_copy_that_comes_after_the_timer_has_rung_sets_it_no_more(play):
    async def script(shop: Shop):
        _, (order,) = await ordered(shop)
        await shop.sleep(WINDOW_S + 1_500)
        assert [id for id, _ in rung(shop)] == [order["id"]]
        assert timers(shop)[order["id"]] < 0

    play(script, faults=[duplicates(copies=3, within_s=2_000, of="order.created", at="expiration")])


@mark.parametrize("ending", ["paid", "cancelled"])
def test_a_settled_order_never_rings(play, ending):
    async def script(shop: Shop):
        ana, (order,) = await ordered(shop)
        await shop.sleep(1)
        if ending == "paid":
            card = {"orderId": order["id"], "token": "tok_visa"}
            assert (await ana.client.post("/api/payments", json=card)).status_code == 201
        else:
            await ana.client.delete(f"/api/orders/{order['id']}")
        await shop.sleep(2_000)
        assert rung(shop) == []
        assert timers(shop)[order["id"]] < 0

    play(script)


def test_an_order_cancelled_before_it_was_created_never_rings(play):
    async def script(shop: Shop):
        ana, (order,) = await ordered(shop)
        await ana.client.delete(f"/api/orders/{order['id']}")
        await shop.sleep(2_000)
        types = [
            it["type"] for it in shop.world.trace.of_kind("decided") if it.host == "expiration"
        ]
        assert types == ["order.cancelled", "order.created"]
        assert rung(shop) == []

    play(script, faults=[delays(by_s=30, of="order.created", at="expiration")])


def test_what_is_remembered_of_a_settled_order_is_forgotten_after_a_week():
    async def script():
        timers = Timers(fakeredis.FakeAsyncRedis(), SystemIds())
        await timers.set(Timer(OrderId("open"), NOW))
        await timers.settle(OrderId("old"), NOW)
        await timers.settle(OrderId("young"), NOW + DAY)
        await timers.forget_before(NOW + 7 * DAY)
        early = [await timers.set(Timer(OrderId(id), NOW)) for id in ("old", "young", "open")]
        await timers.forget_before(NOW + 7.5 * DAY)
        later = [await timers.set(Timer(OrderId(id), NOW)) for id in ("old", "young", "open")]
        return early, later

    # What could be set anew had been forgotten.
    assert run(script()) == ([False, False, False], [True, False, False])


def test_the_clock_forgets_what_is_a_week_old_when_another_timer_rings(play):
    async def script(shop: Shop):
        _, (order,) = await ordered(shop)
        await shop.sleep(1)
        shop.world.backends.redis.execute("ZADD", "timers", -1.0, "an order of 1970")
        assert len(timers(shop)) == 2
        await shop.sleep(WINDOW_S + 1)
        assert list(timers(shop)) == [order["id"]]

    play(script)


def test_an_order_that_is_heard_of_after_its_time_rings_at_once(play):
    async def script(shop: Shop):
        _, (order,) = await ordered(shop)
        await shop.sleep(2_000)
        ((id, at_s),) = rung(shop)
        assert id == order["id"]
        assert 19 < at_s - due_s(order) < 21

    play(script, faults=[delays(by_s=WINDOW_S + 20, of="order.created", at="expiration")])


def test_a_timer_that_rings_late_finds_the_order_complete_and_changes_nothing(play):
    async def script(shop: Shop):
        ana, (order,) = await ordered(shop)
        await shop.sleep(WINDOW_S - 2)
        card = {"orderId": order["id"], "token": "tok_visa"}
        assert (await ana.client.post("/api/payments", json=card)).status_code == 201
        await shop.sleep(60)
        assert [id for id, _ in rung(shop)] == [order["id"]]
        assert said(shop.world, "order.cancelled") == []
        assert [it["status"] for it in orders(shop.world)] == ["complete"]
        assert_balanced(shop.world)

    # Expiration hears only later that the order is complete.
    play(script, faults=[delays(by_s=10, of="order.completed", at="expiration")])


def test_many_orders_that_end_at_once_all_ring_once(play):
    async def script(shop: Shop):
        _, placed = await ordered(shop, 20)
        await shop.sleep(WINDOW_S + 60)
        assert sorted(id for id, _ in rung(shop)) == sorted(order["id"] for order in placed)
        assert_balanced(shop.world)

    play(script, faults=[reorders(of="order.*", within_s=1.0)])


def test_expiration_has_no_door_for_people(play):
    async def script(shop: Shop):
        app = shop.world.hosts["expiration"].app
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            assert (await client.get("/livez")).status_code == 200
            assert (await client.get("/readyz")).status_code == 200
            assert (await client.get("/api/timers")).status_code == 404

    play(script)
