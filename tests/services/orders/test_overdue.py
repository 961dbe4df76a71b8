"""The second line: an order ends in time whatever became of its alarm."""

from pytest import mark

from boxoffice.faults import failovers, lost_requests
from scenarios.shop.checks.orders import SETTLE_BOUND_S
from scenarios.shop.life import SETTINGS
from services.orders.overdue import GRACE, SWEEP_S, Overdue
from services.orders.use_cases import OrderBook
from tests.services.expiration.test_timers import due_s, ordered, rung, timers
from tests.services.orders.books import WINDOW_S, assert_balanced, orders, said
from tests.services.shop import Shop

GRACE_S = GRACE.total_seconds()
LOST_ALARM = {"of": "zadd", "at": "redis", "nth": [1]}


def ended_after_s(shop: Shop, order) -> float:
    """Return how many seconds after its time an order was cancelled."""
    ends = [
        it.at_us / 1e6
        for it in shop.world.trace.of_kind("write")
        if it["id"] == order["id"] and it["after"].get("status") == "cancelled"
    ]
    return ends[0] - due_s(order)


def counted(shop: Shop) -> int:
    """Return how many orders were said to be overdue."""
    return len([it for it in shop.world.trace.of_kind("log") if it["what"] == "overdue"])


@mark.parametrize("replicas", [1, 2])
def test_an_order_whose_alarm_redis_has_forgotten_ends_within_the_bound(play, replicas):
    async def script(shop: Shop):
        _, (order,) = await ordered(shop)
        await shop.sleep(WINDOW_S + SETTLE_BOUND_S + 1)
        assert rung(shop) == []
        assert timers(shop)[order["id"]] < 0  # settled like any other
        assert GRACE_S <= ended_after_s(shop, order) < GRACE_S + 1
        assert counted(shop) == 1
        assert_balanced(shop.world)

    play(script, replicas=replicas, faults=[failovers(**LOST_ALARM)])


def test_an_order_ends_within_the_bound_though_nobody_runs_the_alarm_clock(play):
    async def script(shop: Shop):
        _, placed = await ordered(shop, 3)
        shop.world.crash("expiration")
        shop.world.crash("redis")
        await shop.sleep(WINDOW_S + SETTLE_BOUND_S + 1)
        assert {it["status"] for it in orders(shop.world)} == {"cancelled"}
        assert all(ended_after_s(shop, order) < GRACE_S + 1 for order in placed)

    play(script)


def test_a_database_that_is_away_at_that_moment_is_asked_again(play):
    async def script(shop: Shop):
        _, (order,) = await ordered(shop)
        await shop.sleep(due_s(order) + GRACE_S - 2 - shop.world.loop.time())
        shop.world.crash("orders-db", down_s=10)
        await shop.sleep(20)
        assert ended_after_s(shop, order) < SETTLE_BOUND_S
        await shop.sleep(60)
        assert_balanced(shop.world)

    play(script, faults=[failovers(**LOST_ALARM)])


def test_what_is_paid_or_in_time_is_left_alone(play):
    async def script(shop: Shop):
        ana, placed = await ordered(shop, 2)
        card = {"orderId": placed[0]["id"], "token": "tok_visa"}
        assert (await ana.client.post("/api/payments", json=card)).status_code == 201
        await shop.sleep(WINDOW_S + 200)
        assert [it["orderId"] for it in said(shop.world, "expiration.complete")] == [
            placed[1]["id"]
        ]
        assert counted(shop) == 0  # the alarm came first
        assert_balanced(shop.world)

    play(script)


def test_an_order_that_cannot_be_ended_holds_up_no_other(play, monkeypatch):
    real, broken = OrderBook.change, []

    async def change(book, id, decide):
        if id in broken and decide.__name__ == "expire":
            raise ValueError("of its own")
        return await real(book, id, decide)

    monkeypatch.setattr(OrderBook, "change", change)

    async def script(shop: Shop):
        _, placed = await ordered(shop, 3)
        broken.append(placed[0]["id"])
        shop.world.crash("expiration")
        await shop.sleep(WINDOW_S + SETTLE_BOUND_S)
        statuses = {it["_id"]: it["status"] for it in orders(shop.world)}
        assert statuses.pop(placed[0]["id"]) in ("created", "awaiting:payment")
        assert set(statuses.values()) == {"cancelled"}

    play(script, may_fail=True)


