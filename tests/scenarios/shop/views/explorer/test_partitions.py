"""Who is cut off is seen to be, and so is what it never heard."""

import json
from io import StringIO
from typing import Any, Final

import pytest
from rich.console import Console

from boxoffice.faults import partitions
from boxoffice.trace.trace import Trace
from boxoffice.views.explorer.model import QUIET, text_of
from boxoffice.views.timeline import timeline_of
from boxoffice.world.run import run
from scenarios.catalogue import scenario_named
from tests.scenarios.shop.views.runs import Step, made, outcome, purchase

ALONE: Final = {"hosts": ["expiration"], "others": None}
FROM_NATS: Final = {"hosts": ["expiration"], "others": ["nats"]}


def shown(trace: Trace) -> dict[str, Any]:
    drawn: dict[str, Any] = json.loads(text_of([outcome(trace)]))[0]
    return drawn


def lost(verb: str, leg: str, **more: object) -> dict[str, object]:
    return {"to": "nats", "verb": verb, "about": "tickets", "leg": leg} | more


@pytest.fixture(scope="module")
def cut_off() -> Trace:
    """The story of that name, whose cut swallows one order.cancelled."""
    return run(scenario_named("cut-off"), 0).trace


def lane_of(drawn: dict[str, Any], host: str) -> int:
    return [name for name, _ in drawn["lanes"]].index(host)


def test_who_is_cut_off_has_a_lane_and_a_span_though_nothing_else_is_heard_of_it() -> None:
    hosts = {"hosts": ["orders", "expiration"], "others": None}
    drawn = shown(made([(3, "orders", "partition", hosts), (7, "orders", "heal", hosts)]))
    assert drawn["lanes"] == [["orders", "service"], ["expiration", "service"]]
    assert drawn["spans"] == [[0, 3, 7, "cut off"], [1, 3, 7, "cut off"]]


def test_each_of_two_partitions_of_one_host_ends_when_it_is_healed() -> None:
    steps: list[Step] = [
        (1, "expiration", "partition", ALONE),
        (2, "expiration", "partition", FROM_NATS),
        (3, "expiration", "partition", ALONE),
        (4, "expiration", "heal", ALONE),
        (5, "expiration", "heal", ALONE),
        (6, "expiration", "heal", FROM_NATS),
    ]
    spans = shown(made(steps))["spans"]
    assert [(begin, end) for _, begin, end, _ in spans] == [(1, 4), (2, 6), (3, 5)]


def test_a_partition_of_a_run_spans_the_lane_for_as_long_as_it_lasted() -> None:
    trace = purchase(partitions("tickets", from_s=0.5, lasts_s=3.0))
    drawn = shown(trace)
    assert drawn["spans"] == [[lane_of(drawn, "tickets"), 500_000, 3_500_000, "cut off"]]


def test_a_message_that_never_got_there_is_drawn_from_its_publisher(cut_off: Trace) -> None:
    drawn = shown(cut_off)
    orders, tickets = lane_of(drawn, "orders"), lane_of(drawn, "tickets")
    cancelled = next(
        it for it in cut_off.of_kind("stored") if it["data"]["type"] == "order.cancelled"
    )
    ways = [way for way in drawn["arrows"] if way[5] == "lost" and way[1] == orders]
    assert [(way[2], way[3]) for way in ways] == [(cancelled.at_us, tickets)]
    others = {way[5] for way in drawn["arrows"] if way[2] == cancelled.at_us and way[3] == tickets}
    assert others == {"lost", "apply"}, "and once more, for the delivery that was heard"


def test_messages_that_were_heard_are_not_drawn_as_lost() -> None:
    stored = {"subject": "order.created", "data": {"type": "order.created"}, "by": "orders"}
    handed = {"consumer": "tickets", "seq": 1, "subject": "order.created", "attempt": 1}
    taken = {"decision": "apply", "type": "order.created", "seq": 1}
    trace = made([(0, "nats", "stored", stored)])
    trace.record("nats", "delivered", 0, **handed)
    trace.record("tickets", "decided", 1, **taken)
    trace.record("tickets", "lost", None, **lost("fetch", "response"))
    drawn = shown(trace)
    sources = [way[1] for way in drawn["arrows"] if way[5] == "lost"]
    assert sources == [lane_of(drawn, "tickets")], "the way to the broker, and no message's"


@pytest.mark.parametrize(
    ("verb", "leg", "quiet"),
    [
        ("fetch", "request", True),
        ("fetch", "response", False),
        ("publish", "request", False),
        ("ack", "request", False),
    ],
)
def test_a_question_for_messages_that_was_lost_is_no_news(verb: str, leg: str, quiet: bool) -> None:
    drawn = shown(made([(0, "tickets", "lost", lost(verb, leg))]))
    assert drawn["events"]["flags"] == [QUIET if quiet else 0]


def test_a_request_lost_on_its_way_ends_there_and_is_drawn_once() -> None:
    ask = {"method": "POST", "path": "/api/orders?x=1", "body": {}, "to": "orders"}
    gone = {"to": "orders", "verb": "POST", "about": "/api/orders", "leg": "request"}
    unknown = {"request": 0, "outcome": "unknown", "why": "Lost"}
    steps: list[Step] = [
        (0, "ana", "request", ask),
        (2, "tickets", "log", {"what": "x", "level": "info"}),
        (9, "ana", "lost", gone),
        (30_000_000, "ana", "response", unknown),
    ]
    assert [way[4:] for way in shown(made(steps))["arrows"]] == [[9, "lost"]]


def test_an_answer_lost_on_its_way_leaves_when_it_was_lost() -> None:
    ask = {"method": "POST", "path": "/api/orders", "body": {}, "to": "orders"}
    gone = {"to": "orders", "verb": "POST", "about": "/api/orders", "leg": "response"}
    unknown = {"request": 0, "outcome": "unknown", "why": "Lost"}
    steps: list[Step] = [
        (0, "ana", "request", ask),
        (9, "ana", "lost", gone),
        (30_000_000, "ana", "response", unknown),
    ]
    answers = [way for way in shown(made(steps))["arrows"] if way[0] == 2]
    assert [way[2:] for way in answers] == [[9, 0, 9, "lost"]]


def test_the_timeline_tells_of_the_cut_and_not_of_every_question(cut_off: Trace) -> None:
    page = StringIO()
    Console(width=100, file=page).print(timeline_of(outcome(cut_off)))
    text = " ".join(page.getvalue().split())
    assert "tickets ✗ is cut off from everybody" in text
    assert "tickets ✗ messages from nats are lost on their way" in text
    assert "tickets is no longer cut off from everybody" in text
    assert "request of fetch" not in text


def test_several_hosts_and_those_they_cannot_hear_are_named() -> None:
    both = {"hosts": ["orders", "tickets"], "others": ["nats", "redis"]}
    drawn = shown(made([(0, "orders", "partition", both), (1, "orders", "heal", both)]))
    said = [drawn["words"][at] for at in drawn["events"]["says"]]
    assert said == [
        "with tickets, is cut off from nats and redis",
        "with tickets, is no longer cut off from nats and redis",
    ]
