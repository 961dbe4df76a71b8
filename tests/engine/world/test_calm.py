import asyncio

from boxoffice.faults import delays, refusals
from boxoffice.world import calm
from tests.services.shop import play


def test_a_quiet_world_is_quiet_at_once():
    async def script(shop):
        assert await calm.quiet(shop.world)
        before_s = shop.world.loop.time()
        assert await calm.quiet(shop.world)
        return shop.world.loop.time() - before_s

    assert play(script) == 0.0


def test_a_message_on_its_way_is_waited_for():
    async def script(shop):
        await shop.ticket(await shop.person("sue"))
        assert await calm.quiet(shop.world)
        return [it["decision"] for it in shop.world.trace.of_kind("decided")]

    assert play(script, faults=[delays(20.0)]) == ["apply"]


def test_patience_has_a_limit():
    async def script(shop):
        await shop.ticket(await shop.person("sue"))
        before_s = shop.world.loop.time()
        assert not await calm.quiet(shop.world, limit_s=10.0)
        return shop.world.loop.time() - before_s

    waited_s = play(script, faults=[delays(1000.0)])
    assert 10.0 <= waited_s < 12.0


def test_the_calm_heals_and_restarts_and_is_looked_at_twice_if_orders_are_open():
    async def script(shop):
        world = shop.world
        sue, ana = await shop.person("sue"), await shop.person("ana")
        ticket = await shop.ticket(sue)
        looks = [world.loop.time() async for _ in calm.calm(world)]
        await shop.order(ana, ticket["id"])
        ordered_s = world.loop.time()
        for name in ("tickets", "tickets-db", "nats"):
            world.crash(name)
        await asyncio.sleep(0)
        rounds = [evidence async for evidence in calm.calm(world)]
        assert world.faults.healed
        assert all(host.up for host in (*world.hosts.values(), *world.backends.hosts.values()))
        states = [{it["status"] for it in found.orders.values()} for found in rounds]
        return len(looks), states, world.loop.time() - ordered_s

    looks, states, waited_s = play(script)
    assert looks == 1
    assert states == [{"awaiting:payment"}, {"cancelled"}]
    assert 890 < waited_s < 960


def test_a_service_that_is_down_for_a_while_is_not_quiet():
    async def script(shop):
        assert await calm.quiet(shop.world)
        shop.world.crash("auth", down_s=30.0)
        before_s = shop.world.loop.time()
        assert await calm.quiet(shop.world)
        return shop.world.loop.time() - before_s

    assert 30.0 < play(script) < 33.0


def test_a_letter_that_was_put_off_for_long_is_waited_for_in_the_calm():
    async def script(shop):
        ana = await shop.person("ana")
        await ana.client.post("/api/users/forgot-password", json={"email": ana.email})
        await asyncio.sleep(1000.0)
        before = shop.world.letters_to(ana.email)
        async for _ in calm.calm(shop.world):
            pass
        return len(before), len(shop.world.letters_to(ana.email))

    assert play(script, faults=[refusals("450 4.2.0 Greylisted", at="mail")]) == (0, 1)
