"""A world that is held open is told like a run, and breaks nothing beside it."""

from boxoffice import Verdict
from boxoffice.world.twin import Twin
from tests.engine.toys import warehouse


def test_a_world_that_is_held_open_is_told_as_a_run_is_and_breaks_nothing_beside_it():
    system, worse = warehouse(), Twin("worse", "it is kept", "story", f"{__name__}:kept", lambda: 0)
    with system.world(seed=3, bug=worse) as world:
        world.do(world.client("Ann").post("/stock", json={"sku": "book", "count": 5}))
        assert world.do(asked()) == 0
        assert kept() == 1  # as in whatever else is played meanwhile
        outcome = world.outcome("by-hand", "What Ann did.", world.judge())
    assert (outcome.scenario, outcome.summary, outcome.seed) == ("by-hand", "What Ann did.", 3)
    assert (outcome.bug, outcome.verdict) == ("worse", Verdict.HOLDS)
    assert [it.host for it in outcome.trace.of_kind("request")] == ["Ann"]


def kept():
    return 1


async def asked():
    return kept()
