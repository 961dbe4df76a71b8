"""One trace of everything."""

from dataclasses import replace

from boxoffice.trace.outcome import counts_of
from boxoffice.trace.trace import TraceEvent
from boxoffice.views.names import Names
from scenarios.shop.checks import nothing_stuck
from scenarios.shop.checks.evidence import Backlog
from scenarios.shop.outside.history import history
from scenarios.shop.outside.merging import merged
from tests.scenarios.shop.outside.streams import ANAS, BEGAN, SEAT, Told, changed, offered, placed


def told() -> Told:
    told = Told()
    told.asks("POST /api/tickets", 0, 9, 201, {"id": SEAT, "version": 0}, "7", "sue")
    told.says(offered(), 1, 3, "7")
    told.asks("POST /api/orders", 20, 29, 201, {"id": ANAS, "version": 0}, "8")
    told.says(placed(ANAS, 1), 21, 23, "8")
    told.says(changed(1, ANAS), 24, 26, "8")
    return told


def test_the_trace_is_numbered_anew_in_the_order_of_time():
    events = told().evidence().events
    assert [it.number for it in events] == list(range(len(events)))
    assert [it.at_us for it in events] == sorted(it.at_us for it in events)
    assert [it.kind for it in events] == [
        *("request", "write", "stored", "response"),
        *("request", "write", "stored", "write", "stored", "response"),
    ]


def test_causes_and_requests_are_those_of_the_new_numbers():
    events = told().evidence().events
    assert [it.cause for it in events] == [None, 0, 1, 0, None, 4, 5, 6, 7, 4]
    assert [it["request"] for it in events if it.kind == "response"] == [0, 4]


def test_a_view_can_name_what_is_in_it():
    story = told()
    inferred_events = history(story.snapshot(), story.http, BEGAN)
    trace = merged(story.http, inferred_events)
    assert Names(trace).of(SEAT) == "ticket A"
    assert Names(trace).of(ANAS) == "order 1"
    assert counts_of(trace, 0)["published"] == 3


def test_a_delivery_goes_back_to_what_was_stored():
    story = told()
    delivered = {"consumer": "tickets", "seq": 2, "subject": "order.created", "attempt": 1}
    story.http.append(TraceEvent(4, 25_500, "nats", "delivered", None, delivered))
    events = story.evidence().events
    [found] = [it for it in events if it.kind == "delivered"]
    assert events[found.cause]["subject"] == "order.created"


def test_nobody_is_accused_of_acknowledgements_that_cannot_be_seen():
    story = told()
    delivered = {"consumer": "tickets", "seq": 2, "subject": "order.created", "attempt": 1}
    story.http.append(TraceEvent(4, 25_500, "nats", "delivered", None, delivered))
    evidence = replace(story.evidence(), consumers={"tickets": Backlog(0, 1)})
    [found] = nothing_stuck.judge(evidence).violations
    assert found.message == "tickets: 1 message unacknowledged"
