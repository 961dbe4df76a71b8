"""What the invariants are judged from: what happened, and what it left behind.

Checks see nothing else, so that they can judge real servers as well as a world.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeVar

from boxoffice.trace import TraceEvent, Until, Untold, of_kind
from services.common.subjects import DEAD_LETTERS

Found = TypeVar("Found")
Document = dict[str, Any]
Documents = Mapping[str, Document]

# A collection by its database and its name.
USERS: Final = "auth.users"
WISHES: Final = "auth.asked"  # for letters, by address
COUNTS: Final = "auth.failures"  # and of what else is counted of strangers
TICKETS: Final = "tickets.tickets"
ORDERS: Final = "orders.orders"
REPLICAS: Final = "orders.tickets"  # of tickets, at orders
MIRRORS: Final = "payments.orders"  # of orders, at payments
# What evidence from afar may tell nothing of, beside invariants.
ACKNOWLEDGEMENTS: Final = "acknowledgements"
MOMENTS: Final = "moments"  # of writes; it knows only between which they were
REQUESTS: Final = "requests"  # nor what was answered


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the stream; `data` is its CloudEvent, or empty if it could not be decoded."""

    seq: int
    subject: str
    data: Document = field(default_factory=dict)
    reason: str = ""  # why it is a dead letter, if it is one

    @property
    def is_dead_letter(self) -> bool:
        """Whether it was parked."""
        return self.subject.startswith(f"{DEAD_LETTERS}.")


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a durable consumer has still to be given, and has not acknowledged."""

    num_pending: int = 0
    num_ack_pending: int = 0


@dataclass(frozen=True)
class Evidence:
    """The end of a run, and the way there.

    Documents, charges and refunds are by id.  `timers` tells the score of each order's timer, in
    seconds since 1970 (negative: settled), `leases` the orders whose timers are leased, and
    `restless` what was still in motion, by name.  `now_s` is in seconds since 1970.  A run is
    `spoiled` is where services tell of documents that were left there by hand,
    `poisoned` if a message was put into the stream that nobody can read, and `prompt` if messages
    are fast unless the events say otherwise: no machine is slow, and no search slows them down.
    It is `punctual` if none is kept on its way to a consumer, of which no event says anything.
    `most_open` is how many open orders a buyer may have, if known, `windows_s` how long one lasts,
    and `limits` has how often a client may do what is counted, by its setting, as far as known.
    `unseen` names what this evidence tells nothing of, since it was taken from too far away:
    invariants, ACKNOWLEDGEMENTS, MOMENTS and REQUESTS.
    """

    events: Sequence[TraceEvent] = ()
    users: Documents = field(default_factory=dict)
    tickets: Documents = field(default_factory=dict)
    orders: Documents = field(default_factory=dict)
    replicas: Documents = field(default_factory=dict)
    mirrors: Documents = field(default_factory=dict)
    messages: Sequence[Message] = ()
    charges: Documents = field(default_factory=dict)
    refunds: Documents = field(default_factory=dict)
    timers: Mapping[str, float] = field(default_factory=dict)
    leases: Sequence[str] = ()
    consumers: Mapping[str, Backlog] = field(default_factory=dict)
    restless: Sequence[str] = ()
    now_s: float = 0.0
    poisoned: bool = False
    spoiled: Collection[str] = ()
    prompt: bool = False
    punctual: bool = False
    most_open: int | None = None
    limits: Mapping[str, int] = field(default_factory=dict)
    windows_s: Collection[float] = ()
    unseen: Collection[str] = ()

    def of_kind(self, *kinds: str) -> Iterator[TraceEvent]:
        """Yield the events of these kinds, in order."""
        if not isinstance(self.events, tuple):  # a long trace is packed by kind
            return of_kind(self.events, *kinds)
        if kinds not in self._found:
            self._found[kinds] = [*of_kind(self.events, *kinds)]
        return iter(self._found[kinds])

    def answers(self) -> Iterator[tuple[TraceEvent, TraceEvent]]:
        """Yield each request that was answered with its response, in the order of these."""
        waiting: dict[int, TraceEvent] = {}
        for event in self.of_kind("request", "response"):
            if event.kind == "request":
                waiting[event.number] = event
            else:
                asked = event["request"]
                yield waiting.pop(asked) if asked in waiting else self.event(asked), event

    def writes(self, *stores: str) -> Iterator[TraceEvent]:
        """Yield the writes to these collections that changed more than an outbox, in order."""
        return (write for write in self._writes() if store_of(write) in stores)

    def history(self, store: str, id: str) -> Sequence[TraceEvent]:
        """Return the writes to one document that changed more than its outbox, in order."""
        if not self.is_told:  # who judges by it has asked for events already
            return ()
        if self._is_long:
            return [self.events[number] for number in self._numbers.get((store, id), ())]
        return self._histories.get((store, id), ())

    def latest(self, store: str, id: str) -> list[int]:
        """Return the number of the last write to a document, if there was one."""
        return [write.number for write in self.history(store, id)[-1:]]

    def event(self, number: int) -> TraceEvent:
        """Return the event with this number."""
        # A long trace is not unpacked for this; its events lie where their numbers say.
        return self.events[number] if self._is_long else self._by_number[number]

    def causes(self, event: TraceEvent) -> Iterator[TraceEvent]:
        """Yield what an event goes back to: its cause, that one's cause, and so on."""
        while event.cause is not None and (self._is_long or event.cause in self._by_number):
            event = self.event(event.cause)
            yield event

    @property
    def is_told(self) -> bool:
        """Whether there is a trace, from which breaches are proven."""
        return not isinstance(self.events, Untold)

    @property
    def _is_long(self) -> bool:
        return isinstance(self.events, Until)

    @cached_property
    def _by_number(self) -> dict[int, TraceEvent]:
        return {event.number: event for event in self.events}

    def found(self, find: Callable[["Evidence"], Iterable[Found]]) -> Iterable[Found]:
        """Return what is found here; it is kept for whoever asks next, unless the trace is long."""
        if self._is_long:
            return find(self)
        if find not in self._found:
            self._found[find] = list(find(self))
        return self._found[find]

    @cached_property
    def _found(self) -> dict[Any, list[Any]]:
        return {}

    def _writes(self) -> Iterable[TraceEvent]:
        return self.found(Evidence._found_writes)

    def _found_writes(self) -> Iterator[TraceEvent]:
        return (event for event in self.of_kind("write") if _changes_state(event))

    @cached_property
    def _histories(self) -> dict[tuple[str, str], list[TraceEvent]]:
        found: dict[tuple[str, str], list[TraceEvent]] = {}
        for write in self._writes():
            found.setdefault((store_of(write), write["id"]), []).append(write)
        return found

    @cached_property
    def _numbers(self) -> dict[tuple[str, str], list[int]]:
        found: dict[tuple[str, str], list[int]] = {}
        for write in self._found_writes():
            found.setdefault((store_of(write), write["id"]), []).append(write.number)
        return found


def store_of(write: TraceEvent) -> str:
    """Return the collection that a write went to."""
    return f"{write['database']}.{write['collection']}"


def data_of(stored: TraceEvent) -> Document:
    """Return what a stored message says, without its envelope; nothing, if it is no event."""
    envelope = stored["data"]
    data = envelope.get("data") if isinstance(envelope, dict) else None
    return data if isinstance(data, dict) and envelope.get("type") == stored["subject"] else {}


def _changes_state(write: TraceEvent) -> bool:
    return _without_outbox(write["before"]) != _without_outbox(write["after"])


def _without_outbox(document: Document | None) -> Document | None:
    if document is None:
        return None
    return {name: value for name, value in document.items() if name != "outbox"}
