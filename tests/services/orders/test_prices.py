"""What was listed before prices were what Stripe can charge, is heard of and cannot be ordered."""

from pytest import mark

from tests.services.orders.books import replicas
from tests.services.shop import Shop, refused


async def listed_before(shop: Shop, cents: int):
    """Return the id of a ticket at a price that can no more be listed."""
    sue = await shop.person("sue")
    ticket = await shop.ticket(sue)
    await shop.sleep(1)  # until orders has heard of it
    for service in ("tickets", "orders"):
        server = shop.world.backends.mongo[f"{service}-db"]
        server.perform(
            service,
            "tickets",
            "update_one",
            lambda it: it.update_one({"_id": ticket["id"]}, {"$set": {"price_cents": cents}}),
        )
    return sue, ticket["id"]


@mark.parametrize("cents", [1, 49, 100_000_000])
def test_a_ticket_that_no_card_can_pay_for_is_not_ordered_until_it_has_another_price(play, cents):
    async def script(shop: Shop):
        await shop.sleep(1)
        sue, id = await listed_before(shop, cents)
        ana = await shop.person("ana")
        await shop.sleep(1)
        answer = await ana.client.post("/api/orders", json={"ticketId": id})
        refused(answer, 400, "cannot be charged", "ticketId")
        offer = {"title": "Front row", "price": "20.00"}
        assert (await sue.client.put(f"/api/tickets/{id}", json=offer)).status_code == 200
        assert (await shop.order(ana, id))["ticket"]["price"] == 20

    play(script)


def test_a_change_of_such_a_ticket_is_heard_of(play):
    async def script(shop: Shop):
        sue, id = await listed_before(shop, 10)
        await sue.client.put(f"/api/tickets/{id}", json={"title": "A", "price": "0.50"})
        await shop.sleep(1)
        assert [it["price_cents"] for it in replicas(shop.world)] == [50]

    play(script)