def test_an_order_whose_time_cannot_be_read_holds_up_no_other(play):
    async def script(shop: Shop):
        _, placed = await ordered(shop, 3)
        shop.world.crash("expiration")
        found = shop.world.drivers(shop.world.hosts["orders"]).database["orders"]
        bad = {"$set": {"expires_at": "2030-00-01"}}
        await found.update_one({"_id": placed[0]["id"]}, bad)
        await shop.sleep(WINDOW_S + SETTLE_BOUND_S)
        statuses = {it["_id"]: it["status"] for it in orders(shop.world)}
        assert statuses.pop(placed[0]["id"]) in ("created", "awaiting:payment")
        assert set(statuses.values()) == {"cancelled"}

    play(script, may_fail=True)


@mark.parametrize("window_s", [1, 20, 900])
def test_the_next_look_comes_when_an_order_would_be_overdue(play, monkeypatch, window_s):
    looks = []
    real = Overdue.sweep

    async def sweep(overdue):
        pause_s = await real(overdue)
        looks.append(pause_s)
        return pause_s

    async def script(shop: Shop):
        _, (order,) = await ordered(shop)
        shop.world.crash("expiration")
        await shop.sleep(window_s + GRACE_S + 1)
        assert ended_after_s(shop, order) < GRACE_S + 0.1

    monkeypatch.setattr(Overdue, "sweep", sweep)
    play(script, settings=SETTINGS.model_copy(update={"expiration_window_s": window_s}))
    assert all(0.0 < pause_s <= SWEEP_S <= GRACE_S for pause_s in looks)


# --- what else a fail-over of Redis takes away ----------------------------------------------------


def test_a_tombstone_that_is_lost_lets_an_alarm_ring_for_an_order_that_has_ended(play):
    async def script(shop: Shop):
        ana, (order,) = await ordered(shop)
        await shop.sleep(1)
        await ana.client.delete(f"/api/orders/{order['id']}")
        await shop.sleep(1)
        assert timers(shop)[order["id"]] > 0  # set once more
        await shop.sleep(WINDOW_S + 100)
        assert [id for id, _ in rung(shop)] == [order["id"]]
        assert [it["reason"] for it in said(shop.world, "order.cancelled")] == ["user"]
        assert_balanced(shop.world)

    play(script, faults=[failovers(of="zadd", at="redis", nth=[2])])


@mark.parametrize("command", ["set", "del"])
def test_a_lease_that_is_lost_or_is_back_harms_nobody(play, command):
    async def script(shop: Shop):
        _, placed = await ordered(shop, 4)
        await shop.sleep(WINDOW_S + SETTLE_BOUND_S + 1)
        cancelled = said(shop.world, "order.cancelled")
        assert sorted(it["id"] for it in cancelled) == sorted(it["id"] for it in placed)
        assert counted(shop) == 0
        await shop.sleep(60)
        assert_balanced(shop.world)

    play(script, replicas=2, faults=[failovers(of=command, at="redis", share=0.5)])


def test_an_old_backup_of_redis_leaves_no_order_open(play):
    async def script(shop: Shop):
        ana, old = await ordered(shop, 2)
        await shop.sleep(300)
        await ana.client.delete(f"/api/orders/{old[0]['id']}")
        sue = await shop.person("kim")
        new = [await shop.placed(ana, (await shop.ticket(sue))["id"]) for _ in range(3)]
        await shop.sleep(60)
        assert set(timers(shop)) == {old[0]["id"], old[1]["id"]}
        assert timers(shop)[old[0]["id"]] > 0  # as before it was cancelled
        await shop.sleep(WINDOW_S + SETTLE_BOUND_S)
        assert {it["status"] for it in orders(shop.world)} == {"cancelled"}
        assert all(ended_after_s(shop, order) < GRACE_S + 1 for order in new)
        assert_balanced(shop.world)

    back = failovers(loses_s=100.0, after_s=20.0, of="zadd", at="redis", from_s=300.0, nth=[3])
    play(script, faults=[back])


def test_an_alarm_and_the_second_line_at_once_end_an_order_once(play):
    async def script(shop: Shop):
        await ordered(shop)
        await shop.sleep(WINDOW_S + 200)
        assert len(said(shop.world, "order.cancelled")) == 1
        assert_balanced(shop.world)

    # The alarm is announced, and its news comes as late as the second line looks.
    late = lost_requests(of="fetch", at="nats", from_s=WINDOW_S, until_s=WINDOW_S + GRACE_S + 1)
    play(script, replicas=2, faults=[late])
