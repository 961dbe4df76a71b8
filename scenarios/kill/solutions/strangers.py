"""Mallory knows every id there is, and tries each door that is not hers."""

from scenarios.actors import Payment, placed
from scenarios.scenario import scenario
from scenarios.town import Town

CREDENTIALS = {"email": "mallory@example.com", "password": "correct horse"}


@scenario(faults=[])
async def strangers(town: Town) -> None:
    sue, ana = town.seller("Sue"), town.buyer("Ana")
    seat, other = await sue.lists("Front row", price="45.00"), await sue.lists("Box", price="90.00")
    order, second = placed(await ana.orders(seat)), placed(await ana.orders(other))
    paid = await ana.pays(order)
    assert isinstance(paid, Payment)
    mallory = town.client("Mallory")
    await mallory.post("/api/users/signup", json=CREDENTIALS)
    await mallory.get(f"/api/orders/{order.id}")
    await mallory.get(f"/api/payments/{paid.id}")
    await mallory.get("/api/orders")
    await mallory.put(f"/api/tickets/{seat.id}", json={"title": "Mine", "price": "0.01"})
    await mallory.post("/api/payments", json={"orderId": second.id, "token": "tok_visa"})
    await mallory.delete(f"/api/orders/{second.id}")
    await town.quiet()
