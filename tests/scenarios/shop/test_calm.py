"""The calm after the storm, as the shop needs it: orders expire in it, and letters come."""

import asyncio

from boxoffice.faults import refusals, stripe_errors
from boxoffice.world.calm import calm
from tests.services.shop import play


def test_the_calm_is_looked_at_twice_if_orders_are_open():
    async def script(shop):
        world = shop.world
        sue, ana = await shop.person("sue"), await shop.person("ana")
        ticket = await shop.ticket(sue)
        looks = [world.loop.time() async for _ in calm(world)]
        await shop.order(ana, ticket["id"])
        ordered_s = world.loop.time()
        for name in ("tickets", "tickets-db", "nats"):
            world.crash(name)
        await asyncio.sleep(0)
        rounds = [evidence async for evidence in calm(world)]
        states = [{it["status"] for it in found.orders.values()} for found in rounds]
        return len(looks), states, world.loop.time() - ordered_s

    looks, states, waited_s = play(script)
    assert looks == 1
    assert states == [{"awaiting:payment"}, {"cancelled"}]
    assert 890 < waited_s < 960


def test_a_letter_that_was_put_off_for_long_is_waited_for_in_the_calm():
    async def script(shop):
        ana = await shop.person("ana")
        await ana.client.post("/api/users/forgot-password", json={"email": ana.email})
        await asyncio.sleep(1000.0)
        before = shop.world.letters_to(ana.email)
        async for _ in calm(shop.world):
            pass
        return len(before), len(shop.world.letters_to(ana.email))

    assert play(script, faults=[refusals("450 4.2.0 Greylisted", at="mail")]) == (0, 1)


def test_a_refund_that_is_refused_once_more_is_waited_for_in_the_calm():
    """Stripe has kept an error under its key, of which only the books tell that it is a refusal."""

    async def script(shop):
        sue, ana = await shop.person("sue"), await shop.person("ana")
        order = await shop.order(ana, (await shop.ticket(sue))["id"])
        card = {"orderId": order["id"], "token": "tok_visa"}
        paying = asyncio.ensure_future(ana.client.post("/api/payments", json=card))
        await asyncio.sleep(0.02)
        await ana.client.delete(f"/api/orders/{order['id']}")
        await paying
        await asyncio.sleep(2_000.0)
        asked = [*shop.world.backends.stripe.refunds]
        [*_, end] = [evidence async for evidence in calm(shop.world)]
        return len(asked), len(end.refunds), end.restless

    errs = [stripe_errors(of=of, at="stripe", share=1.0) for of in ("refund", "retrieve")]
    assert play(script, faults=errs) == (0, 1, [])
