"""Halves that are there and never meet: what only a run can show of a fault."""

from asyncio import sleep

from pytest import mark, raises

from boxoffice import System
from boxoffice.faults import crashes, delays, duplicates, skews, slow_calls
from boxoffice.faults.targets import NoSuchTarget


def lookouts(look_s):
    """Return a system of two who listen, where one has a Redis and looks at a clock."""
    system = System("lookouts")

    async def near(drivers):
        jetstream = drivers.nats.jetstream()
        await jetstream.add_stream(name="ALL", subjects=["near.*", "far.*"])
        await jetstream.pull_subscribe("near.*", durable="near", stream="ALL")
        await jetstream.publish("near.a")
        await jetstream.publish("far.a")
        await sleep(look_s)
        await drivers.redis.set("now", str(drivers.clock.now()))

    async def far(drivers):
        await sleep(1)
        await drivers.nats.jetstream().pull_subscribe("far.*", durable="far", stream="ALL")

    system.service("near", near, nats="nats", redis="redis")
    system.service("far", far, nats="nats")
    return system


def looked(*plan, look_s=5.0):
    system = lookouts(look_s)

    @system.story(faults=plan)
    async def waits(world):
        await world.passes(20)

    return system.run(waits)


@mark.parametrize(
    ("fault", "said"),
    [
        (
            crashes("far", after="redis.set"),
            "'far' was given no link to 'redis', and has never called there",
        ),
        (
            slow_calls(of="redis.*", by="far"),
            "'far' was given no link to 'redis', and has never called there",
        ),
        (
            duplicates(of="far.a", at="near"),
            "'near' is told of near.*, and never of 'far.a'",
        ),
        (delays(of="far.*", at="near"), "'near' is told of near.*, and never of 'far.*'"),
    ],
    ids=str,
)
def test_a_pair_of_halves_that_never_meet_is_refused_after_a_run(fault, said):
    with raises(NoSuchTarget) as told:
        looked(fault)
    assert str(told.value) == f"{fault}: {said}"


@mark.parametrize(
    "fault",
    [
        crashes("far", after="redis.set", by="near"),
        duplicates(of="near.*", at="near", nth=[9]),
        duplicates(of="*.a", at="far", nth=[9]),
        slow_calls(of="redis.get", by="near"),
        crashes("near", on="request", of="/things/17"),
        crashes("near", on="request", at="Zoe"),
    ],
    ids=str,
)
def test_halves_that_may_meet_are_not_refused(fault):
    looked(fault)


def test_a_method_that_is_near_another_is_no_slip():
    system = System("notes")

    async def writer(drivers):
        await drivers.mongo["notes"]["annotations"].insert_one({"_id": 1})

    system.service("writer", writer, mongo="mongo")

    def played(fault):
        @system.story(faults=[fault])
        async def waits(world):
            await world.passes(1)

        return system.run(waits).faults

    for make in (slow_calls, lambda of: crashes("writer", of=of)):
        [fault] = played(make(of="annotations.insert_many"))
        assert fault.times == 0
        with raises(NoSuchTarget, match=r"did you mean 'annotations\.insert_one'"):
            played(make(of="anotations.insert_one"))


def test_a_clock_at_which_nobody_looks_in_time_says_when_they_did():
    [fault] = looked(skews("near", by_s=9.0, from_s=6.0)).faults
    assert fault.times == 0
    assert fault.why_not.startswith("this clock was looked at at 5.0")
    assert fault.why_not.endswith(" s, and not in its time")
    [fault] = looked(skews("near", by_s=9.0, until_s=6.0)).faults
    assert (fault.times, fault.why_not) == (1, "")


def test_a_world_held_open_says_so_as_well():
    with lookouts(1.0).world(faults=[crashes("far", after="redis.set")]) as world:
        world.passes(3)
        with raises(NoSuchTarget, match="'far' was given no link to 'redis'"):
            world.judge()


def test_whoever_counts_has_made_no_slip():
    system = System("queues")

    async def first(drivers):
        await drivers.mongo["work"]["queue1"].insert_one({"_id": 1})

    system.service("first", first, mongo="mongo")

    @system.finally_("both queues are short")
    def short(end):
        assert len(end.ids("work.queue1")) < 9
        assert len(end.ids("work.queue2")) < 9

    @system.story(faults=[crashes("first", of="queue12.insert_one")])
    async def waits(world):
        assert not world.documents("work.queue3")
        await world.passes(1)

    assert system.run(waits).verdict == "holds"
