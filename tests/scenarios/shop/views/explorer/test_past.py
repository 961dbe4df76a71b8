"""What an event goes back to, and what was read before something was written or decided."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from boxoffice import faults
from boxoffice.trace.trace import Trace
from scenarios.shop.world import World
from services.common.versioning import decide
from tests.scenarios.shop.views.explorer.bundle import asked
from tests.scenarios.shop.views.runs import made, number, outcome


@cache
def expired() -> Trace:
    """Sue changes a price before her ticket is heard of; Ana orders it and walks away."""
    world = World(1, [faults.delays(of="ticket.created", by_s=0.4), faults.duplicates()])

    async def story(world: World) -> None:
        sue, ana = world.client("sue"), world.client("ana")
        for person, name in ((sue, "sue"), (ana, "ana")):
            account = {"email": f"{name}@example.com", "password": "12345678"}
            await person.post("/api/users/signup", json=account)
        listed = await sue.post("/api/tickets", json={"title": "Front row", "price": 45})
        ticket = listed.json()["id"]
        await sue.put(f"/api/tickets/{ticket}", json={"title": "Front row", "price": 50})
        await world.passes(5)
        await ana.post("/api/orders", json={"ticketId": ticket})
        await world.passes(1000)

    world.run(story)
    return world.trace


@pytest.fixture
def there(tmp_path: Path) -> Path:
    return tmp_path / "runs.json"


def told(there: Path, expression: str) -> Any:
    return asked(there, [outcome(expired())], expression)


def the(kind: str, nth: int = 0, **fields: object) -> int:
    return number(expired(), kind, nth, **fields)


def test_an_expiry_goes_back_over_its_timer_to_the_person_who_ordered(there: Path) -> None:
    cancelled = the("stored", subject="order.cancelled")
    chain = told(there, f"x.past(a, {cancelled}).map((n) => [a.events[n].kind, a.events[n].says])")
    kinds = [kind for kind, _ in chain]
    rung = next(i for i, (_, says) in enumerate(chain) if says.startswith("publishes expiration"))
    assert kinds[rung + 1] == "decided"
    assert chain[-1] == ["request", "orders ticket A"]


def test_every_telling_event_of_a_healthy_run_goes_back_to_a_person(there: Path) -> None:
    roots = told(
        there,
        "a.events.filter((e) => !e.quiet && e.kind !== 'late' && e.kind !== 'copied')"
        ".map((e) => [e.kind, a.events[x.past(a, e.n).at(-1)].kind])",
    )
    assert len(roots) > 30
    assert [pair for pair in roots if pair[1] != "request"] == []


def test_a_write_is_built_on_the_version_before_it(there: Path) -> None:
    writes = [e.number for e in expired().of_kind("write") if e["database"] == "tickets"]
    telling = [n for n in writes if _changes_more_than_an_outbox(n)]
    assert len(telling) >= 4
    bases = told(there, f"{telling}.map((n) => a.events[n].basis)")
    assert bases == [[], *([each] for each in telling[:-1])]


def _changes_more_than_an_outbox(n: int) -> bool:
    before, after = expired().events[n]["before"] or {}, expired().events[n]["after"]
    return {**before, "outbox": 0} != {**after, "outbox": 0}


def test_an_emptied_outbox_is_no_version_to_build_on(there: Path) -> None:
    empties = [
        event.number
        for event in expired().of_kind("write")
        if event["before"] and not _changes_more_than_an_outbox(event.number)
    ]
    assert len(empties) > 3
    built = told(there, "a.events.flatMap((e) => e.basis)")
    assert set(built) & set(empties) == set()


def test_what_a_decision_is_said_to_have_compared_gives_that_decision(there: Path) -> None:
    decided = [event for event in expired().of_kind("decided") if event["version"] is not None]
    numbers = [event.number for event in decided]
    compared = told(there, f"{numbers}.map((n) => x.comparedWith(a, n))")
    told_of = [(e, known) for e, known in zip(decided, compared, strict=True) if known]
    assert {str(e["decision"]) for e, _ in told_of} == {"apply", "duplicate", "gap"}
    for event, (_, known) in told_of:
        assert decide(applied=known, announced=event["version"]) == event["decision"]
    assert {e.host for e in decided} - {e.host for e, _ in told_of} == {"expiration"}


def test_a_decision_is_built_on_the_last_write_before_it(there: Path) -> None:
    again = next(
        event
        for event in expired().of_kind("decided")
        if (event.host, event["decision"]) == ("payments", "duplicate")
    )
    before = [
        event.number
        for event in expired().of_kind("write")
        if (event["database"], event["id"]) == ("payments", again["subject"])
        and event.number < again.number
    ]
    assert told(there, f"a.events[{again.number}].basis") == before[-1:]


def test_an_applied_message_was_decided_on_the_version_before_the_one_it_made(there: Path) -> None:
    taken = the("decided", decision="apply", type="order.awaiting-payment")
    told_of, host = told(
        there, f"[a.events[{taken}].basis.map((n) => a.events[n].badge), a.events[{taken}].host]"
    )
    assert host in ("payments", "tickets")
    old, new = (int(badge.removeprefix("v")) for badge in told_of)
    assert new == old + 1


def test_what_was_built_on_is_told_apart_from_the_chain(there: Path) -> None:
    updated = the("stored", -1, subject="ticket.updated")
    chain, built, lit = told(
        there,
        f"[x.past(a, {updated}), [...x.builtOn(a, {updated})], [...x.lit(a, {updated})]]",
    )
    assert set(chain).isdisjoint(built)
    assert len(built) > 3
    levels = dict(lit)
    assert {levels[n] for n in chain} == {2}
    assert {levels[n] for n in built if expired().events[n].kind == "write"} == {1}


def test_the_versions_built_on_are_told_by_document_and_end_before_the_event(there: Path) -> None:
    [document, *_], badges = told(
        there,
        f"(() => {{ const all = x.versionsBefore(a, {the('stored', -1, subject='ticket.updated')});"
        "return [all, all.find((one) => one.name === 'tickets.tickets: ticket A').writes"
        ".map((n) => a.events[n].badge)]; })()",
    )
    assert document["writes"] == sorted(document["writes"])
    assert badges == [f"v{version}" for version in range(len(badges))]
    assert len(badges) >= 2


def test_what_a_decision_wrote_itself_is_not_among_what_it_was_built_on(there: Path) -> None:
    taken = the("decided", decision="apply", type="order.awaiting-payment")
    told_of, own = told(
        there,
        f"[x.versionsBefore(a, {taken}).flatMap((one) => one.writes),"
        f"x.documentsOf(a, {taken}).map((one) => one.n)]",
    )
    assert own
    assert told_of
    assert set(told_of).isdisjoint(own)


def test_a_cause_and_a_basis_come_before_what_they_led_to(there: Path) -> None:
    pairs = told(there, "a.events.flatMap((e) => [e.cause, ...e.basis].map((n) => [n, e.n]))")
    assert len(pairs) > 100
    assert all(before < after for before, after in pairs)


def test_who_is_back_goes_back_to_the_crash_or_the_cut(there: Path) -> None:
    cut = {"hosts": ["orders"]}
    steps = [
        *((0, "orders", "crash", {}), (1, "orders", "partition", cut)),
        *((2, "orders", "start", {}), (3, "orders", "heal", cut)),
    ]
    assert asked(there, [outcome(made(steps))], "a.events.map((e) => e.cause)") == [-1, -1, 0, 1]


def test_the_state_says_who_is_cut_off(there: Path) -> None:
    cut = {"hosts": ["orders"]}
    steps = [(1, "orders", "partition", cut), (3, "orders", "heal", cut)]
    down = asked(there, [outcome(made(steps))], "[0, 1].map((n) => x.stateAt(a, n)[0].down)")
    assert down == ["cut off", ""]
