"""One payment that is slow, or cannot be read, delays no other."""

from asyncio import gather

from boxoffice.faults import lost_requests, refusals, slow_calls
from tests.real.tiers import unhurried
from tests.services.orders.books import charges, mirrors
from tests.services.shop import Shop, unhandled_errors

MANY = 100


async def pending(shop: Shop, number: int):
    """Return as many orders whose charges never reached Stripe."""
    sue = await shop.person("sue")
    seats = await gather(*(shop.ticket(sue, f"Seat {it}") for it in range(number)))
    # Nobody may have more than a few open orders.
    people = [await shop.person(f"ana{it}") for it in range(-(-number // 10))]
    buyers = [people[it // 10] for it in range(number)]
    placing = zip(buyers, seats, strict=True)
    orders = await gather(*(shop.order(ana, seat["id"]) for ana, seat in placing))
    await shop.sleep(1)
    cards = [{"orderId": order["id"], "token": "tok_visa"} for order in orders]
    paying = zip(buyers, cards, strict=True)
    await gather(*(ana.client.post("/api/payments", json=card) for ana, card in paying))
    return orders


@unhurried
def test_a_hundred_payments_are_all_asked_about_within_a_minute_of_silence(play):
    async def script(shop: Shop):
        orders = await pending(shop, MANY)
        begun = len(lost(shop))
        assert begun >= MANY
        await shop.sleep(60)
        assert {it["about"] for it in lost(shop)[begun:]} == {it["id"] for it in orders}

    def lost(shop):
        return [it for it in shop.world.trace.of_kind("lost") if it["to"] == "stripe"]

    play(script, faults=[lost_requests(of="charge", at="stripe")])


def test_a_payment_that_takes_a_minute_delays_no_other(play):
    async def script(shop: Shop):
        orders = await pending(shop, 6)
        await shop.sleep(30)
        statuses = [it["payment"]["status"] for it in mirrors(shop.world)]
        assert sorted(statuses) == ["paid"] * 5 + ["pending"]
        await shop.sleep(200)
        assert [len(charges(shop.world, it["id"])) for it in orders] == [1] * 6

    busy = refusals("429", of="charge", at="stripe", until_s=8)
    slow = slow_calls(by_s=100.0, of="charge", at="stripe", from_s=8, nth=[1])
    play(script, seed=1, faults=[busy, slow])


def test_a_document_that_cannot_be_read_stops_no_other_and_is_told(play):
    async def script(shop: Shop):
        orders = await pending(shop, 3)
        server = shop.world.backends.mongo["payments-db"]
        collection = server._collection("payments", "orders")
        for id, change in zip(
            (it["id"] for it in orders[:2]),
            ({"payment.since": "yesterday"}, {"payment.status": "paid"}),
            strict=True,
        ):
            collection.update_one({"_id": id}, {"$set": change})
        await shop.sleep(120)
        assert [len(charges(shop.world, it["id"])) for it in orders] == [0, 0, 1]
        assert 1 <= len(unhandled_errors(shop.world)) <= 8

    play(script, faults=[refusals("429", of="charge", at="stripe", until_s=8)], may_fail=True)
