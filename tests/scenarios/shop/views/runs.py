"""Small runs to look at, and judgements made by hand."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from boxoffice.faults import Fault, crashes
from boxoffice.trace.outcome import Outcome, counts_of
from boxoffice.trace.trace import Trace
from boxoffice.trace.verdict import Judgement, Kind, Verdict, Violation, overall
from scenarios.shop.vocabulary import VOCABULARY
from scenarios.shop.world import World

TITLE = "Front row"
MEAN = "</script><script>alert(1)</script>"
Step = tuple[int, str, str, Mapping[str, Any]]  # microseconds, host, kind, fields
CRASH = crashes("expiration", on="acked", of="order.created", nth=[1], down_s=0.5)


def purchase(*faults: Fault, title: str = TITLE) -> Trace:
    """Sue sells one ticket to Ana, who looks at it again after the fifteen minutes."""
    world = World(1, faults)

    async def story(world: World) -> None:
        sue, ana = world.client("sue"), world.client("ana")
        for person, name in ((sue, "sue"), (ana, "ana")):
            account = {"email": f"{name}@example.com", "password": "12345678"}
            await person.post("/api/users/signup", json=account)
        listed = await sue.post("/api/tickets", json={"title": TITLE, "price": 45})
        await asyncio.sleep(1)
        order = await ana.post("/api/orders", json={"ticketId": listed.json()["id"]})
        await asyncio.sleep(1)
        payment = {"orderId": order.json()["id"], "token": "tok_visa"}
        await ana.post("/api/payments", json=payment)
        await asyncio.sleep(1000)
        await ana.get(f"/api/orders/{order.json()['id']}")

    world.run(story)
    _retitle(world.trace, title)
    return world.trace


def _retitle(trace: Trace, title: str) -> None:
    """Put another title in place, also one that no door would let in any more."""
    known, wanted = (json.dumps(it) for it in (TITLE, title))
    for event in trace.events if title != TITLE else ():
        event.fields.update(json.loads(json.dumps(event.fields).replace(known, wanted)))


def outcome(
    trace: Trace, *violations: Violation, bug: str | None = None, scenario: str = "purchase"
) -> Outcome:
    """Return an outcome in which only the given violations were found."""
    broken = [Judgement(one.invariant, Kind.ALWAYS, Verdict.VIOLATED, [one]) for one in violations]
    held = Judgement("charged-once", Kind.ALWAYS, Verdict.HOLDS)
    vacuous = Judgement("no-lost-update", Kind.ALWAYS, Verdict.VACUOUS)
    judgements = [*broken, held, vacuous]
    verdict, counts = overall(judgements), counts_of(trace, 0)
    return Outcome(
        scenario, "One ticket.", 1, bug, "sim", verdict, judgements, trace, 1002.3, 0.5, counts
    )


def number(trace: Trace, kind: str, nth: int = -1, **fields: object) -> int:
    """Return the number of the `nth` event of a kind with these fields."""
    found = [
        event.number
        for event in trace.of_kind(kind)
        if all(event.get(name) == value for name, value in fields.items())
    ]
    return found[nth]


def made(events: Sequence[Step]) -> Trace:
    """Return a trace of these steps."""
    now = [0.0]
    trace = Trace(lambda: now[0], VOCABULARY)
    for at_us, host, kind, fields in events:
        now[0] = at_us / 1_000_000
        trace.record(host, kind, **fields)
    return trace
