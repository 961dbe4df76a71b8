"""What was looked at is in the picture, and neither in the trace nor in what a run costs."""

from functools import cache
from typing import Any

import pytest

from boxoffice.trace.outcome import Outcome
from boxoffice.views.explorer.model import QUIET, run_of
from boxoffice.world.run import run
from boxoffice.world.world import World
from scenarios.catalogue import scenario_named, twin_named


@cache
def sold_twice() -> Outcome:
    return run(scenario_named("last-seat"), bug=twin_named("no-unique-hold"), seed=3, size=6)


def heard_from(world: World) -> None:
    """Change a world in which else nothing would be another."""
    world.trace.record("Sue", "note")


def told(drawn: dict[str, Any], kind: str) -> list[tuple[int, str, str]]:
    """Return number, words and version of what a reader is shown of a kind at once."""
    columns, words = drawn["events"], drawn["words"]
    return [
        (n, words[columns["says"][n]], words[columns["badge"][n]])
        for n, it in enumerate(columns["kind"])
        if words[it] == kind and not columns["flags"][n] & QUIET
    ]


def test_both_who_are_sold_a_seat_have_looked_and_seen_that_it_is_free() -> None:
    drawn = run_of(sold_twice())
    [first, second] = next(it for it in drawn["judgements"] if it["violations"])["violations"][0][
        "events"
    ]
    columns = drawn["events"]
    buyers = {columns["cause"][n] for n in (first, second)}
    looks = [
        it for it in told(drawn, "read") if it[0] < first and columns["cause"][it[0]] in buyers
    ]
    said = [(columns["cause"][n], says, version) for n, says, version in looks]
    for buyer in buyers:
        assert (buyer, "sees ticket A (price 45.00)", "v0") in said
        assert (buyer, "finds no order of ticket A", "") in said


def test_the_trace_is_the_one_that_was_played_and_keeps_its_numbers() -> None:
    outcome = sold_twice()
    drawn = run_of(outcome)
    assert drawn["sha256"] == outcome.trace.sha256()
    assert [it for it in drawn["numbers"] if it is not None] == list(
        range(len(outcome.trace.events))
    )
    assert len(drawn["numbers"]) > len(outcome.trace.events)
    for n, number in enumerate(drawn["numbers"]):
        if number is not None:
            event = outcome.trace.events[number]
            assert drawn["events"]["us"][n] == event.at_us
            assert drawn["words"][drawn["events"]["kind"][n]] == event.kind


def test_a_run_that_nobody_draws_listens_to_no_store() -> None:
    worlds: list[World] = []
    run(scenario_named("purchase"), begun=worlds.append)
    [world] = worlds
    assert all(it.notice is None for it in world.backends.mongo.values())


def test_a_run_that_cannot_be_played_again_as_it_was_is_drawn_without_looks() -> None:
    outcome = run(scenario_named("purchase"), begun=heard_from)
    drawn = run_of(outcome)
    assert drawn["numbers"] == list(range(len(outcome.trace.events)))


def test_timers_are_on_a_lane_of_their_own_when_they_are_set_and_when_they_have_rung() -> None:
    drawn = run_of(run(scenario_named("expiry")))
    commands = [said for _, said, _ in told(drawn, "command")]
    assert commands[0].startswith("ZADD timers NX ")
    assert commands[0].endswith(" order 1")
    assert any(it.startswith("SET lease:order 1 ") for it in commands)
    lanes = [name for name, _ in drawn["lanes"]]
    ways = {(lanes[way[1]], lanes[int(way[3])]) for way in drawn["arrows"]}
    assert ("expiration", "redis") in ways


@pytest.mark.parametrize("bug", [None, "no-version-check"])
def test_every_message_about_a_price_says_it(bug: str | None) -> None:
    twin = twin_named(bug) if bug else None
    drawn = run_of(run(scenario_named("out-of-order"), bug=twin))
    labels = [drawn["words"][it] for it in drawn["events"]["label"]]
    changed = [it for it in labels if it.startswith("ticket A updated")]
    assert changed[:4] == [f"ticket A updated, {price}.00" for price in (41, 42, 43, 44)]
    assert "order 1 created, 41.00" in labels if bug else "order 1 created, 44.00" in labels
