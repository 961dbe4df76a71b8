import json
from datetime import UTC, datetime

from boxoffice.trace.trace import TraceEvent
from scenarios.shop.targets.decisions import decisions, linked

BEGAN = datetime(2030, 1, 1, tzinfo=UTC)


def line(**fields):
    said = {"event": "decided", "timestamp": "2030-01-01T00:00:01.500000Z", "delivery": 7}
    return json.dumps(said | fields)


def test_a_decision_is_read_from_the_log_of_its_instance():
    log = line(type="ticket.created", subject="t", version=0, decision="apply", attempt=1)
    (found,) = decisions({"orders-2": f"{log}\n"}, BEGAN, number=3)
    assert (found.number, found.at_us, found.host, found.kind) == (
        3,
        1_500_000,
        "orders-2",
        "decided",
    )
    assert found.fields == {
        "type": "ticket.created",
        "subject": "t",
        "version": 0,
        "decision": "apply",
        "attempt": 1,
        "seq": 7,
    }


def test_other_lines_and_lines_cut_off_by_a_kill_say_nothing():
    cut = line(decision="apply")[:-20]
    log = "\n".join(["Traceback", line(event="answered"), "[1]", "7", cut])
    assert decisions({"orders": log}, BEGAN, 0) == []


def test_several_instances_have_numbers_of_their_own():
    logs = {"orders": line(decision="apply"), "orders-2": line(decision="duplicate")}
    assert [it.number for it in decisions(logs, BEGAN, 5)] == [5, 6]


def event(number, kind, host="nats", **fields):
    return TraceEvent(number, number, host, kind, None, fields)


def test_a_decision_goes_back_to_the_storing_by_way_of_its_delivery():
    told = linked(
        [
            event(0, "stored", seq=7),
            event(1, "delivered", consumer="orders", seq=7, attempt=1),
            event(2, "delivered", consumer="tickets", seq=7, attempt=1),
            event(3, "delivered", consumer="orders", seq=7, attempt=2),
            event(4, "decided", host="orders-2", seq=7, attempt=1),
            event(5, "decided", host="orders", seq=7, attempt=2),
        ]
    )
    assert [it.cause for it in told] == [None, 0, 0, 0, 1, 3]


def test_a_decision_whose_delivery_nobody_saw_has_no_cause():
    (told,) = linked([event(0, "decided", host="orders", seq=7, attempt=1)])
    assert told.cause is None
