"""A Redis pipeline is one call, and struck by what it holds."""

import redis.exceptions
from pytest import mark

from boxoffice import System, faults


@mark.parametrize("pattern", ["redis.set", "zadd", "shelf.delete", "redis.pipeline", "pipeline"])
def test_a_pipeline_is_struck_by_what_it_holds(pattern):
    system = System("shelf")

    async def clerk(drivers):
        async with drivers.redis.pipeline() as several:
            await several.set("a", "1").zadd("z", {"b": 1}).delete("c").execute()

    system.service("clerk", clerk, redis="shelf")

    @system.story(faults=[faults.slow_calls(by_s=0.1, of=pattern), faults.slow_calls(of="incr")])
    async def waits(world):
        await world.passes(5)

    outcome = system.run(waits)
    assert [it.times for it in outcome.faults] == [1, 0]
    assert [(it["verb"], it["to"]) for it in outcome.trace.of_kind("late")] == [
        ("pipeline", "shelf")
    ]


def test_a_redis_that_takes_no_writes_refuses_a_pipeline_that_writes_as_well():
    system, said = System("shelf"), []

    async def clerk(drivers):
        for command in ("get", "set"):
            async with drivers.redis.pipeline() as several:
                getattr(several, command)(*("a", "1")[: 1 + (command == "set")])
                try:
                    said.append(await several.execute())
                except redis.exceptions.ReadOnlyError:
                    said.append("read-only")

    system.service("clerk", clerk, redis="shelf")

    @system.story(faults=[faults.read_only()])
    async def waits(world):
        await world.passes(5)

    assert not system.run(waits).violations
    assert said == [[None], "read-only"]
