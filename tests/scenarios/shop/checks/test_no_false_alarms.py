"""Histories that look wrong and are not, each of which a storm once took for a mistake."""

from dataclasses import replace

from boxoffice.clock import EPOCH
from boxoffice.trace import TraceEvent
from scenarios.shop.checks.ahead import as_far_ahead_as_promised
from scenarios.shop.checks.alarms import alarms_on_time
from scenarios.shop.checks.charging import Charging
from scenarios.shop.checks.evidence import Evidence, Message
from scenarios.shop.checks.orders import orders_settle
from scenarios.shop.checks.parking import parked_untimely
from scenarios.shop.checks.readiness import ready_as_it_says
from scenarios.shop.checks.unfolding import history_explains_state
from scenarios.shop.checks.unprovoked import late_news, no_own_errors

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


def given_back(*delays_s, restarted_s=0.0):
    """Have a message given back by two who have it in hand, for so long each."""
    message = {"consumer": "orders", "seq": 6, "subject": "ticket.updated"}
    given = ((at_s, "nats", "delivered", message | {"attempt": at_s}) for at_s in (1, 2, 3))
    crash = (restarted_s, "nats", "crash", {})
    back = ((4, "nats", "naked", message | {"delay_s": it}) for it in delays_s)
    events = recorded(*sorted((*given, crash), key=lambda it: it[0]), *back)
    return as_far_ahead_as_promised(Evidence(events=events)).breaches


def test_whoever_has_slept_gives_back_as_of_the_delivery_that_it_was():
    assert given_back(0.2, 0.05) == []
    assert given_back(0.2, 0.05, restarted_s=2.5) == []  # of what it had before, as well
    assert len(given_back(0.2, 1.0)) == 1
    assert len(given_back(0.2, 1.0, restarted_s=2.5)) == 1


def did_not_begin(*before, error):
    failed = (1.0, "orders", "log", {"what": "failed", "where": "start", "error": error})
    return [it.message for it in no_own_errors(Evidence(events=recorded(*before, failed))).breaches]


def test_who_is_refused_an_index_begins_anew_and_makes_no_mistake():
    refused = {"to": "orders-db", "verb": "create_index", "about": "", "says": "67"}
    error = "OperationFailure: Location67, full error: {'ok': 0.0, 'code': 67, 'codeName': …"
    assert did_not_begin((0.5, "orders", "answered", refused), error=error) == []
    assert len(did_not_begin(error=error)) == 1
    assert len(did_not_begin((0.5, "orders", "answered", refused), error="KeyError: 'id'")) == 1


def erred(where, code, refused=True):
    """Return what is said of a service that fails by this code, and was refused by it or not."""
    refusal = {"to": "orders-db", "verb": "update_one", "says": code}
    said = {
        "what": "failed",
        "where": where,
        "error": f"WriteError: no, {{'code': {code}, 'a': 1}}",
    }
    events = [(1.0, "orders", "answered", refusal)] * refused
    return no_own_errors(Evidence(events=recorded(*events, (1.1, "orders", "log", said)))).breaches


def test_what_a_store_has_refused_for_the_sake_of_a_document_is_no_mistake_of_a_service():
    assert erred("ticket.updated", "121") == []
    assert len(erred("ticket.updated", "121", refused=False)) == 1
    assert erred("start", "67") == []
    assert len(erred("ticket.updated", "67")) == 1


def given_up(*, prompt):
    """Have payments note at 00:04.3 what its clock said at 00:02, while it looks into books."""
    payment = {"status": "pending", "attempt": 1, "since": "2030-01-01T00:00:00.000Z"}
    payment |= {"sent_at": None, "next_at": None, "refusals": 0}
    gone = payment | {"status": "declined", "since": "2030-01-01T00:00:02.000Z"}
    mirror = {"database": "payments", "collection": "orders", "id": ORDER}
    before, after = ({"_id": ORDER, "status": "open", "payment": it} for it in (payment, gone))
    write = (4.3, "payments-db", "write", mirror | {"before": before, "after": after})
    evidence = Evidence(events=recorded(write), prompt=prompt)
    return [it.message for it in as_far_ahead_as_promised(evidence).breaches]


def test_where_a_search_slows_all_messages_a_loop_may_come_to_write_late():
    [said] = given_up(prompt=True)
    assert said.startswith("payments-db: the beginning of")
    assert given_up(prompt=False) == []


def rang(*between):
    """Have an alarm of the second minute, which is set in the first second, ring much too late."""
    created = {"id": ORDER, "expiresAt": "2030-01-01T00:02:00.000Z"}
    told = {"subject": "order.created", "data": {"type": "order.created", "data": created}}
    alarm = {"type": "expiration.complete", "data": {"orderId": ORDER}}
    heard = {"type": "order.created", "subject": ORDER, "decision": "apply"}
    events = recorded(
        (0.3, "nats", "stored", told | {"id": "a"}),
        (0.4, "expiration", "decided", heard),
        *between,
        (140.0, "nats", "stored", {"subject": alarm["type"], "data": alarm, "id": "b"}),
    )
    return [it.message for it in late_news(Evidence(events=events, prompt=True))]


def emptied(at_s):
    return (at_s, "redis", "crash", {}), (at_s, "redis", "forgets", {"s": None})


DIED = (7.0, "expiration", "crash", {})
BACK = (5.5, "redis", "start", {})


