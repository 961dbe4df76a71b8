"""A fault that can strike nothing is an error of one line, and one that has not says so."""

from io import StringIO

import httpx
from pytest import fixture, mark, raises
from rich.console import Console

from boxoffice import System
from boxoffice.faults import (
    crashes,
    delays,
    departures,
    duplicates,
    failing_over,
    failovers,
    lost_requests,
    partitions,
    poison,
    skews,
    slow_calls,
)
from boxoffice.faults.targets import NoSuchTarget
from boxoffice.views.verdicts import verdict_lines
from tests.engine.toys import warehouse


@fixture
def played():
    """Return how to play a small story of the warehouse under faults."""
    system = warehouse()
    worlds = []

    def play(*faults):
        @system.story(faults=faults)
        async def a_day(world):
            worlds.append(world)
            ann = world.client("Ann")
            await ann.post("/stock", json={"sku": "book", "count": 2})
            await ann.post("/reservations", json={"id": "r1"})
            await world.quiet()

        return system.run(a_day)

    play.worlds = worlds
    return play


@mark.parametrize(
    ("fault", "said"),
    [
        (crashes("inventry"), "crashes('inventry', on='write'): there is no host 'inventry'; did "),
        (departures("curier"), "there is no host 'curier'; did you mean 'courier'?"),
        (crashes("Ann"), "there is no host 'Ann'"),
        (crashes("inventory", on="wirte"), "no kind of event 'wirte'; did you mean 'write'?"),
        (partitions("nats", on="storde"), "no kind of event 'storde'; did you mean 'stored'?"),
        (lost_requests(at="mong"), "there is no host 'mong'; did you mean 'mongo'?"),
        (failing_over(at="stock-db"), "there is no host 'stock-db'; there are courier, inventory"),
        (lost_requests(of="updat_one"), "there is no 'updat_one'; did you mean 'update_one'?"),
        (slow_calls(of="publsh", at="nats"), "there is no 'publsh'; did you mean 'publish'?"),
        (failovers(of="insert_on"), "there is no 'insert_on'; did you mean 'insert_one'?"),
        (crashes("inventory", of="stock.insrt_one"), "did you mean 'stock.insert_one'?"),
        (crashes("inventory", at="mongoo"), "there is no host 'mongoo'; did you mean 'mongo'?"),
    ],
)
def test_a_host_or_a_kind_of_event_that_is_nowhere_is_refused_before_anything_runs(
    played, fault, said
):
    with raises(NoSuchTarget) as told:
        played(fault)
    assert said in str(told.value)
    assert "\n" not in str(told.value)
    assert played.worlds == []


@mark.parametrize(
    ("fault", "said"),
    [
        (duplicates(of="work.shipp"), "nothing publishes or consumes 'work.shipp'; did you mean "),
        (duplicates(of="wrok.*"), "nothing publishes or consumes 'wrok.*'; did you mean 'work."),
        (duplicates(of="work.>"), "nothing publishes or consumes 'work.>'; did you mean 'work."),
        (delays(at="couriers"), "there is no consumer 'couriers'; did you mean 'courier'?"),
        (
            poison(of="work.shp"),
            "nothing publishes or consumes 'work.shp'; did you mean 'work.ship'?",
        ),
        (partitions("An", from_s=0.01), "there is no host 'An'; did you mean 'Ann'?"),
        (partitions("ann", from_s=0.01), "there is no host 'ann'; did you mean 'Ann'?"),
        (partitions("courier-2", from_s=0.01), "there is no host 'courier-2'; did you mean 'cour"),
        (lost_requests(of="POST", by="curier"), "no caller 'curier'; did you mean 'courier'?"),
        (crashes("inventory", on="stored", of="work.shpi"), "'work.shpi'; did you mean 'work.ship"),
        (crashes("inventory", on="acked", at="courer"), "consumer 'courer'; did you mean 'courier"),
        (crashes("inventory", on="request", at="Anna"), "no 'Anna'; did you mean 'Ann'?"),
    ],
)
def test_what_is_called_published_and_consumed_nowhere_is_refused_after_a_run(played, fault, said):
    with raises(NoSuchTarget) as told:
        played(fault)
    assert said in str(told.value)
    assert "\n" not in str(told.value)


