"""What is kept of a shop, and in which order it is told."""

import asyncio
from itertools import count

from scenarios.look.sightings import KEPT, Sightings
from scenarios.look.told import told


def test_an_evening_is_kept_as_far_as_it_can_be_shown() -> None:
    seen = Sightings(iter(range(10 * KEPT)).__next__)
    for number in range(3 * KEPT):
        seen.note("nats", "delivered", {"seq": number})
    assert seen.count == 3 * KEPT
    assert [it.fields["seq"] for it in seen.kept()] == list(range(2 * KEPT, 3 * KEPT))


def test_an_answer_goes_with_its_request() -> None:
    seen = Sightings(count().__next__)
    asked = seen.note("ana", "request", {"method": "POST", "path": "/", "to": "orders"})
    for _ in range(KEPT - 1):
        seen.note("nats", "delivered", {})
    seen.note("ana", "response", {"outcome": "answered", "status": 201}, about=asked)
    assert {it.kind for it in seen.kept()} == {"delivered"}


def test_what_the_broker_dates_comes_where_it_happened() -> None:
    seen = Sightings(iter([100, 200, 300]).__next__)
    seen.note("nats", "delivered", {"seq": 1})
    seen.note("nats", "stored", {"seq": 1}, at_us=150)
    seen.note("nats", "delivered", {"seq": 2})
    assert [(it.kind, it.at_us) for it in seen.kept()] == [
        ("stored", 50),
        ("delivered", 100),
        ("delivered", 200),
    ]


def test_who_watches_is_woken_and_who_left_is_not_kept() -> None:
    async def watching() -> list[bool]:
        seen = Sightings(count().__next__)
        with seen.watched() as first, seen.watched() as second:
            seen.note("nats", "delivered", {})
            first.clear()
            woken = [first.is_set(), second.is_set()]
        seen.wake()
        return [*woken, first.is_set()]

    assert asyncio.run(watching()) == [False, True, False]


def causes(seen: Sightings) -> list[tuple[str, int | None]]:
    return [(it.kind, it.cause) for it in told(seen.kept()).trace.events]


def purchase(seen: Sightings) -> None:
    asked = seen.note("ana", "request", {"method": "POST", "path": "/api/orders", "to": "orders"})
    answer = {"outcome": "answered", "status": 201}
    order = {"seq": 7, "subject": "order.created", "by": "orders", "data": {}}
    seen.note("nats", "stored", order, "a")
    first = {"consumer": "tickets", "seq": 7, "subject": "order.created", "attempt": 1}
    seen.note("nats", "delivered", first)
    decided = {"decision": "apply", "seq": 7, "attempt": 1, "type": "order.created"}
    seen.note("tickets", "decided", decided, "a")
    ticket = {"seq": 8, "subject": "ticket.updated", "by": "tickets", "data": {}}
    seen.note("nats", "stored", ticket, "a")
    seen.note("ana", "response", answer, "a", asked)


def test_what_happens_goes_back_to_what_led_to_it() -> None:
    seen = Sightings(count().__next__)
    purchase(seen)
    assert causes(seen) == [
        ("request", None),
        ("stored", 0),
        ("delivered", 1),
        ("decided", 2),
        ("stored", 3),
        ("response", 0),
    ]


def test_nothing_that_is_told_is_judged() -> None:
    outcome = told([])
    assert outcome.verdict == "vacuous"
    assert outcome.judgements == ()
    assert outcome.stand_in == "as it happens"
