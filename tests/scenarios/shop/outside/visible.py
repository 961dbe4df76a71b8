"""What of a world can be seen from outside, and nothing else."""

from contextlib import nullcontext, suppress

from boxoffice.clock.clock import EPOCH
from boxoffice.trace.trace import TraceEvent
from boxoffice.trace.verdict import Judgement, merged
from boxoffice.world.calm import calm
from boxoffice.world.scenario import Scenario
from boxoffice.world.twin import Twin
from scenarios.shop.checks import Evidence, judge
from scenarios.shop.outside.announcements import trace_id
from scenarios.shop.outside.evidence import evidence_of
from scenarios.shop.outside.from_http import from_http
from scenarios.shop.outside.snapshot import Books, Snapshot, Stored
from scenarios.shop.world import World
from services.common.messaging import STREAM

Judged = dict[str, Judgement]
HTTP = ("request", "response")


def judged(
    scenario: Scenario, seed: int | None = None, twin: Twin | None = None
) -> tuple[Judged, Judged, Judged]:
    """Play a story once; judge it as a world, as a shop seen from outside, and by HTTP alone."""
    world = World(scenario.seed if seed is None else seed, scenario.faults)

    async def play(world: World) -> list[tuple[list[Judgement], list[Judgement]]]:
        with suppress(AssertionError):  # the story's own verdict is of no concern here
            await scenario.script(world, scenario.size)
        return [(judge(inside), judge(outside(world, inside))) async for inside in calm(world)]

    with twin.in_place() if twin else nullcontext():
        rounds = world.run(play)
    inside = merged([one for one, _ in rounds])
    seen = merged([other for _, other in rounds])
    distant = judge(from_http([it for it in world.trace.events if it.kind in HTTP]))
    return _by_name(inside), _by_name(seen), _by_name(distant)


def outside(world: World, inside: Evidence) -> Evidence:
    """Judge a world by what can be seen of it from outside."""
    return evidence_of(snapshot(world, inside), http_of(world), EPOCH, inside.poisoned)


def snapshot(world: World, inside: Evidence) -> Snapshot:
    """Take what the witness would."""
    stream = world.backends.nats.streams.get(STREAM)
    return Snapshot(
        at_us=round(inside.now_s * 1_000_000),
        users=inside.users,
        tickets=inside.tickets,
        orders=inside.orders,
        replicas=inside.replicas,
        mirrors=inside.mirrors,
        stream=[
            Stored(it.seq, it.subject, it.data, it.headers or {}, round(it.time_s * 1_000_000))
            for it in (stream.messages.values() if stream else ())
        ],
        books=Books(inside.charges, inside.refunds),
        timers=inside.timers,
        leases=inside.leases,
        consumers=inside.consumers,
        restless=inside.restless,
    )


def http_of(world: World) -> list[TraceEvent]:
    """Return requests, and responses with the trace that each of them would have named."""
    traces = _traces(world)
    return [
        TraceEvent(it.number, it.at_us, it.host, it.kind, it.cause, it.fields | more)
        for it in world.trace.of_kind(*HTTP)
        for more in [{"trace": traces[it["request"]]} if it.get("request") in traces else {}]
    ]


def _traces(world: World) -> dict[int, str]:
    # A world does not take down headers; the service that answers begins a trace.
    stream = world.backends.nats.streams.get(STREAM)
    headers = {it.seq: it.headers for it in (stream.messages.values() if stream else ())}
    events, found = world.trace.events, {}
    for stored in world.trace.of_kind("stored"):
        write = events[stored.cause] if stored.cause is not None else None
        if write is None or write.kind != "write" or write.cause is None:
            continue
        if events[write.cause].kind == "request" and stored["seq"] in headers:
            traceparent = headers[stored["seq"]].get("traceparent", "")
            found[write.cause] = trace_id(traceparent)
    return found


def _by_name(judgements: list[Judgement]) -> Judged:
    return {it.invariant: it for it in judgements}
