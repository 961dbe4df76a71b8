"""Each server is away for a while; every service survives it, and all is well afterwards."""

import httpx
from pytest import mark

from boxoffice.faults import crashes
from tests.services.orders.books import WINDOW_S, assert_balanced, orders, said
from tests.services.shop import Shop, refused

SERVERS = ["tickets-db", "orders-db", "payments-db", "nats", "redis", "stripe"]
SERVICES = ["tickets", "orders", "payments", "expiration"]


async def ordered(shop: Shop):
    """Return a buyer, a ticket, and the buyer's order for another ticket."""
    sue, ana = await shop.person("sue"), await shop.person("ana")
    free, taken = await shop.ticket(sue), await shop.ticket(sue)
    order = await shop.order(ana, taken["id"])
    await shop.sleep(1)
    return ana, free, order


async def answered(shop: Shop, request):
    """Ask until a service answers and does not ask for patience; return the status."""

    async def status():
        try:
            answer = await request()
        except httpx.TransportError:
            return None
        assert answer.status_code != 500
        return None if answer.status_code == 503 else answer.status_code

    return await shop.until(status)


@mark.parametrize("host", SERVERS + SERVICES)
def test_a_purchase_made_while_a_host_is_away_for_20_s_is_made_in_the_end(play, host):
    async def script(shop: Shop):
        ana, free, order = await ordered(shop)
        shop.world.crash(host, down_s=20)
        await shop.sleep(0.01)
        wish, card = {"ticketId": free["id"]}, {"orderId": order["id"], "token": "tok_visa"}
        client = ana.client
        await answered(shop, lambda: client.post("/api/orders", json=wish))
        await answered(shop, lambda: client.post("/api/payments", json=card))
        second = (await client.get("/api/orders")).json()[1]
        status = await answered(shop, lambda: client.delete(f"/api/orders/{second['id']}"))
        assert status == 204
        await shop.sleep(120)
        statuses = {it["_id"]: it["status"] for it in orders(shop.world)}
        assert statuses == {order["id"]: "complete", second["id"]: "cancelled"}
        assert_balanced(shop.world)

    play(script)


@mark.parametrize("host", SERVERS + SERVICES)
def test_an_order_expires_although_a_host_is_away_when_its_time_is_over(play, host):
    async def script(shop: Shop):
        await ordered(shop)
        await shop.sleep(WINDOW_S - 10)
        shop.world.crash(host, down_s=20)
        await shop.sleep(100)
        assert [it["reason"] for it in said(shop.world, "order.cancelled")] == ["expired"]
        assert_balanced(shop.world)

    play(script)


def test_orders_answers_503_while_its_database_is_away_and_as_before_afterwards(play):
    async def script(shop: Shop):
        ana, free, order = await ordered(shop)
        shop.world.crash("orders-db", down_s=20)
        await shop.sleep(0.1)
        path = f"/api/orders/{order['id']}"
        refused(await ana.client.post("/api/orders", json={"ticketId": free["id"]}), 503)
        refused(await ana.client.get("/api/orders"), 503)
        refused(await ana.client.get(path), 503)
        refused(await ana.client.delete(path), 503)
        await shop.sleep(25)
        assert (await ana.client.get(path)).json() == order
        assert len((await ana.client.get("/api/orders")).json()) == 1

    play(script)


def test_orders_are_taken_while_the_broker_is_away_and_announced_when_it_is_back(play):
    async def script(shop: Shop):
        ana, free, _ = await ordered(shop)
        shop.world.crash("nats", down_s=20)
        await shop.sleep(0.1)
        order = await shop.placed(ana, free["id"])
        await shop.sleep(15)
        assert order["id"] not in [it["id"] for it in said(shop.world, "order.created")]
        await shop.sleep(60)
        shown = (await ana.client.get(f"/api/orders/{order['id']}")).json()
        assert shown["status"] == "awaiting:payment"

    play(script)


@mark.parametrize("nth", range(1, 11))
def test_orders_may_die_at_any_of_its_writes(play, nth):
    async def script(shop: Shop):
        ana, free, order = await ordered(shop)
        card = {"orderId": order["id"], "token": "tok_visa"}
        await answered(shop, lambda: ana.client.post("/api/payments", json=card))
        wish = {"ticketId": free["id"]}
        await answered(shop, lambda: ana.client.post("/api/orders", json=wish))
        await shop.sleep(WINDOW_S + 100)
        statuses = sorted(it["status"] for it in orders(shop.world))
        assert statuses == ["cancelled", "complete"]
        assert_balanced(shop.world)

    crash = crashes("orders", at="orders-db", nth=[nth], down_s=2.0, from_s=1.2)
    play(script, faults=[crash])
    assert crash.injected == 1
