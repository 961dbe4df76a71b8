"""The page: one file, the same for the same runs, and harmless whatever was typed."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from sim import faults
from sim.verdict import Violation
from sim.views.report import render, write_report
from tests.sim.views.runs import CRASH, MEAN, Step, made, number, outcome, purchase


class Page(HTMLParser):
    """What a browser would see: elements, and the text of each script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] == "script":
            self.scripts[-1] += data


def runs(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(Page(text).scripts[0])
    return found


def test_the_page_asks_nothing_of_any_network() -> None:
    text = render([outcome(purchase())])
    loaded = [
        (tag, name)
        for tag, attributes in Page(text).elements
        for name in attributes
        if name in ("src", "href", "srcset", "action", "data") or tag in ("link", "img", "iframe")
    ]
    assert loaded == []
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest|import\(", text)
    assert "default-src 'none'" in text


def test_a_title_with_markup_stays_data() -> None:
    text = render([outcome(purchase(title=MEAN), scenario=MEAN)])
    assert len(Page(text).scripts) == 2
    assert "<script>alert" not in text
    assert runs(text)[0]["scenario"] == MEAN
    assert any("<script>alert" in mark["label"] for mark in runs(text)[0]["diagram"]["marks"])


def test_the_script_never_makes_markup_of_text() -> None:
    script = Page(render([])).scripts[1]
    assert "textContent" in script
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script)


def test_the_same_runs_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_report([outcome(purchase())], tmp_path / "a" / "one.html").read_bytes()
    second = write_report([outcome(purchase())], tmp_path / "two.html").read_bytes()
    assert first == second


def test_how_long_a_run_took_on_the_wall_is_not_on_the_page() -> None:
    assert "wall" not in json.dumps(runs(render([outcome(purchase())])))


def test_both_runs_of_a_story_are_there_with_their_verdicts() -> None:
    trace = purchase()
    proof = number(trace, "decided", type="order.completed")
    broken = outcome(trace, Violation("terminal-is-final", "changed", [proof]), bug="no-outbox")
    kept, removed = runs(render([outcome(trace), broken]))
    assert (kept["defence"], kept["verdict"]) == ("defence in place", "holds")
    assert (removed["defence"], removed["verdict"]) == ("defence removed: no-outbox", "violated")
    assert removed["judgements"][0]["violations"] == [{"events": [proof], "message": "changed"}]


def test_a_violation_is_marked_in_the_diagram() -> None:
    trace = purchase()
    proof = number(trace, "write", database="orders", collection="orders")
    [run] = runs(render([outcome(trace, Violation("no-lost-update", "lost", [proof]))]))
    assert [mark["n"] for mark in run["diagram"]["marks"] if mark["proof"]] == [proof]


def test_lanes_go_from_people_over_services_to_servers() -> None:
    [run] = runs(render([outcome(purchase())]))
    lanes = ["sue", "ana", "auth", "tickets", "orders", "payments", "expiration", "stripe"]
    assert run["diagram"]["lanes"] == lanes


def test_an_event_goes_from_its_publisher_to_each_consumer() -> None:
    trace = purchase()
    [run] = runs(render([outcome(trace)]))
    drawing, lanes = run["diagram"], run["diagram"]["lanes"]
    taken = {event.number for event in trace.of_kind("decided") if event["type"] == "order.created"}
    ways = [way for way in drawing["arrows"] if way["n"] in taken]
    assert {lanes[way["from"][0]] for way in ways} == {"orders"}
    assert {lanes[way["to"][0]] for way in ways} == {"tickets", "payments", "expiration"}
    assert all(way["from"][1] < way["to"][1] for way in ways)


def test_a_duplicate_is_drawn_unlike_what_was_applied() -> None:
    [run] = runs(render([outcome(purchase(faults.duplicates(of="payment.created")))]))
    styles = [way["style"] for way in run["diagram"]["arrows"]]
    assert styles.count("duplicate") == 1
    assert [mark["shape"] for mark in run["diagram"]["marks"]].count("duplicate") == 1


def test_a_crashed_host_is_shaded_until_it_is_back() -> None:
    [run] = runs(render([outcome(purchase(CRASH))]))
    [shade] = run["diagram"]["shades"]
    assert run["diagram"]["lanes"][shade["lane"]] == "expiration"
    assert shade["from"] < shade["to"] < run["diagram"]["height"]


def test_a_lost_answer_ends_on_its_way() -> None:
    ask = {"method": "POST", "path": "/api/payments", "body": {}, "to": "payments"}
    trace = made(
        [
            (0, "ana", "request", ask),
            (0, "ana", "lost", {"to": "payments", "verb": "POST", "about": "/", "leg": "response"}),
            (9_000_000, "ana", "response", {"request": 0, "outcome": "unknown", "why": "Lost"}),
        ]
    )
    [run] = runs(render([outcome(trace)]))
    assert [way["style"] for way in run["diagram"]["arrows"]] == ["request", "lost"]


def test_every_cause_of_what_is_drawn_can_be_looked_up() -> None:
    [run] = runs(render([outcome(purchase())]))
    events = run["events"]
    assert all(str(mark["n"]) in events for mark in run["diagram"]["marks"])
    causes = {str(event["cause"]) for event in events.values() if event["cause"] is not None}
    assert causes
    assert causes <= events.keys()


def test_a_long_run_is_cut_around_its_proof_and_says_so() -> None:
    steps: list[Step] = [(at * 10, f"host {at % 5}", "crash", {}) for at in range(4000)]
    steps[3900] = (39_000, "host 0", "crash", {"cause_number": 1500})
    trace = made(steps)
    [run] = runs(render([outcome(trace, Violation("nothing-stuck", "stuck", [3900]))]))
    drawn = {mark["n"] for mark in run["diagram"]["marks"]}
    assert len(drawn) < 700
    assert {0, 1500, 3850, 3900} <= drawn
    assert "Only" in run["diagram"]["note"]


def crowd(status: int) -> dict[str, Any]:
    """Return the diagram of forty people who ask the same and get the same answer."""
    events: list[Step] = []
    for at in range(40):
        ask = {"method": "POST", "path": "/api/orders", "body": {}, "to": "orders"}
        answer = {"request": 2 * at, "outcome": "answered", "status": status, "body": None}
        events += [(at, f"buyer {at}", "request", ask), (at, f"buyer {at}", "response", answer)]
    [run] = runs(render([outcome(made(events))]))
    drawing: dict[str, Any] = run["diagram"]
    return drawing


def test_of_a_crowd_that_is_refused_a_few_are_drawn() -> None:
    drawing = crowd(status=400)
    assert 0 < len(drawing["marks"]) < 20
    assert "crowd" in drawing["note"]


def test_a_crowd_that_gets_what_it_wants_shares_a_lane() -> None:
    drawing = crowd(status=201)
    assert drawing["lanes"] == [*(f"buyer {at}" for at in range(5)), "35 others", "orders"]
    assert len(drawing["marks"]) == 80
