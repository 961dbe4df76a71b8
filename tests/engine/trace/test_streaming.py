from boxoffice.trace.streaming import StreamingTrace
from boxoffice.trace.trace import TraceEvent


def test_a_forgetful_trace_tells_and_does_not_keep() -> None:
    heard: list[TraceEvent] = []
    trace = StreamingTrace(lambda: 1.0)
    trace.watchers.append(heard.append)
    trace.record("stripe", "charge", parcel="a")
    assert [event["parcel"] for event in heard] == ["a"]
    assert trace.events == []
