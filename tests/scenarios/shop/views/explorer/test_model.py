"""A run as data: nothing that was in the trace is lost on the way."""

import json
from typing import Any

import pytest

from boxoffice import faults
from boxoffice.trace.trace import Trace
from boxoffice.trace.verdict import Violation
from boxoffice.views.explorer.model import PROOF, QUIET, run_of, text_of
from tests.scenarios.shop.views.runs import CRASH, made, number, outcome, purchase


def shown(trace: Trace, *violations: Violation) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(text_of([outcome(trace, *violations)]))[0]
    return run


def column(run: dict[str, Any], name: str) -> list[str]:
    return [run["words"][at] for at in run["events"][name]]


def test_every_event_of_the_trace_is_there_with_its_time_kind_and_host() -> None:
    trace = purchase()
    run = shown(trace)
    assert run["events"]["us"] == [event.at_us for event in trace.events]
    assert column(run, "kind") == [event.kind for event in trace.events]
    assert column(run, "host") == [event.host for event in trace.events]
    assert {len(each) for each in run["events"].values()} == {len(trace.events)}


def test_lanes_go_from_people_over_services_to_servers() -> None:
    lanes = shown(purchase())["lanes"]
    assert [name for name, _ in lanes] == [
        *("sue", "ana", "auth", "tickets", "orders", "payments", "expiration", "stripe")
    ]
    assert [kind for _, kind in lanes] == ["person"] * 2 + ["service"] * 5 + ["server"]


@pytest.mark.parametrize("fault", [CRASH, faults.duplicates(copies=2), faults.reorders(share=0.5)])
def test_each_document_can_be_had_again_from_its_changes(fault: faults.Fault) -> None:
    trace = purchase(fault)
    run, held = shown(trace), {}
    for n, document, new, gone in run["changes"]:
        before = held.get(document, {})
        held[document] = {key: it for key, it in (before | (new or {})).items() if key not in gone}
        after = trace.events[n]["after"] or {}
        assert held[document].keys() == after.keys() - {"_id"}
        for key in held[document].keys() & {"version", "status", "revision", "price_cents"}:
            assert held[document][key] == after[key]
    assert len(held) == len(run["documents"]) > 3


def test_a_deleted_document_is_told_from_an_emptied_one() -> None:
    about = {"database": "auth", "collection": "resets", "id": "r", "verb": "delete_one"}
    trace = made(
        [
            (0, "auth-db", "write", about | {"before": None, "after": {"_id": "r", "a": 1}}),
            (
                1,
                "auth-db",
                "write",
                about | {"before": {"_id": "r", "a": 1}, "after": {"_id": "r"}},
            ),
            (2, "auth-db", "write", about | {"before": {"_id": "r"}, "after": None}),
        ]
    )
    changes = [[0, 0, {"a": 1}, []], [1, 0, {}, ["a"]], [2, 0, None, []]]
    assert shown(trace)["changes"] == changes


def test_an_event_goes_from_its_publisher_to_each_consumer() -> None:
    trace = purchase()
    run, lanes = shown(trace), [name for name, _ in shown(trace)["lanes"]]
    taken = {event.number for event in trace.of_kind("decided") if event["type"] == "order.created"}
    ways = [way for way in run["arrows"] if way[0] in taken]
    assert {lanes[way[1]] for way in ways} == {"orders"}
    assert {lanes[way[3]] for way in ways} == {"tickets", "payments", "expiration"}
    assert all(way[2] < way[4] for way in ways)


def test_a_duplicate_is_drawn_unlike_what_was_applied() -> None:
    run = shown(purchase(faults.duplicates(of="payment.created")))
    assert [way[5] for way in run["arrows"]].count("duplicate") == 1
    assert column(run, "shape").count("duplicate") == 1


def test_a_lost_answer_has_a_way_of_its_own() -> None:
    ask = {"method": "POST", "path": "/api/payments", "body": {}, "to": "payments"}
    lost = {"to": "payments", "verb": "POST", "about": "/api/payments", "leg": "response"}
    unknown = {"request": 0, "outcome": "unknown", "why": "Lost"}
    steps = [(0, "ana", "request", ask), (0, "ana", "lost", lost), (9, "ana", "response", unknown)]
    assert [way[5] for way in shown(made(steps))["arrows"]] == ["request", "lost"]


def test_a_crashed_host_has_a_span_until_it_is_back() -> None:
    trace = purchase(CRASH)
    [[lane, begin, end, what]] = (run := shown(trace))["spans"]
    assert run["lanes"][lane] == ["expiration", "service"]
    assert begin == trace.events[number(trace, "crash")].at_us
    assert end == trace.events[number(trace, "start")].at_us
    assert what == "down"


def test_a_partition_spans_every_host_that_it_names() -> None:
    hosts = {"hosts": ["orders", "tickets"]}
    steps = [
        *((at, host, "crash", {}) for at, host in enumerate(("orders", "tickets"))),
        (5, "network", "partition", hosts),
        (9, "network", "heal", hosts),
    ]
    spans = [span for span in shown(made(steps))["spans"] if span[3] == "cut off"]
    assert [span[1:3] for span in spans] == [[5, 9], [5, 9]]
    assert len({span[0] for span in spans}) == 2


def test_a_proof_is_flagged_and_never_quiet() -> None:
    trace = purchase()
    proof = number(trace, "acked")
    assert shown(trace)["events"]["flags"][proof] == QUIET
    violated = shown(trace, Violation("nothing-stuck", "stuck", [proof]))
    assert violated["events"]["flags"][proof] == PROOF
    assert violated["judgements"][0]["violations"] == [{"events": [proof], "message": "stuck"}]


def test_a_message_that_says_the_last_digits_of_an_id_gets_the_name_too() -> None:
    trace = purchase()
    order = trace.events[number(trace, "decided", type="order.completed")]["subject"]
    found = Violation("orders-settle", f"order {order[-6:]}: order {order} of aaaaaa", [0])
    [told] = shown(trace, found)["judgements"][0]["violations"]
    assert told["message"] == "order 1: order order 1 of aaaaaa"


def test_an_event_names_the_orders_and_tickets_that_it_is_about() -> None:
    trace = purchase()
    run = shown(trace)
    stored = number(trace, "stored", subject="order.created")
    assert [run["words"][at] for at in run["events"]["refs"][stored]] == ["order 1", "ticket A"]


def test_an_answer_goes_back_to_its_question() -> None:
    ask = {"method": "GET", "path": "/api/orders", "body": {}, "to": "orders"}
    answer = {"request": 0, "outcome": "answered", "status": 200, "body": None}
    run = shown(made([(0, "ana", "request", ask), (9, "ana", "response", answer)]))
    assert run["events"]["cause"] == [-1, 0]


def test_a_cause_comes_before_its_effect() -> None:
    causes = shown(purchase())["events"]["cause"]
    assert all(cause < n for n, cause in enumerate(causes))
    assert max(causes) > 0


def test_a_crowd_shares_a_lane() -> None:
    ask = {"method": "GET", "path": "/api/orders", "body": {}, "to": "orders"}
    run = shown(made([(at, f"buyer {at}", "request", ask) for at in range(40)]))
    assert run["lanes"][5:] == [["35 others", "person"], ["orders", "service"]]


def test_how_long_a_run_took_on_the_wall_is_not_told() -> None:
    assert "wall" not in json.dumps(run_of(outcome(purchase())))
