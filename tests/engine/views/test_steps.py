"""The steps of a small story: acknowledgements that came too early, and what lasts."""

from itertools import count

from pytest import mark

from boxoffice.search.looks import Met
from boxoffice.trace.trace import Trace
from boxoffice.views.names import Names
from boxoffice.views.steps import steps_of

LETTER = {"consumer": "courier", "seq": 1, "subject": "parcels.ship"}  # as a broker tells of it
WRITE = {"database": "d", "collection": "c", "id": "x", "before": None, "after": {"_id": "x"}}


def told(*steps):
    now = count()
    trace = Trace(lambda: next(now) / 1000)
    for host, kind, cause, fields in steps:
        trace.record(host, kind, cause, **fields)
    return list(steps_of(trace, {len(trace.events) - 1}, Met(), Names(trace)))


@mark.parametrize(
    ("steps", "shown"),
    [
        ([("nats", "acked", 0, LETTER), ("mongo", "write", 1, WRITE)], True),
        ([("mongo", "write", 1, WRITE), ("nats", "acked", 0, LETTER)], False),
        ([("nats", "acked", 0, LETTER), ("courier", "crash", None, {})], True),
        ([("courier", "crash", None, {}), ("nats", "acked", 0, LETTER)], True),
        ([("nats", "acked", 0, LETTER), ("inventory", "crash", None, {})], False),
    ],
    ids=[
        "before its effect",
        "after it",
        "before a death",
        "on its way at one",
        "before another's",
    ],
)
def test_an_acknowledgement_is_told_if_it_came_before_what_it_acknowledges(steps, shown):
    lines = told(
        ("nats", "stored", None, {"seq": 1, "subject": "parcels.ship", "data": ""}),
        ("nats", "delivered", 0, LETTER | {"attempt": 1}),
        *steps,
        ("mongo", "write", None, WRITE),
    )
    assert any(line.endswith("courier  acknowledges parcels.ship") for line in lines) is shown


def test_a_server_that_is_slow_is_told_once():
    late = {"to": "mongo", "verb": "find_one", "leg": "request"}
    slow = [("courier", "late", None, {**late, "s": 0.1 * nth}) for nth in (1, 3, 2)]
    lines = told(*slow, ("mongo", "write", None, WRITE))
    assert lines[0] == (
        "    00:00.000  courier  3 calls to mongo are up to 0.3 s late, until 00:00.002"
    )
    assert len(lines) == 2


def test_what_somebody_does_again_is_told_again():
    asks = ("Ann", "request", None, {"method": "POST", "path": "/parcels", "body": None})
    lines = told(asks, asks, ("mongo", "write", None, WRITE))
    assert sum("POST /parcels" in line for line in lines) == 2


def test_a_field_that_is_removed_is_told():
    write = {**WRITE, "before": {"_id": "x", "holder": "Ann"}, "after": {"_id": "x"}}
    assert told(("mongo", "write", None, write))[-1].endswith("holder Ann → –")


def test_a_delivery_once_more_and_one_that_is_late_are_told_where_messages_are_struck():
    trace = Trace(lambda: len(trace.events) / 10)
    trace.record("nats", "stored", None, seq=1, subject="parcels.ship", data="")
    for kind in ("delivered", "acked", "delivered", "naked", "delivered"):
        trace.record("nats", kind, 0 if kind == "delivered" else None, **LETTER)
    lines = list(steps_of(trace, {len(trace.events) - 1}, Met(), Names(trace), deliveries=True))
    assert [line.partition("delivers ")[2] for line in lines if "delivers" in line] == [
        "parcels.ship to courier, 0.1 s after it was published",
        "parcels.ship to courier once more",
        "parcels.ship to courier",  # which is the proof; it was given back before
    ]


def test_a_refusal_is_told_where_nothing_proves_what_fell():
    trace = Trace(lambda: 1.0)
    trace.record("Ann", "request", None, method="PUT", path="/holds/a", body=None, to="desk")
    trace.record("Ann", "response", 0, request=0, status=409, body=None, headers={})
    assert "    00:01.000  Ann  is answered 409: PUT /holds/a" in [
        *steps_of(trace, set(), Met(), Names(trace))
    ]
    assert not [it for it in steps_of(trace, {0}, Met(), Names(trace)) if "409" in it]
