"""Ana has ordered, and pays."""

from tests.services.shop import Shop


async def ordered(shop: Shop):
    sue, ana = await shop.person("sue"), await shop.person("ana")
    order = await shop.order(ana, (await shop.ticket(sue))["id"])
    await shop.sleep(1)
    return ana, order


async def pay(person, order, token="tok_visa"):
    card = {"orderId": order["id"], "token": token}
    return await person.client.post("/api/payments", json=card)
