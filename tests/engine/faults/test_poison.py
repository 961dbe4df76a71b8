"""Poison: garbage comes behind what it says, and one seed draws it alike."""

from collections.abc import Sequence

from pytest import raises

from boxoffice import World
from boxoffice.faults import poison
from boxoffice.faults.poison import HEADERS
from boxoffice.faults.schedule import Fault
from boxoffice.servers.jetstream import StoredMessage
from tests.engine.toys.depot import STREAM, met


def stored(seed: int, faults: Sequence[Fault]) -> list[StoredMessage]:
    """What is in the stream of a world in which somebody publishes ten messages."""
    world = met(*faults, seed=seed)

    async def script(world: World) -> list[StoredMessage]:
        for number in range(10):
            world.backends.nats.publish("work.done", b"%d" % number, {})
            await world.passes(seconds=0.1)
        return list(world.backends.nats.streams[STREAM].messages.values())

    return [it for it in world.run(script) if it.subject == "work.done"]


def said(messages: list[StoredMessage]) -> list[tuple[bytes, dict[str, str]]]:
    return [(it.data, dict(it.headers)) for it in messages]


def test_garbage_comes_right_behind_the_message_that_is_struck() -> None:
    messages = stored(1, [poison(of="work.*", nth=[2, 5])])
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


def test_a_header_that_means_something_is_among_those_that_are_drawn() -> None:
    found = [it for seed in range(5) for it in stored(seed, [poison("Job-Letter: 1")])]
    assert "1" in {it.headers.get("Job-Letter") for it in found}
    assert {tuple(sorted(it.headers)) for it in found} >= {tuple(sorted(it)) for it in HEADERS}


def test_now_and_then_it_is_what_was_said_on_another_subject() -> None:
    async def script(world: World) -> list[StoredMessage]:
        for number in range(30):
            subject = ("work.done", "work.begun")[number % 2]
            world.backends.nats.publish(subject, b'{"on": "%s"}' % subject.encode(), {})
            await world.passes(seconds=0.1)
        return list(world.backends.nats.streams[STREAM].messages.values())

    stored = met(poison(of="work.*"), seed=1).run(script)
    elsewhere = [it for it in stored if b'"on"' in it.data and it.subject.encode() not in it.data]
    assert 0 < len(elsewhere) < 20
    assert not any(it.headers for it in elsewhere)


def test_what_is_no_header_is_refused() -> None:
    for line in ("Job-Letter", ": 1", "Job-Letter: "):
        with raises(ValueError, match="is no header: say 'Name: value'"):
            poison(line)
