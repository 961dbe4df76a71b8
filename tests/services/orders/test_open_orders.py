"""How many seats one person may hold without paying: a setting, and no race gets past it."""

import asyncio

from pytest import mark

from boxoffice.faults import slow_calls
from scenarios.shop.life import SETTINGS
from tests.services.orders.books import orders
from tests.services.shop import Shop, refused

ORDERS = "/api/orders"
THREE = SETTINGS.model_copy(update={"most_open_orders": 3})


async def seats(shop: Shop, many: int):
    sue, ana = await shop.person("sue"), await shop.person("ana")
    ids = [(await shop.ticket(sue))["id"] for _ in range(many)]
    await shop.sleep(20)
    return ana, ids


async def wish(person, ticket):
    return await person.client.post(ORDERS, json={"ticketId": ticket})


def test_one_more_is_refused_with_the_number_and_until_when(play):
    async def script(shop):
        ana, ids = await seats(shop, 4)
        placed = []
        for id in ids:
            placed.append(await wish(ana, id))
            await shop.sleep(100)
        return placed

    *placed, over = play(script, settings=THREE)
    assert [answer.status_code for answer in placed] == [201, 201, 201]
    refused(over, 429, "You have 3 open orders; pay for one or cancel one first")
    assert 590 <= int(over.headers["Retry-After"]) <= 600


@mark.parametrize("faults", [[], [slow_calls(by_s=0.5, at="orders-db")]])
@mark.parametrize("seed", range(3))
def test_of_many_orders_at_once_no_more_are_open_than_may_be(play, seed, faults):
    async def script(shop):
        ana, ids = await seats(shop, 12)
        answers = await asyncio.gather(*(wish(ana, id) for id in ids))
        return [answer.status_code for answer in answers], orders(shop.world)

    statuses, placed = play(script, seed, faults, settings=THREE, replicas=2)
    assert sorted(statuses) == [201] * 3 + [429] * 9
    assert sorted(order["open_slot"].rpartition("-")[2] for order in placed) == ["1", "2", "3"]


@mark.parametrize("ending", ["paid", "cancelled", "expired"])
def test_an_order_that_has_ended_makes_room(play, ending):
    async def script(shop):
        ana, ids = await seats(shop, 4)
        first, *_ = [(await wish(ana, id)).json()["id"] for id in ids[:3]]
        await shop.sleep(1)
        if ending == "paid":
            card = {"orderId": first, "token": "tok_visa"}
            assert (await ana.client.post("/api/payments", json=card)).status_code == 201
        elif ending == "cancelled":
            await ana.client.delete(f"{ORDERS}/{first}")
        else:
            await shop.sleep(900)
        await shop.sleep(1)
        return (await wish(ana, ids[3])).status_code

    assert play(script, settings=THREE) == 201


def test_others_are_not_counted(play):
    async def script(shop):
        ana, ids = await seats(shop, 4)
        ben = await shop.person("ben")
        for id in ids[:3]:
            await wish(ana, id)
        return (await wish(ben, ids[3])).status_code

    assert play(script, settings=THREE) == 201


def test_an_order_of_an_earlier_release_goes_on_without_a_slot(play):
    async def script(shop):
        ana, (id, *_) = await seats(shop, 2)
        order = (await wish(ana, id)).json()["id"]
        store = shop.world.backends.mongo["orders-db"]
        forget = {"$unset": {"open_slot": ""}}
        store.perform(
            "orders", "orders", "update_one", lambda it: it.update_one({"_id": order}, forget)
        )
        await shop.sleep(2)
        (found,) = orders(shop.world)
        return found["status"], "open_slot" in found

    assert play(script) == ("awaiting:payment", False)
