"""A host dies at each moment at which it can, one run for each."""

from boxoffice import crash_points
from tests.engine.faults.letters import post, writes
from tests.engine.faults.test_driver_calls import ACKS_FIRST


def a_letter():
    system = post()

    @system.story()
    async def one(world):
        await writes(world.client("Ann"), "l1")
        await world.passes(5)

    return system, one


def test_who_writes_and_then_acknowledges_may_die_at_any_moment():
    system, story = a_letter()
    points = [*crash_points(story, "postman"), *crash_points(story, "desk")]
    assert len(points) > 20
    for point in points:
        outcome = system.run(story, faults=[point])
        assert not outcome.violations, point
        assert outcome.faults[0].times == 1, point


def test_who_acknowledges_first_may_not_die_between_the_two():
    system, story = a_letter()
    points = list(crash_points(story, "postman", of="nats.ack"))
    points += crash_points(story, "postman", of="insert_one")
    assert len(points) == 4
    lost = [repr(it) for it in points if system.run(story, None, ACKS_FIRST, [it]).violations]
    assert lost == [
        "faults.crashes('postman', down_s=2.0, nth=[1], after='nats.ack')",
        "faults.crashes('postman', down_s=2.0, nth=[1], before='insert_one')",
    ]
