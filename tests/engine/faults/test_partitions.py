"""Hosts that cannot hear each other, while all of them are up."""

import asyncio
from contextlib import suppress

from pytest import fixture, mark, raises

from boxoffice.faults import partitions
from boxoffice.net.network import Lost
from tests.engine.faults.cables import Cables


@fixture
def cables():
    """Nobody can reach the server from the first second to the sixth."""
    wires = Cables(partitions("server", from_s=1.0, lasts_s=5.0))
    wires.begins()
    return wires


def test_a_request_to_a_host_that_is_cut_off_is_never_answered_and_has_no_effect(cables):
    cables.run(cables.later(2.0))
    with raises(Lost, match="server did not answer in time"):
        cables.call()
    assert 7.0 <= cables.loop.time() < 7.1, "the caller waits until its time is over"
    assert cables.effects == []
    (lost,) = cables.trace.of_kind("lost")
    assert (lost.host, lost["to"], lost["leg"]) == ("client", "server", "request")
    assert cables.trace.events[lost["partition"]].kind == "partition"


def test_a_request_that_is_under_way_when_the_partition_begins_is_lost(cables):
    cables.link = cables.slow_link()
    cables.run(cables.later(0.9))
    with raises(Lost):
        cables.call()
    assert cables.effects == []
    (lost,) = cables.trace.of_kind("lost")
    assert (lost["leg"], lost.at_us) == ("request", 1_400_000)


def test_an_answer_that_is_under_way_is_lost_though_the_effect_has_happened(cables):
    cables.link = cables.slow_link()
    cables.run(cables.later(0.25))
    with raises(Lost):
        cables.call()
    assert [round(at_s, 3) for at_s in cables.effects] == [0.75]
    (lost,) = cables.trace.of_kind("lost")
    assert (lost["leg"], lost.at_us) == ("response", 1_250_000)


def test_work_that_ends_while_its_host_is_cut_off_is_not_answered(cables):
    with raises(Lost):
        cables.call(lambda: cables.slow_effect(3.0))
    assert len(cables.effects) == 1
    assert [lost["leg"] for lost in cables.trace.of_kind("lost")] == ["response"]


def test_an_answer_that_left_during_a_partition_is_lost_though_it_has_healed_meanwhile(cables):
    cables.link = cables.slow_link()
    cables.run(cables.later(0.25))
    with raises(Lost):
        cables.call(lambda: cables.slow_effect(5.05))
    (answer,) = cables.trace.of_kind("lost")
    assert (answer["leg"], answer.at_us) == ("response", 5_800_000)


def test_a_request_that_left_during_a_partition_is_lost_though_it_has_healed_meanwhile(cables):
    cables.link = cables.slow_link()
    cables.run(cables.later(5.8))
    cables.link.send("ack", "1", cables.effect)
    with raises(Lost):
        cables.call()
    assert cables.effects == []
    assert cables.kinds("lost") == [("lost", 5.8), ("lost", 5.8)]


def test_an_error_under_way_is_lost_as_well(cables):
    def fail():
        raise LookupError("at the server")

    cables.link = cables.slow_link()
    cables.run(cables.later(0.25))
    with raises(Lost):
        cables.call(fail)


def test_a_refusal_does_not_cross_either(cables):
    cables.server.crash()
    cables.link = cables.slow_link()
    cables.run(cables.later(0.25))
    with raises(Lost):
        cables.call()


def test_who_is_cut_off_from_a_server_does_not_hear_that_it_dies(cables):
    cables.loop.call_later(3.0, cables.server.crash)
    with raises(Lost, match="did not answer in time"):
        cables.call(lambda: cables.slow_effect(4.0))
    assert cables.loop.time() > 5.0, "nobody told that the connection was broken"
    [lost] = cables.trace.of_kind("lost")
    assert (lost["leg"], cables.trace.events[lost["partition"]].kind) == ("response", "partition")


@mark.parametrize("sent_s", [0.9, 2.0])
def test_a_message_one_way_is_lost_whether_it_leaves_or_arrives_during_the_partition(
    cables, sent_s
):
    link = cables.slow_link()
    cables.run(cables.later(sent_s))
    link.send("ack", "1", cables.effect)
    cables.run(cables.later(20.0))
    assert cables.effects == []
    assert len(cables.kinds("lost")) == 1


def test_others_talk_on(cables):
    cables.run(cables.later(2.0))
    assert cables.run(cables.by.call("find", "", cables.effect)) == "done"
    assert cables.kinds("lost") == []


def test_it_heals_by_itself_when_it_is_time(cables):
    cables.run(cables.later(6.001))
    assert cables.call() == "done"
    assert cables.kinds("partition", "heal") == [("partition", 1.0), ("heal", 6.0)]
    begun, healed = cables.trace.of_kind("partition", "heal")
    assert (begun["hosts"], begun["others"], healed.cause) == (["server"], None, begun.number)


