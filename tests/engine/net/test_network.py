import asyncio
import statistics
from contextlib import suppress

from pytest import mark, raises

from boxoffice.net.calls import CallFault
from boxoffice.net.network import CLUSTER_S, Answered, Lost, Refused
from tests.engine.wires import Wires

LEGS = {"request": CallFault(lose_request=True), "response": CallFault(lose_response=True)}


def test_a_call_has_its_effect_between_two_latencies():
    wires = Wires()
    assert wires.call() == "done"
    (at_s,) = wires.effects
    assert CLUSTER_S[0] <= at_s <= wires.loop.time() - CLUSTER_S[0]


@mark.parametrize(("leg", "effects"), [("request", 0), ("response", 1)])
def test_a_lost_request_has_no_effect_and_a_lost_response_has_it(leg, effects):
    wires = Wires(fault=LEGS[leg])
    with raises(Lost):
        wires.call()
    assert len(wires.effects) == effects


def test_the_caller_cannot_tell_which_leg_was_lost():
    def seen_by_the_caller(fault):
        wires = Wires(fault=fault)
        with raises(Lost) as caught:
            wires.call()
        return str(caught.value), round(wires.loop.time(), 1)

    assert seen_by_the_caller(LEGS["request"]) == seen_by_the_caller(LEGS["response"])
    assert seen_by_the_caller(LEGS["request"]) == ("server did not answer in time", 5.0)


def test_a_lost_answer_hides_an_error_as_well():
    def fail():
        raise LookupError("at the server")

    with raises(Lost):
        Wires(fault=LEGS["response"]).call(fail)
    with raises(LookupError, match="at the server"):
        Wires().call(fail)


def test_the_trace_says_which_leg_was_lost_and_by_how_much_a_call_was_late():
    for leg, fault in LEGS.items():
        wires = Wires(fault=fault)
        with suppress(Lost):
            wires.call()
        (event,) = wires.trace.of_kind("lost")
        assert (event.host, event["to"], event["verb"]) == ("client", "server", "insert_one")
        assert event["leg"] == leg
    wires = Wires(fault=CallFault(request_delay_s=2.0, response_delay_s=1.0))
    wires.call()
    assert [event["s"] for event in wires.trace.of_kind("late")] == [3.0]
    assert 2.0 < wires.effects[0] < 2.1
    assert 3.0 < wires.loop.time() < 3.1
    wires = Wires(fault=CallFault(request_delay_s=2.0, says="13", done=True))
    with suppress(Answered):
        wires.call()
    assert [(event["says"], event["s"]) for event in wires.trace.of_kind("answered")] == [
        ("13", 2.0)
    ]


def test_a_host_that_is_down_refuses_and_nothing_happens():
    wires = Wires()
    wires.server.crash()
    with raises(Refused, match="server"):
        wires.call()
    assert wires.effects == []
    assert wires.loop.time() < 1.0, "a refusal is no timeout"


def test_a_server_that_dies_at_work_breaks_the_connection():
    wires = Wires()
    wires.loop.call_later(3.0, wires.server.crash)
    with raises(Lost, match="server went away"):
        wires.call(wires.slow_effect)
    assert 3.0 < wires.loop.time() < 3.1
    wires.run(asyncio.sleep(60))
    assert wires.effects == [], "its work died with it"


def test_an_effect_under_way_at_the_server_survives_its_client():
    wires = Wires()
    call = wires.client.spawn(wires.link.call("insert_one", "orders", wires.slow_effect))
    wires.loop.call_later(3.0, wires.client.crash)
    wires.run(asyncio.wait([call]))
    assert call.cancelled()
    wires.run(asyncio.sleep(60))
    assert len(wires.effects) == 1


def test_a_future_that_a_client_waited_for_is_let_go_when_the_client_dies():
    wires = Wires()
    waiting = wires.loop.create_future()
    call = wires.client.spawn(wires.link.call("fetch", "orders", lambda: waiting))
    wires.loop.call_later(3.0, wires.client.crash)
    wires.run(asyncio.wait([call]))
    wires.run(asyncio.sleep(1))
    assert waiting.cancelled()


def test_what_an_ended_life_still_calls_is_refused():
    wires = Wires()
    wires.client.crash()
    with raises(asyncio.CancelledError, match="client has crashed"):
        wires.call()
    with raises(asyncio.CancelledError, match="client has crashed"):
        wires.link.send("ack", "1", wires.effect)
    wires.run(asyncio.sleep(60))
    assert wires.effects == []


def test_a_new_life_calls_by_a_link_of_its_own():
    wires = Wires()
    wires.client.crash()
    wires.client.revive()
    with raises(asyncio.CancelledError):
        wires.call()
    wires.link = wires.between(wires.client, wires.server)
    assert wires.call() == "done"


@mark.parametrize(
    ("fault", "arrives"),
    [
        (None, 1),
        (CallFault(request_delay_s=2.0), 1),
        (LEGS["request"], 0),
        (LEGS["response"], 0),
        (CallFault(says="503"), 0),
    ],
)
def test_a_message_one_way_arrives_late_or_never(fault, arrives):
    wires = Wires(fault=fault)
    wires.link.send("ack", "1", wires.effect)
    assert wires.effects == [], "not before it has travelled"
    wires.run(asyncio.sleep(60))
    assert len(wires.effects) == arrives
    if fault is not None and arrives:
        assert 2.0 < wires.effects[0] < 2.1


def test_a_message_one_way_to_a_host_that_is_down_is_gone():
    wires = Wires()
    wires.link.send("ack", "1", wires.effect)
    wires.server.crash()
    wires.run(asyncio.sleep(60))
    assert wires.effects == []


def test_each_direction_of_each_link_has_latencies_of_its_own():
    def latencies_s(elsewhere=lambda wires: None):
        """Return how long 20 calls took, there and back, with something else in between."""
        wires, there, back = Wires(seed=3), [], []
        for _ in range(20):
            start_s = wires.loop.time()
            wires.call()
            at_s, end_s = wires.effects[-1], wires.loop.time()
            there.append(round(at_s - start_s, 9))
            back.append(round(end_s - at_s, 9))
            elsewhere(wires)
        return there, back

    def to_another_host(wires):
        wires.run(wires.between(wires.client, wires.host("other")).call("find", "", lambda: None))

    def one_way(wires):
        wires.link.send("ack", "1", lambda: None)

    there, back = latencies_s()
    assert there != back
    assert latencies_s(to_another_host) == (there, back)
    assert latencies_s(one_way)[0] != there
    assert latencies_s(one_way)[1] == back


def test_a_link_has_the_latency_that_it_was_given():
    wires = Wires()
    link = wires.network.link(wires.client.life, wires.server, (1.0, 0.5))
    seen = []
    for _ in range(200):
        start_s = wires.loop.time()
        wires.run(link.call("find", "", wires.effect))
        seen.append(wires.effects[-1] - start_s)
    assert min(seen) >= 1.0
    assert 1.4 < statistics.mean(seen) < 1.6


def test_calls_overtake_each_other_and_the_seed_says_which():
    def order_of_effects(seed):
        wires, seen = Wires(seed), []
        for number in range(10):
            wires.link.send("ack", str(number), lambda it=number: seen.append(it))
        wires.run(asyncio.sleep(1))
        return seen

    assert order_of_effects(1) == order_of_effects(1)
    assert order_of_effects(1) != order_of_effects(2)
    assert sorted(order_of_effects(1)) == list(range(10))
    assert order_of_effects(1) != list(range(10))
