"""Whoever watches a bucket misses nothing, comes back after a crash, and keeps no world awake."""

from pytest import mark

from boxoffice import System, faults


async def writer(drivers):
    """Put objects and keys, one after another."""
    jetstream = drivers.nats.jetstream()
    objects = await jetstream.create_object_store("plans")
    keys = await jetstream.create_key_value(bucket="doors")
    for number in range(5):
        await objects.put(f"plan-{number}", bytes(300_000))
        await keys.put(f"door-{number}", b"open")


async def reader(drivers):
    """Write down what is seen of them, and get each."""
    seen = drivers.mongo["seen"]["plans"]
    jetstream = drivers.nats.jetstream()
    objects = await jetstream.create_object_store("plans")
    watcher = await objects.watch()
    async for info in watcher:
        if info is None:
            continue
        whole = await objects.get(info.name)
        change = {"$set": {"bytes": len(whole.data)}}
        await seen.update_one({"_id": info.name}, change, upsert=True)


def watched():
    system = System("watched")
    system.service("reader", reader, mongo="mongo", nats="wire")
    system.service("writer", writer, nats="wire")

    @system.finally_("every plan was read as a whole")
    def read(end):
        assert end.ids("seen.plans") == {f"plan-{number}" for number in range(5)}
        assert {it["bytes"] for it in end.documents("seen.plans").values()} == {300_000}

    return system


async def a_while(world):
    await world.passes(60)


@mark.parametrize(
    "fault",
    [
        faults.lost_requests(of="message", by="wire", nth=[3, 9]),
        faults.slow_calls(by_s=2.0, of="message", by="wire", share=0.5),
        faults.crashes("reader", after="mongo.update_one", nth=[1, 3]),
        faults.crashes("wire", on="delivered", nth=[4], down_s=1.0),
    ],
    ids=str,
)
def test_a_watcher_misses_nothing_whatever_happens_on_the_way(fault):
    system = watched()
    story = system.story()(a_while)
    struck = 0
    for seed in range(5):
        outcome = system.run(story, seed=seed, faults=[fault])
        assert not outcome.violations, seed
        struck += outcome.faults[0].times
    assert struck > 0


def test_faults_of_messages_strike_nothing_that_comes_in_order():
    system = watched()
    [told] = system.run(system.story()(a_while), faults=[faults.duplicates(of="$O.*")]).faults
    assert told.times == 0


def test_a_watcher_that_has_died_is_waited_for_no_longer_than_its_server_does():
    system = watched()

    @system.story()
    async def dies(world):
        await world.passes(1)
        world.crash("reader")
        await world.passes(1)
        bucket = await world.drivers_of(world.hosts["writer"]).nats.jetstream().key_value("doors")
        await bucket.put("last", b"closed")
        assert await world.quiet()

    outcome = system.run(dies)
    assert not [it for it in outcome.violations if it.invariant == "story"]
