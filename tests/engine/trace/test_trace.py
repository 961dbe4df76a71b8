import json
from contextvars import copy_context

from boxoffice.trace.trace import Trace, caused_by


def trace_of(*moments_s):
    moments = iter(moments_s)
    return Trace(lambda: next(moments))


def test_events_are_numbered_in_their_order_and_timed_in_whole_microseconds():
    trace = trace_of(0.0, 1.2345678)
    trace.record("orders", "write")
    trace.record("nats", "stored", seq=7)
    assert [(it.number, it.at_us) for it in trace.events] == [(0, 0), (1, 1_234_568)]
    assert [it["seq"] for it in trace.of_kind("stored")] == [7]
    assert trace.events[0].get("seq", "none") == "none"


def test_an_event_goes_back_to_the_work_at_hand_unless_it_is_told_its_cause():
    trace = trace_of(*range(4))

    def work():
        caused_by(trace.record("ana", "request"))
        trace.record("orders", "write")
        trace.record("nats", "delivered", 1)

    copy_context().run(work)
    trace.record("tickets", "start")
    assert [it.cause for it in trace.events] == [None, 0, 1, None]


def test_the_line_of_an_event_does_not_depend_on_the_order_of_its_fields():
    one, two = trace_of(0), trace_of(0)
    one.record("orders", "write", a=1, b={"y": "é", "x": None})
    two.record("orders", "write", b={"x": None, "y": "é"}, a=1)
    assert one.events[0].as_json() == two.events[0].as_json()
    assert json.loads(one.events[0].as_json())["b"] == {"x": None, "y": "é"}
    assert "é" in one.events[0].as_json()
    assert one.sha256() == two.sha256()


def test_traces_that_differ_in_one_field_moment_cause_or_host_have_other_hashes():
    def hash_of(host="a", at_s=0, cause=None, **fields):
        trace = trace_of(at_s)
        trace.record(host, "write", cause, **fields)
        return trace.sha256()

    different = [
        hash_of(),
        hash_of(host="b"),
        hash_of(at_s=0.000001),
        hash_of(cause=0),
        hash_of(x=1),
        hash_of(x=2),
    ]
    assert len(set(different)) == len(different)


def test_watchers_see_every_event_as_it_happens():
    trace, seen = trace_of(0, 0), []
    trace.watchers.append(lambda event: seen.append((event.number, len(trace.events))))
    trace.record("a", "start")
    trace.record("a", "crash")
    assert seen == [(0, 1), (1, 2)]