@mark.parametrize(
    ("fault", "why"),
    [
        (lost_requests(of="POST", by="Ben"), "'Ben' did nothing of this kind"),
        (
            partitions("Ben", from_s=0.01),
            "it cut, and nothing crossed meanwhile: there is no host 'Ben'; there are Ann, "
            "courier, inventory, mongo, nats",
        ),
        (duplicates(at="auditor"), "nothing of this kind was there, but courier"),
        (duplicates(of="work.cancel"), "nothing of this kind was there, but work.ship"),
        (duplicates(of="work.*", at="cor*"), "nothing of this kind was there, but work.ship"),
        (poison(of="parcel.*"), "nothing of this kind was there, but work.ship"),
        (crashes("inventory", on="stored", of="parcel.*"), "nothing of this kind was there, but"),
        (crashes("inventory", on="acked", at="zzz"), "nothing of this kind was there, but"),
        (crashes("inventory", on="acked", at="zzz", of="*.gone"), "nothing of this kind was"),
    ],
    ids=str,
)
def test_who_or_what_may_come_on_another_seed_is_no_error(played, fault, why):
    outcome = played(fault)
    [told] = outcome.faults
    assert told.why_not.startswith(why)
    assert outcome.verdict == "holds"


def test_whoever_comes_once_a_partition_has_begun_is_cut_off_as_well():
    system = warehouse()

    @system.story(faults=[partitions("Ben", on="request", nth=[1])])
    async def one_after_another(world):
        await world.client("Ann").post("/stock", json={"sku": "book", "count": 2})
        with raises(httpx.ReadTimeout):
            await world.client("Ben").post("/reservations", json={"id": "r1"})

    [fault] = system.run(one_after_another).faults
    assert (fault.times, fault.why_not) == (1, "")


def shown(outcome):
    console = Console(width=200, file=StringIO())
    console.print(verdict_lines(outcome))
    return console.file.getvalue()


@mark.parametrize(
    ("fault", "why"),
    [
        (
            lost_requests(of="delete_many"),
            "nothing of this kind was there, but stream.create, stream.names, consumer.info, "
            "POST, consumer.create, …",
        ),
        (duplicates(nth=[99]), "spared 1 of 1 that it might have struck"),
        (crashes("courier", on="raised"), "there was no occasion"),
        (
            duplicates(from_s=9e9),
            "what it might have struck was at 0.055 s, and not in its time",
        ),
    ],
)
def test_a_fault_that_has_not_struck_says_so(played, fault, why):
    outcome = played(duplicates(copies=2), fault)
    assert [(it.fault, it.times, it.why_not) for it in outcome.faults] == [
        ("duplicates()", 1, ""),
        (str(fault), 0, why),
    ]
    assert outcome.as_json()["faults"][1] == {"fault": str(fault), "times": 0, "why_not": why}
    assert f"○ never struck  {fault}: {why}" in shown(outcome)


def test_a_subject_that_a_consumer_of_everything_may_yet_be_told_of_is_no_error():
    system = System("listeners")

    async def listener(drivers):
        jetstream = drivers.nats.jetstream()
        await jetstream.add_stream(name="ALL", subjects=["news.>"])
        subscription = await jetstream.pull_subscribe("", durable="all", stream="ALL")
        await subscription.fetch(1, timeout=5)

    system.service("listener", listener, nats="nats")

    @system.story(faults=[duplicates(of="news.at-times")])
    async def a_day(world):
        await world.passes(1)

    (fault,) = system.run(a_day).faults
    assert (fault.fault, fault.times) == ("duplicates(of='news.at-times')", 0)


def test_a_person_can_be_cut_off():
    system = warehouse()

    @system.story(faults=[partitions("Ann", others=("inventory",), on="request", nth=[1])])
    async def asks(world):
        with raises(httpx.ReadTimeout):
            await world.client("Ann").post("/stock", json={"sku": "book", "count": 2})

    [fault] = system.run(asks).faults
    assert (fault.times, fault.why_not) == (1, "")


@mark.parametrize(
    ("fault", "times", "why"),
    [
        (
            partitions("Ann", others=("courier",), from_s=0.01),
            1,
            "it cut, and nothing crossed meanwhile",
        ),
        (partitions("nats", from_s=9e8), 0, "its time never came"),
        (skews("courier", by_s=60.0), 0, "nobody looked at this clock"),
        (duplicates(by="Ann"), 0, "'Ann' did nothing of this kind"),
        (
            crashes("courier", after="nats.publish"),
            0,
            "courier neither makes nor answers such calls: inventory does",
        ),
    ],
    ids=str,
)
def test_a_fault_that_has_struck_nothing_says_why(played, fault, times, why):
    outcome = played(fault)
    assert [(it.times, it.why_not) for it in outcome.faults] == [(times, why)]
    assert f"○ {'struck nothing' if times else 'never struck'}  {fault}: {why}" in shown(outcome)


def test_a_crash_of_nobody_is_an_error_at_once_and_keeps_nobody_waiting():
    system = warehouse()

    @system.story()
    async def a_day(world):
        with raises(ValueError, match="no host 'inventry'; did you mean 'inventory'"):
            world.crash("inventry", down_s=2.0)
        assert await world.quiet()

    outcome = system.run(a_day)
    assert not [it for it in outcome.violations if it.invariant == "story"]
    assert outcome.virtual_s < 60
