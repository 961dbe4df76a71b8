import asyncio

from boxoffice.faults import delays, duplicates
from boxoffice.world import calm
from tests.engine.toys.post import LIES_S, play, posted


def test_a_quiet_world_is_quiet_at_once():
    async def script(world):
        assert await calm.quiet(world)
        before_s = world.loop.time()
        assert await calm.quiet(world)
        return world.loop.time() - before_s

    assert play(script) == 0.0


async def decisions(world):
    await world.passes(5.0)  # until the carrier listens
    await posted(world)
    assert await calm.quiet(world)
    return [it["decision"] for it in world.trace.of_kind("decided")]


def test_a_message_on_its_way_is_waited_for():
    assert play(decisions, delays(20.0)) == ["apply"]


LATER_S = calm.LIMIT_S + 100.0


def test_what_is_on_its_way_is_waited_for_though_it_comes_later_than_all_else_may_take():
    assert play(decisions, delays(LATER_S)) == ["apply"]
    assert play(decisions, duplicates(after_s=LATER_S)) == ["apply", "duplicate"]


def test_patience_has_a_limit():
    async def script(world):
        await world.passes(5.0)  # until the carrier listens
        world.crash("carrier")  # for good: what is posted waits for ever
        await posted(world)
        before_s = world.loop.time()
        assert not await calm.quiet(world, limit_s=10.0)
        return world.loop.time() - before_s

    waited_s = play(script)
    assert 10.0 <= waited_s < 12.0


def test_the_calm_heals_and_restarts_and_looks_twice_if_a_time_limit_was_open():
    async def script(world):
        looks = [world.loop.time() async for _ in calm.calm(world)]
        await posted(world)
        posted_s = world.loop.time()
        for name in ("carrier", "carrier-db", "nats"):
            world.crash(name)
        await asyncio.sleep(0)
        rounds = [len(end.ids("carrier.carried")) async for end in calm.calm(world)]
        assert world.faults.healed
        assert all(host.up for host in (*world.hosts.values(), *world.backends.hosts.values()))
        return len(looks), rounds, world.loop.time() - posted_s

    looks, rounds, waited_s = play(script)
    assert looks == 1
    assert rounds == [1, 1]
    assert LIES_S - 10 < waited_s < LIES_S + 60


def test_a_service_that_is_down_for_a_while_is_not_quiet():
    async def script(world):
        assert await calm.quiet(world)
        world.crash("counter", down_s=30.0)
        before_s = world.loop.time()
        assert await calm.quiet(world)
        return world.loop.time() - before_s

    assert 30.0 < play(script) < 33.0
