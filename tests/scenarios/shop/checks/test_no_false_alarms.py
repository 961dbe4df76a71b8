"""Histories that look wrong and are not, each of which a storm once took for a mistake."""

from boxoffice.trace import TraceEvent
from scenarios.shop.checks.alarms import alarms_on_time
from scenarios.shop.checks.charging import Charging
from scenarios.shop.checks.evidence import Evidence

ORDER = "70dbd880035bad664f0031e3"


def recorded(*events):
    """Return events of so many seconds, hosts, kinds and fields, numbered as they come."""
    return [
        TraceEvent(number, round(at_s * 1e6), host, kind, None, fields)
        for number, (at_s, host, kind, fields) in enumerate(events)
    ]


def charge(at_s, outcome, replayed):
    said = {"order": ORDER, "outcome": outcome, "replayed": replayed, "key": ORDER}
    return at_s, "stripe", "charge", said


def asked_again(*between):
    charges = (
        charge(1, "succeeded", False),
        charge(28, "refused", True),
        charge(37, "refused", True),
    )
    first, *others = charges
    charging = Charging()
    return [it for event in recorded(first, *between, *others) for it in charging.follow(event)]


def test_who_has_not_heard_what_stripe_said_does_not_look_into_its_books():
    late = {"to": "stripe", "verb": "charge", "about": ORDER, "s": 5.0, "unheard": True}
    lost = {"to": "stripe", "verb": "charge", "about": ORDER, "what": "response"}
    assert len(asked_again()) == 1
    assert asked_again((13, "payments", "late", late)) == []
    assert asked_again((13, "payments", "lost", lost)) == []


def rung(*clock):
    created = {"id": ORDER, "expiresAt": "2030-01-01T00:00:02.235Z"}
    told = {"seq": 1, "duplicate": False, "by": "orders", "subject": "order.created"}
    rings = {"seq": 2, "duplicate": False, "by": "expiration", "subject": "expiration.complete"}
    alarm = {"type": "expiration.complete", "time": "2030-01-01T00:00:01.102Z"}
    alarm |= {"data": {"orderId": ORDER}}
    events = recorded(
        (0.3, "nats", "stored", told | {"data": {"type": "order.created", "data": created}}),
        *((at_s, "expiration", "skew", {"by_s": by_s}) for at_s, by_s in clock),
        (1.2, "nats", "stored", rings | {"data": alarm}),
    )
    return [it.message for it in alarms_on_time(Evidence(events=events)).breaches]


def test_what_was_due_by_a_clock_that_is_set_back_may_be_told_after_it():
    assert len(rung()) == 1
    assert rung((0.0, 60.0), (1.01, 0.0)) == []
    assert len(rung((0.0, 60.0))) == 1  # by its own clock, which is ahead all along
    assert len(rung((0.0, -60.0), (1.01, 0.0))) == 1
