"""Worlds whose hosts cannot hear each other for a while."""

import asyncio
from contextlib import suppress

import httpx
from pytest import mark, raises

from boxoffice import Verdict
from boxoffice.faults import crashes, partitions
from boxoffice.faults.targets import NoSuchTarget
from tests.engine.toys import warehouse
from tests.engine.toys.depot import met


def played(seed, *faults):
    """Let Ann reserve a book until she is heard, while these faults strike."""
    system = warehouse()

    @system.story(faults=faults)
    async def a_day(world):
        for path, body in (
            ("/stock", {"sku": "book", "count": 5}),
            ("/reservations", {"id": "r1"}),
        ):
            await until_heard(world, path, body)
        await world.quiet()

    return system.run(a_day, seed)


async def until_heard(world, path, body):
    """Ask again and again, until there is an answer."""
    answer = None
    while answer is None or answer.status_code == 503:
        await asyncio.sleep(1.0)
        with suppress(httpx.TransportError):
            answer = await world.client("Ann").post(path, json=body)


def test_a_crashed_host_that_is_cut_off_comes_back_and_is_heard_once_healed():
    found = played(
        0,
        crashes("courier", on="write", of="shipments.insert_one", at="mongo", nth=[1], down_s=1.0),
        partitions("courier", on="crash", lasts_s=8.0),
    )
    assert [it.message for it in found.violations] == []
    assert found.verdict is Verdict.HOLDS
    kinds = [it.kind for it in found.trace.of_kind("crash", "partition", "heal")]
    assert kinds == ["crash", "partition", "heal"]
    (healed,) = found.trace.of_kind("heal")
    assert [it.at_us > healed.at_us for it in found.trace.of_kind("acked")] == [True]


def test_what_is_open_when_a_story_ends_is_closed_in_the_trace_before_the_verdict():
    async def story(world):
        await asyncio.sleep(2.0 - world.loop.time())
        world.faults.heal()

    world = met(partitions("nats", from_s=1.0, lasts_s=1_000.0))
    world.run(story)
    (healed,) = world.trace.of_kind("heal")
    assert (healed.host, healed.at_us) == ("nats", 2_000_000)


def test_one_seed_is_one_run():
    def sha256(seed):
        any_one = partitions("inventory", "courier", any_one=True, on="write", share=0.5)
        return played(seed, any_one, partitions("nats", from_s=0.05, lasts_s=3.0)).trace.sha256()

    assert sha256(3) == sha256(3) != sha256(4)


@mark.parametrize(("moment", "leg"), [("after", "response"), ("before", "request")])
@mark.parametrize("call", ["mongo.update_one", "stock.update_one"])
def test_a_partition_begins_at_a_drivers_call_and_loses_what_crosses_then(moment, leg, call):
    cut = partitions("mongo", lasts_s=2.0, nth=[1], **{moment: call})
    found = played(0, cut)
    lost, *_ = found.trace.of_kind("lost")
    assert (lost.host, lost["verb"], lost["leg"]) == ("inventory", "update_one", leg)
    [told] = found.faults
    assert (told.times, told.why_not) == (1, "")
    assert len(list(found.trace.of_kind("partition"))) == 1
    assert str(cut) == f"partitions('mongo', {moment}='{call}', nth=[1])"


def test_a_partition_at_a_call_says_who_makes_it():
    [told] = played(0, partitions("mongo", after="mongo.insert_one", by="courier", nth=[1])).faults
    assert told.times == 1
    [told] = played(0, partitions("nats", after="nats.publish", by="courier")).faults
    assert (told.times, told.why_not) == (0, "'courier' did nothing of this kind")


@mark.parametrize(
    ("given", "said"),
    [
        ({"after": "nats.ack", "before": "nats.ack"}, "say one of on, after and before"),
        ({"after": "nats.ack", "on": "write"}, "say one of on, after and before"),
        ({"after": "nats.ack", "of": "ack"}, "say one of on, after and before"),
        ({"by": "courier"}, "of, at, by and nth choose among events"),
    ],
)
def test_a_moment_of_a_partition_is_said_once(given, said):
    with raises(ValueError, match=said):
        partitions("nats", **given)


def test_a_call_that_no_driver_has_begins_no_partition():
    with raises(NoSuchTarget, match=r"there is no 'mongo\.updat_one'; did you mean 'mongo.update"):
        played(0, partitions("mongo", after="mongo.updat_one"))
