"""What the terminal says of a run."""

import re
from itertools import pairwise

import pytest
from rich.console import Console, RenderableType

from boxoffice import faults, run
from boxoffice.trace.verdict import Violation
from boxoffice.views.time_format import LONG_US
from boxoffice.views.timeline import summary_line, timeline_of, verdict_lines
from scenarios.catalogue import scenario_named
from tests.scenarios.shop.views.runs import CRASH, Step, made, number, outcome, purchase


def text(shown: RenderableType, wide: int = 100) -> str:
    console = Console(width=wide, color_system=None)
    with console.capture() as captured:
        console.print(shown)
    return captured.get()


def row(page: str, words: str) -> str:
    found = [line for line in page.splitlines() if words in line]
    assert found, page
    return found[0]


def test_a_purchase_reads_from_the_offer_to_the_completed_order() -> None:
    page = text(timeline_of(outcome(purchase())))
    story = [
        "offers “Front row” for 45 → 201 ticket A",
        "publishes ticket.created ticket A",
        "orders ticket A → 201 order 1",
        "publishes order.created order 1",
        "charges 45.00 for order 1",
        "publishes order.completed order 1",
        "looks at order 1 → 200 order 1 complete",
    ]
    places = [page.index(words) for words in story]
    assert all(before < after for before, after in pairwise(places))


def test_a_line_has_time_host_what_version_and_decision() -> None:
    line = row(text(timeline_of(outcome(purchase()))), "publishes ticket.created")
    assert re.fullmatch(
        r"  00:00\.\d{3} +tickets +publishes ticket\.created ticket A +v0 +✓ apply: orders *", line
    )


@pytest.mark.parametrize("wide", [60, 80, 100, 120, 240])
def test_no_line_is_wider_than_the_terminal(wide: int) -> None:
    page = text(timeline_of(outcome(purchase(faults.duplicates(copies=2)))), wide)
    assert max(len(line) for line in page.splitlines()) <= wide


def test_at_eighty_columns_it_is_told_who_applies_what() -> None:
    """A line may go on below itself: what is in a column is read from top to bottom."""
    page = text(timeline_of(outcome(purchase())), 80).splitlines()
    decision = page[0].index("decision")
    told = " ".join(line[decision:].strip() for line in page)
    for takers in ("orders", "expiration, payments, tickets", "payments, tickets"):
        assert f"✓ apply: {takers}" in told
    assert "expiratio\n" not in "\n".join(line.rstrip() for line in page)


def test_at_a_hundred_and_twenty_columns_the_room_is_for_what_happens() -> None:
    heads = [text(timeline_of(outcome(purchase())), wide).splitlines()[0] for wide in (100, 120)]
    narrow, wide = (head.index("ver") - head.index("what") for head in heads)
    assert wide == narrow + 20


def test_what_is_found_is_said_with_the_names_of_the_picture() -> None:
    trace = purchase()
    order = next(it["id"] for it in trace.of_kind("write") if it["collection"] == "orders")
    found = Violation("charged-once", f"order {order[-6:]} is charged twice", [3])
    shown = timeline_of(outcome(trace, found)), verdict_lines(outcome(trace, found))
    assert all("order 1 is charged twice" in text(it) for it in shown)


def test_the_fifteen_minutes_are_folded() -> None:
    page = text(timeline_of(outcome(purchase())))
    assert re.search(r"… 16:\d\d of nothing …", page)


def test_only_a_long_silence_is_folded() -> None:
    for passed_us, folds in ((LONG_US - 1, 0), (LONG_US, 1)):
        steps: list[Step] = [(at_us, "orders", "crash", {}) for at_us in (7, 7 + passed_us)]
        assert text(timeline_of(outcome(made(steps)))).count("of nothing") == folds


def test_a_duplicate_says_so_without_colour_and_copies_share_a_line() -> None:
    page = text(timeline_of(outcome(purchase(faults.duplicates(copies=2, of="payment.created")))))
    duplicates = [line for line in page.splitlines() if "= duplicate" in line]
    assert len(duplicates) == 1
    assert "×2" in duplicates[0]