def test_redis_may_lose_an_alarm_that_expiration_cannot_know_of_and_not_all_of_them_for_good():
    assert len(rang()) == 1
    assert len(rang(*emptied(5.0), BACK)) == 1
    assert len(rang(*emptied(5.0), BACK, DIED, (9.0, "expiration", "start", {}))) == 1
    assert rang(*emptied(5.0), BACK, DIED) == []  # it is down still
    assert rang(*emptied(5.0)) == []
    assert rang(*emptied(70.0), (70.5, "redis", "start", {})) == []  # a minute ago it was amiss
    assert rang((5.0, "redis", "forgets", {"s": 5.0})) == []
    assert rang((5.0, "redis", "failover", {"loses_s": 0.2})) == []
    lost = (6.0, "expiration", "lost", {"to": "redis", "verb": "zadd"})
    assert rang(*emptied(5.0), BACK, lost) == []
    assert len(rang(*emptied(5.0), BACK, (6.0, "payments", "lost", {"to": "stripe"}))) == 1


SAID = {"seq": 1, "subject": "order.created"}


def announced(number, every_s):
    """Have so many orders stored at once, and their events one after another."""
    store = {"database": "orders", "collection": "orders", "before": None}
    entries = [{"_id": f"{n}", "outbox": [{"id": f"{n}-0"}]} for n in range(number)]
    events = recorded(
        *((1.0, "orders-db", "write", store | {"id": it["_id"], "after": it}) for it in entries),
        *((1.1 + n, "orders", "late", {"to": "orders-db", "s": 0.5}) for n in range(number)),
        *(
            (1.0 + every_s * (n + 1), "nats", "stored", {"id": f"{n}-0", "data": None} | SAID)
            for n in range(number)
        ),
    )
    return [it.message for it in late_news(Evidence(events=events, prompt=True))]


def test_what_stands_at_the_end_of_a_long_outbox_is_announced_when_its_turn_has_come():
    assert announced(30, 1.0) == []
    assert announced(1, 6.0)
    assert announced(30, 5.0)


def test_what_is_said_on_another_subject_than_its_own_announces_nothing():
    told = {"type": "ticket.created", "data": {"id": ORDER, "version": 0, "title": "Front row"}}
    said = [Message(1, "ticket.created", told), Message(2, "ticket.updated", told)]
    other = Message(3, "ticket.created", told | {"data": told["data"] | {"title": "Back row"}})
    assert history_explains_state(Evidence(messages=said)).breaches == []
    assert len(history_explains_state(Evidence(messages=[*said, other])).breaches) == 1


def still_open(at_s, *clock):
    """Return what is said of an order that has expired ten seconds after the beginning."""
    order = {"status": "created", "version": 0, "expires_at": "2030-01-01T00:00:10+00:00"}
    now_s = EPOCH.timestamp() + at_s
    evidence = Evidence(events=recorded(*clock), orders={ORDER: order}, now_s=now_s)
    return orders_settle(evidence).breaches


def test_whose_clock_is_behind_ends_what_is_overdue_that_much_later():
    assert (len(still_open(69.0)), len(still_open(71.0))) == (0, 1)
    assert still_open(89.0, (0.3, "orders", "skew", {"by_s": -20.0})) == []
    assert len(still_open(91.0, (0.3, "orders", "skew", {"by_s": -20.0}))) == 1
    assert len(still_open(71.0, (0.3, "payments", "skew", {"by_s": -20.0}))) == 1
    assert len(still_open(71.0, (0.3, "orders", "skew", {"by_s": 20.0}))) == 1


def not_put_aside(*limits):
    """Have a message fail for five minutes, and come again."""
    message = {"consumer": "orders", "seq": 3, "subject": "ticket.updated"}
    given = TraceEvent(0, 0, "nats", "delivered", None, message)
    failed = [
        TraceEvent(number, round(number * 60e6), "orders", "log", 0, {"what": "failed"})
        for number in range(1, 6)
    ]
    again = TraceEvent(9, 330_000_000, "nats", "delivered", None, message)
    said = [TraceEvent(6, round(it * 1e6), "nats", "limit", None, by) for it, by in limits]
    events = sorted([given, *failed, *said, again], key=lambda it: it.at_us)
    events = [replace(it, number=number) for number, it in enumerate(events)]
    return [*parked_untimely(Evidence(events=events))]


def test_what_fails_waits_for_a_broker_that_takes_its_letter():
    narrow, wide = {"most_bytes": 0}, {"most_bytes": 1024 * 1024}
    assert len(not_put_aside()) == 1
    assert not_put_aside((299.0, narrow), (301.0, wide)) == []
    assert len(not_put_aside((200.0, narrow), (250.0, wide))) == 1


def ready_between(*failed_s):
    """Have one refused twice, then once more when it has said to be ready."""
    said = {"what": "outage", "where": "outbox", "error": "ServiceUnavailableError"}
    failed = {"what": "failed", "where": "outbox", "error": "MaxPayloadError: no"}
    events = [(0.0, "expiration", "start", {})]
    events += [(at_s, "expiration", "log", said) for at_s in (36.0, 37.0)]
    events += [(at_s, "expiration", "log", failed) for at_s in failed_s]
    asked = {"method": "GET", "path": "/readyz", "to": "expiration"}
    answer = {"request": len(events), "status": 200, "body": {"status": "ready"}}
    events += [(41.0, "Olga", "request", asked), (41.1, "Olga", "response", answer)]
    events.append((41.4, "expiration", "log", said))
    return ready_as_it_says(Evidence(events=recorded(*events))).breaches


def test_who_has_failed_with_one_entry_meanwhile_was_refused_no_other():
    assert len(ready_between()) == 1
    assert ready_between(38.0) == []