def test_it_is_healed_before_its_time_and_does_not_come_again(cables):
    cables.run(cables.later(2.0))
    cables.faults.heal()
    assert cables.call() == "done"
    cables.run(cables.later(20.0))
    assert cables.kinds("partition", "heal") == [("partition", 1.0), ("heal", 2.0)]
    assert cables.loop.unhandled_errors == []


def test_what_has_not_begun_never_begins_in_a_healed_world(cables):
    cables.faults.heal()
    cables.run(cables.later(20.0))
    assert cables.kinds("partition") == []


def test_a_caller_who_gave_up_is_not_told_and_nothing_is_recorded(cables):
    async def impatient():
        with suppress(TimeoutError):
            await asyncio.wait_for(
                cables.link.call("insert_one", "orders", cables.effect), timeout=0.6
            )

    cables.link = cables.slow_link()
    cables.run(cables.later(0.25))
    cables.run(impatient())
    cables.run(cables.later(20.0))
    assert len(cables.effects) == 1
    assert cables.kinds("lost") == []


@mark.parametrize(("others", "heard"), [((), False), (("bystander",), True), (("client",), False)])
def test_a_host_may_be_cut_off_from_some_only(others, heard):
    wires = Cables(partitions("server", others=others, from_s=1.0))
    wires.begins()
    wires.run(wires.later(2.0))
    if heard:
        assert wires.call() == "done"
    else:
        with raises(Lost):
            wires.call()


def test_those_who_are_cut_off_together_hear_each_other():
    wires = Cables(partitions("client", "server", from_s=1.0))
    wires.begins()
    wires.run(wires.later(2.0))
    assert wires.call() == "done"
    with raises(Lost):
        wires.run(wires.by.call("find", "", wires.effect))


def test_it_begins_right_after_an_event_and_with_it_as_its_cause():
    wires = Cables(partitions("server", on="stored", of="order.*", nth=[2], lasts_s=2.0))

    async def happens() -> None:
        for subject in ("order.created", "ticket.created", "order.cancelled"):
            assert wires.kinds("partition") == []
            wires.trace.record("nats", "stored", subject=subject)

    wires.run(happens())
    begun = wires.trace.events[-1]
    assert (begun.kind, wires.trace.events[begun.cause]["subject"]) == (
        "partition",
        "order.cancelled",
    )


def test_a_partition_that_lasts_is_not_begun_again():
    wires = Cables(partitions("server", on="write", lasts_s=2.0))

    async def writes():
        for _ in range(10):
            wires.trace.record("db", "write", collection="orders", verb="insert_one")
            await asyncio.sleep(0.5)

    wires.run(writes())
    begun = [at_s for kind, at_s in wires.kinds("partition", "heal") if kind == "partition"]
    assert begun == [0.0, 2.0, 4.0]
    assert wires.faults.injected == 3


def test_a_moment_is_drawn_from_the_seed():
    def moment_s(seed):
        wires = Cables(partitions("server", from_s=1.0, until_s=60.0), seed=seed)
        wires.begins()
        wires.run(wires.later(70.0))
        ((_, begun_s),) = wires.kinds("partition")
        return begun_s

    moments_s = [moment_s(seed) for seed in range(10)]
    assert len(set(moments_s)) == 10
    assert all(1.0 <= it < 60.0 for it in moments_s)
    assert moments_s == [moment_s(seed) for seed in range(10)]


def test_any_one_of_the_hosts_is_drawn_from_the_seed():
    def alone(seed):
        fault = partitions("client", "server", "bystander", any_one=True, from_s=1.0)
        wires = Cables(fault, seed=seed)
        wires.begins()
        wires.run(wires.later(2.0))
        (begun,) = wires.trace.of_kind("partition")
        (host,) = begun["hosts"]
        return host

    assert {alone(seed) for seed in range(20)} == {"client", "server", "bystander"}


def test_two_partitions_may_overlap():
    faults = [partitions("server", from_s=1.0), partitions("server", from_s=3.0)]
    wires = Cables(*faults)
    wires.begins()
    wires.run(wires.later(7.0))
    with raises(Lost):
        wires.call()
    assert [kind for kind, _ in wires.kinds("partition", "heal")] == [
        *("partition", "partition", "heal", "heal")
    ]


@mark.parametrize(
    ("wrong", "why"),
    [
        (lambda: partitions(), "name at least one host"),
        (lambda: partitions("orders", others=["orders"]), "cannot be cut off from itself: orders"),
        (lambda: partitions("orders", lasts_s=0), "lasts_s must be more than 0, not 0"),
        (lambda: partitions("orders", of="order.*"), "say their kind with on"),
        (lambda: partitions("orders", on="lost"), "'lost' is what partitions record"),
        (lambda: partitions("orders", share=2.0), "share must be from 0 to 1"),
    ],
)
def test_what_makes_no_sense_is_refused(wrong, why):
    with raises(ValueError, match=why):
        wrong()
