"""Takes down what a world has left behind, as evidence."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, overload

from scenarios.shop.checks.evidence import Backlog, Evidence, Message
from scenarios.shop.checks.reasons import LIMITS
from scenarios.shop.checks.restless import keeps_timers, restless
from scenarios.shop.debris import is_debris, is_stray_news, told_by
from services.common.subjects import REPLAYS, STREAM

if TYPE_CHECKING:
    from boxoffice import World
    from boxoffice.servers import StoredMessage


def collect_evidence(
    world: "World", poisoned: bool = False, moving: Sequence[str] | None = None
) -> Evidence:
    """Take down what a world has left behind; while it runs, since its clock decides on leases.

    `moving` names what is still in motion, where the caller knows better than `restless`.
    """
    backends = world.backends
    stream = backends.nats.streams.get(STREAM)
    timers, leases = _timers(world)
    settings = getattr(world, "settings", None)
    found = {
        name: backends.mongo[f"{service}-db"].documents(service, of)
        for name, service, of in _COLLECTIONS
    }
    return Evidence(
        events=world.trace.events.so_far(),
        **{name: _by_id(documents) for name, documents in found.items()},
        messages=Messages(tuple(stream.messages.values())) if stream else (),
        charges={
            id: dict(charge)
            for id, charge in backends.stripe.charges.items()
            # Declined ones are listed too, and those that others have made on the same account.
            if charge["status"] == "succeeded" and "order_id" in charge["metadata"]
        },
        refunds={id: dict(refund) for id, refund in backends.stripe.refunds.items()},
        timers=timers,
        leases=leases,
        consumers={
            name: Backlog(consumer.num_pending, len(consumer.ledger.outstanding))
            for name, consumer in (stream.consumers.items() if stream else ())
        },
        restless=restless(world) if moving is None else moving,
        now_s=backends.now_s(),
        poisoned=poisoned,
        spoiled=frozenset(_spoiled(world, found.values())),
        prompt=world.randomness.course is None,
        punctual=world.randomness.course is None and not world.faults.keep_messages,
        most_open=getattr(settings, "most_open_orders", None),
        limits={name: getattr(settings, name) for name in LIMITS if hasattr(settings, name)},
        windows_s=[
            it.expiration_window_s
            for it in (settings, getattr(world, "rolled_out", None))
            if it is not None
        ],
    )


_COLLECTIONS: Final = (
    ("users", "auth", "users"),
    ("tickets", "tickets", "tickets"),
    ("orders", "orders", "orders"),
    ("replicas", "orders", "tickets"),
    ("mirrors", "payments", "orders"),
)


def _by_id(documents: Iterable[Any]) -> Any:
    return {document["_id"]: document for document in documents if not is_debris(document)}


def _spoiled(world: "World", found: Iterable[Iterable[Any]]) -> Iterator[str]:
    yield from (told_by(it) for it in chain.from_iterable(found) if is_debris(it))
    stream = world.backends.nats.streams.get(STREAM)
    for message in stream.messages.values() if stream else ():
        if is_stray_news(message.subject, message.data):
            yield from (message.subject, REPLAYS)


def _timers(world: "World") -> tuple[dict[str, float], list[str]]:
    if not keeps_timers(world):
        return {}, []
    redis = world.backends.redis
    timers = redis.execute("ZRANGE", "timers", 0, -1, "WITHSCORES", withscores=True)
    leases = redis.execute("KEYS", "lease:*")
    return (
        {member.decode(): score for member, score in timers},
        sorted(key.decode().split(":", 1)[1] for key in leases),
    )


class Messages(Sequence[Message]):
    """The messages of a stream, each decoded when it is looked at: they may be very many."""

    def __init__(self, stored: Sequence["StoredMessage"]) -> None:
        self._stored = stored

    def __len__(self) -> int:
        return len(self._stored)

    @overload
    def __getitem__(self, at: int) -> Message: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Message]: ...

    def __getitem__(self, at: int | slice) -> Message | Sequence[Message]:
        if isinstance(at, slice):
            return Messages(self._stored[at])
        return _message(self._stored[at])


def _message(stored: "StoredMessage") -> Message:
    try:
        data = json.loads(stored.data)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or not isinstance(data.get("data", {}), dict):
        data = {}
    reason = (stored.headers or {}).get("Boxoffice-Reason", "")
    return Message(stored.seq, stored.subject, data, reason)