def test_a_gap_that_came_twelve_times_is_one_line() -> None:
    gap = {
        "type": "ticket.updated",
        "subject": "t",
        "version": 3,
        "decision": "gap",
        "message": "m",
    }
    events = [(at * 1000, "orders", "decided", gap | {"attempt": at}) for at in range(1, 13)]
    page = text(timeline_of(outcome(made(events))))
    assert "… gap ×12 to 00:00.012" in row(page, "ticket.updated")
    assert page.count("ticket.updated") == 1


def test_a_crowd_that_does_the_same_is_one_line() -> None:
    events: list[Step] = []
    for at in range(100):
        ask = {"method": "POST", "path": "/api/users/signup", "body": {}, "to": "auth"}
        answer = {"request": 2 * at, "outcome": "answered", "status": 201, "body": None}
        events += [(at, f"buyer {at}", "request", ask), (at, f"buyer {at}", "response", answer)]
    page = text(timeline_of(outcome(made(events))))
    assert page.count("signs up → 201") == 1
    assert "100 people" in row(page, "signs up")


def test_a_violation_stands_at_the_event_that_proves_it() -> None:
    trace = purchase()
    proof = number(trace, "decided", type="order.completed")
    found = Violation("terminal-is-final", "order 1 changed after it was complete", [proof])
    lines = text(timeline_of(outcome(trace, found))).splitlines()
    at = next(at for at, line in enumerate(lines) if "✗ VIOLATED terminal-is-final" in line)
    assert lines[at - 1].startswith("✗ ")
    assert "order.completed" in lines[at - 1]


def test_a_proof_that_is_a_mere_write_gets_a_line_too() -> None:
    trace = purchase()
    proof = number(trace, "write", collection="orders", database="orders")
    assert "orders updates order 1" not in text(timeline_of(outcome(trace)))
    page = text(timeline_of(outcome(trace, Violation("no-lost-update", "lost", [proof]))))
    assert row(page, "orders updates order 1").startswith("✗ ")


def test_a_crash_and_the_return_are_told_and_the_first_start_is_not() -> None:
    page = text(timeline_of(outcome(purchase(CRASH))))
    assert page.index("✗ crashes") < page.index("is back")
    assert page.count("is back") == 1


def test_what_was_typed_cannot_move_the_cursor() -> None:
    assert "\x1b" not in text(timeline_of(outcome(purchase(title="\x1b[2Jgone"))))


def test_a_long_run_is_cut_and_says_so_and_keeps_its_proofs() -> None:
    events: list[Step] = [(at, f"host {at}", "crash", {}) for at in range(500)]
    found = Violation("nothing-stuck", "stuck", [400])
    page = text(timeline_of(outcome(made(events), found), longest=50))
    assert "VIOLATED nothing-stuck" in page
    assert "host 400" in page
    assert "more lines" in page
    assert len(page.splitlines()) < 60


def test_the_verdicts_differ_by_sign_and_word() -> None:
    trace = purchase()
    page = text(verdict_lines(outcome(trace, Violation("no-lost-update", "what was lost"))))
    assert row(page, "no-lost-update").startswith("✗ no-lost-update")
    assert "what was lost" in page
    assert row(page, "charged-once").startswith("✓ holds")
    assert page.splitlines()[-1].startswith("○ not tested")


def test_a_message_speaks_of_names_and_not_of_ids() -> None:
    trace = purchase()
    order = trace.events[number(trace, "decided", type="order.completed")]["subject"]
    found = Violation("terminal-is-final", f"order {order} changed")
    page = text(verdict_lines(outcome(trace, found)))
    assert order not in page
    assert "order 1 changed" in page


def test_one_line_sums_a_run_up() -> None:
    line = text(summary_line(outcome(purchase(), bug="no-outbox")))
    assert line.startswith("✓ purchase · defence removed: no-outbox · seed 1 · holds · 16:42")


def test_a_look_into_stripes_books_is_told() -> None:
    page = text(timeline_of(run(scenario_named("sleeper-wakes"))), wide=120)
    assert row(page, "looks into Stripe's books for order 1: absent")
