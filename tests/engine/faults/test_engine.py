"""Every family of faults, where the world asks for it."""

from pytest import fixture, mark, raises

from boxoffice import faults as families
from boxoffice.clock.randomness import Randomness
from boxoffice.faults.engine import Faults
from boxoffice.net.calls import Call
from boxoffice.trace.trace import Trace


class Bench:
    """An engine, asked by hand."""

    def __init__(self):
        self.now_s = 0.0
        self.crashed = []
        self.trace = Trace(lambda: self.now_s)

    def breaks(self, *faults, seed=0):
        """Put faults in place."""
        self.engine = Faults(
            faults,
            Randomness(seed),
            self.trace,
            lambda: self.now_s,
            lambda *given: self.crashed.append(given),
        )
        return self.engine


@fixture
def bench():
    return Bench()


CHARGE = Call("payments", "stripe", "charge", "an order", "stripe")
WRITE = Call("orders", "orders-db", "update_one", "orders")


def test_a_message_is_copied_and_its_copies_come_within_bounds(bench):
    engine = bench.breaks(families.duplicates(copies=3, within_s=0.5, of="order.*", at="tickets"))
    after_s = engine.delivery_delays("tickets", "order.created")
    assert after_s[0] == 0.0
    assert len(after_s) == 4
    assert all(0.0 < moment < 0.5 for moment in after_s[1:])
    assert engine.delivery_delays("payments", "order.created") == [0.0]
    assert engine.injected == 1


def test_a_copy_comes_when_it_is_said_to(bench):
    engine = bench.breaks(families.delays(2.0), families.duplicates(after_s=3.0, within_s=0.0))
    assert engine.delivery_delays("orders", "ticket.updated") == [2.0, 5.0]


def test_messages_are_delayed_one_after_another_by_a_list_of_seconds(bench):
    engine = bench.breaks(families.delays([4.0, 3.0]))
    assert [engine.delivery_delays("orders", "ticket.updated") for _ in range(3)] == [
        [4.0],
        [3.0],
        [4.0],
    ]


def test_a_reordered_message_is_overtaken(bench):
    engine = bench.breaks(families.reorders(within_s=0.2))
    moments = [engine.delivery_delays("orders", "ticket.updated") for _ in range(20)]
    assert all(0.0 < one[0] < 0.2 and len(one) == 1 for one in moments)
    assert len({one[0] for one in moments}) == 20


def test_faults_of_one_message_add_up(bench):
    engine = bench.breaks(families.delays(2.0), families.duplicates(copies=1, within_s=0.5))
    first, copy = engine.delivery_delays("orders", "ticket.updated")
    assert first == 2.0
    assert 2.0 < copy < 2.5
    engine = bench.breaks(families.delays(2.0), families.reorders(within_s=0.5))
    (late,) = engine.delivery_delays("orders", "ticket.updated")
    assert 2.0 < late < 2.5


@mark.parametrize(
    ("fault", "call_fault"),
    [
        (families.lost_requests(of="update_one", at="orders-db"), (0.0, True, False)),
        (families.lost_responses(of="update_one", at="orders-db"), (0.0, False, True)),
        (families.lost_requests(of="insert_one"), None),
        (families.stripe_timeouts(), None),
    ],
)
def test_a_call_is_lost_on_one_leg(bench, fault, call_fault):
    found = bench.breaks(fault).fault_for(WRITE)
    seen = found and (found.request_delay_s, found.lose_request, found.lose_response)
    assert seen == call_fault


@mark.parametrize("charged", [True, False])
def test_stripe_falls_silent_after_it_has_charged_or_before(bench, charged):
    engine = bench.breaks(families.stripe_timeouts(charged=charged))
    call_fault = engine.fault_for(CHARGE)
    assert (call_fault.lose_response, call_fault.lose_request) == (charged, not charged)
    assert engine.fault_for(CHARGE._replace(verb="refund")) is None


def test_a_slow_call_takes_its_time(bench):
    engine = bench.breaks(families.slow_calls(by_s=0.2))
    delays_s = [engine.fault_for(WRITE).request_delay_s for _ in range(20)]
    assert all(0.0 < delay_s < 0.2 for delay_s in delays_s)
    assert len(set(delays_s)) == 20


def test_a_host_crashes_at_the_event_that_was_named(bench):
    bench.breaks(families.crashes("orders", of="orders.insert_one", at="orders-db", nth=[2]))
    for collection, verb in [("orders", "update_one"), ("orders", "insert_one")] * 2:
        bench.trace.record("orders-db", "write", collection=collection, verb=verb)
        assert len(bench.crashed) == (len(bench.trace.events) == 4)
    assert bench.crashed == [("orders", 2.0)]


def test_a_host_is_told_before_it_goes(bench):
    bench.breaks(families.departures("orders", notice_s=7.0, down_s=3.0, nth=[1]))
    bench.trace.record("orders-db", "write", collection="orders", verb="insert_one")
    assert bench.crashed == [("orders", 3.0, 7.0)]


def test_a_host_crashes_when_a_consumer_has_got_a_message(bench):
    bench.breaks(
        families.crashes("tickets", on="delivered", of="order.*", at="tickets", down_s=9.0)
    )
    bench.trace.record("nats", "delivered", consumer="orders", subject="order.created")
    bench.trace.record("nats", "acked", consumer="tickets", subject="order.created")
    assert bench.crashed == []
    bench.trace.record("nats", "delivered", consumer="tickets", subject="order.created")
    assert bench.crashed == [("tickets", 9.0)]


@mark.parametrize("on", ["crash", "start"])
def test_a_crash_does_not_crash_again(on):
    with raises(ValueError, match="never comes back"):
        families.crashes("orders", on=on)


@mark.parametrize(
    "fault",
    [
        families.duplicates(),
        families.delays(),
        families.reorders(),
        families.lost_requests(),
        families.lost_responses(),
        families.slow_calls(),
        families.stripe_timeouts(),
        families.crashes("orders"),
        families.departures("orders"),
    ],
    ids=lambda fault: fault.name,
)
def test_a_healed_world_breaks_no_more(bench, fault):
    def strike():
        bench.trace.record("orders-db", "write", collection="orders", verb="insert_one")
        return (
            engine.delivery_delays("orders", "ticket.updated"),
            engine.fault_for(CHARGE),
            bench.crashed.copy(),
        )

    engine = bench.breaks(fault)
    assert strike() != ([0.0], None, [])
    struck = engine.injected
    bench.crashed.clear()
    engine.heal()
    assert strike() == ([0.0], None, [])
    assert engine.injected == struck > 0


def test_each_fault_has_a_chance_of_its_own(bench):
    def copied(*faults):
        engine = Bench().breaks(*faults)
        return [len(engine.delivery_delays("orders", "ticket.updated")) for _ in range(50)]

    one = families.duplicates(share=0.5)
    assert copied(one) == copied(one, families.reorders(share=0.5))


def test_whoever_judges_how_late_messages_are_knows_whether_some_may_be_kept(bench):
    assert bench.breaks(families.delays(2.0)).keep_messages
    assert not bench.breaks(families.slow_calls(1.0)).keep_messages
