"""Messages on their way, where nobody says what was decided of them."""

from boxoffice.trace.trace import Trace
from boxoffice.views.diagram import arrows, marks
from boxoffice.views.handed import handed
from boxoffice.views.names import Names

SHIP = {"data": {"type": "ship", "subject": "box"}, "subject": "ship", "seq": 1}
CAME = {"consumer": "courier", "seq": 1, "subject": "ship"}


def drawn(by, *decided):
    """Return the ways of a message of somebody's that comes twice, and what its marks say."""
    now = iter(range(10))
    trace = Trace(lambda: float(next(now)))
    said = trace.record("nats", "stored", by=by, **SHIP).number
    came = [trace.record("nats", "delivered", said, **CAME).number for _ in range(2)]
    for number, decision in zip(came, decided, strict=False):
        trace.record("courier", "decided", number, decision=decision, **SHIP)
    shown = handed(trace)
    ways = [(it.source, it.target, it.style) for it in arrows(trace, trace.events, shown)]
    labels = [it.label for it in marks(trace.events, Names(trace), shown)]
    return ways, [labels[number] for number in came]


def test_who_is_handed_a_message_is_seen_to_be_and_once_more_where_it_comes_again():
    ways, labels = drawn("depot")
    assert ways == [("depot", "courier", "request"), ("depot", "courier", "duplicate")]
    assert labels == ["", "ship box again"]


def test_what_somebody_tells_themselves_goes_no_way():
    ways, labels = drawn("courier")
    assert ways == []
    assert labels[1] == "ship box again"


def test_where_decisions_are_told_they_say_it_all():
    ways, _ = drawn("depot", "apply", "duplicate")
    assert ways == [("depot", "courier", "apply"), ("depot", "courier", "duplicate")]
