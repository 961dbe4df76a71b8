"""Poison: garbage comes behind what it says, one seed draws it alike, and a world lives with it."""

from collections.abc import Sequence

from boxoffice.faults import poison
from boxoffice.faults.poison import HEADERS
from boxoffice.faults.schedule import Fault
from boxoffice.servers.jetstream import StoredMessage
from boxoffice.trace.verdict import Verdict
from boxoffice.world.run import run
from scenarios.catalogue import scenario_named
from scenarios.shop.world import World

STREAM = "TICKETING"


def stored(seed: int, faults: Sequence[Fault]) -> list[StoredMessage]:
    """What is in the stream of a world in which somebody publishes ten messages."""
    world = World(seed, faults)

    async def script(world: World) -> list[StoredMessage]:
        for number in range(10):
            world.backends.nats.publish("ticket.created", b"%d" % number, {})
            await world.passes(seconds=0.1)
        return list(world.backends.nats.streams[STREAM].messages.values())

    return [it for it in world.run(script) if it.subject == "ticket.created"]


def said(messages: list[StoredMessage]) -> list[tuple[bytes, dict[str, str]]]:
    return [(it.data, dict(it.headers)) for it in messages]


def test_garbage_comes_right_behind_the_message_that_is_struck() -> None:
    messages = stored(1, [poison(of="ticket.*", nth=[2, 5])])
    assert [it.data for it in messages if it.data.isdigit()] == [b"%d" % it for it in range(10)]
    places = [place for place, it in enumerate(messages) if not it.data.isdigit()]
    assert places == [2, 6]


def test_one_seed_draws_the_same_garbage_and_another_draws_other() -> None:
    first, again, other = (said(stored(seed, [poison()])) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_an_order_to_the_broker_was_right_when_it_came() -> None:
    found = [it for seed in range(5) for it in stored(seed, [poison()])]
    orders = [it for it in found if "Nats-Expected-Last-Sequence" in it.headers]
    assert orders
    assert all(int(it.headers["Nats-Expected-Last-Sequence"]) < it.seq for it in orders)
    kinds = {tuple(sorted(it.headers)) for it in found}
    assert kinds >= {tuple(sorted(headers)) for headers in HEADERS}


def test_a_story_with_garbage_ends_as_it_does_without() -> None:
    outcome = run(scenario_named("purchase"), faults=[poison()])
    assert outcome.verdict is Verdict.HOLDS
    assert outcome.trace is not None
    letters = [it for it in outcome.trace.of_kind("log") if it["what"] == "parked"]
    assert letters
