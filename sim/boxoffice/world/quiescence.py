"""What is still in motion in any world, each by its name.

Asked every few virtual milliseconds while a world comes to rest, so it looks only at what servers
have filed for their own use.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from boxoffice.misuse import Misuse

if TYPE_CHECKING:
    from boxoffice.servers.jetstream import JetStreamServer
    from boxoffice.world.world import World


def count(number: int, what: str) -> str:
    """Return a number of things in words.

    >>> count(1, "request"), count(2, "request")
    ('1 request', '2 requests')
    """
    return f"{number} {what}{'' if number == 1 else 's'}"


async def named_by(look: Callable[["World"], Any], world: "World") -> list[str]:
    """Return what a function of anybody's names: a text, some of them one by one, or nothing.

    Raises: Misuse, for anything else; and whatever it raises, which says whose it is.
    """
    called = getattr(look, "__name__", type(look).__name__)
    try:
        said = look(world)
        if inspect.isasyncgen(said):
            return [str(name) async for name in said]
        if inspect.isawaitable(said):
            said = await said
        if isinstance(said, str):
            return [said] if said else []
        if not said or isinstance(said, Iterable):
            return [str(name) for name in said or ()]
    except Exception as error:
        error.add_note(f"while {called} was asked what still moves")
        raise
    raise Misuse(
        f"{called} returned {said!r}: a restless function names what still moves, in texts"
    )


def requests_in_flight(world: "World") -> Iterator[str]:
    """Yield requests and calls without an answer yet, and those that nobody waits for any more."""
    if world.gateway.in_flight:
        yield f"{count(world.gateway.in_flight, 'request')} in flight"
    if world.network.legs.under_way:
        yield f"{count(world.network.legs.under_way, 'call')} under way"
    if world.network.overdue:
        yield f"{count(world.network.overdue, 'call')} under way, late"


def hosts_in_transition(world: "World") -> Iterator[str]:
    """Yield hosts that come, go or start."""
    if world.returning:
        yield f"{count(world.returning, 'host')} on its way back"
    if world.terminations.under_way:
        yield f"{count(world.terminations.under_way, 'host')} about to leave"
    if world.blows.rolling.under_way:
        yield f"{count(world.blows.rolling.under_way, 'service')} being restarted"
    for name in world.blows.paused:
        yield f"{name} is paused"
    for name, host in world.hosts.items():
        if host.up and host.app is None:
            yield f"{name} is starting"


def busy_consumers(world: "World") -> Iterator[str]:
    """Yield consumers that have still something to be given or to acknowledge."""
    for broker in world.backends.brokers.values():
        yield from _consumers(broker)


def _consumers(broker: "JetStreamServer") -> Iterator[str]:
    for stream in broker.streams.values():
        for name, consumer in stream.consumers.items():
            waiting, unacknowledged = consumer.num_pending, len(consumer.ledger.outstanding)
            if waiting or unacknowledged:
                yield f"{name}: {waiting} waiting, {unacknowledged} unacknowledged"
            copies = expected_copies(consumer)
            if copies > 0:
                yield f"{name}: {count(copies, 'copied message')} on the way"


def until_all_arrives_s(world: "World") -> float:
    """Return in how many seconds the last message or copy arrives that is on the way."""
    return max(
        (
            consumer.schedule.left_s()
            for broker in world.backends.brokers.values()
            for stream in broker.streams.values()
            for consumer in stream.consumers.values()
        ),
        default=0.0,
    )


def expected_copies(consumer: Any) -> int:
    """Return how many copies are still to come: of what waits, only the first is counted there."""
    schedule = consumer.schedule
    return int(sum(schedule._expected.values()) - schedule.unseen_count)
