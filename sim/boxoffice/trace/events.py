"""The events of a trace: the latest as they are, and before those, of a long trace, packed ones."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from typing import Final, Protocol, overload

from boxoffice.trace.chunk import Chunk, Loose, pack
from boxoffice.trace.event import TraceEvent

CHUNK: Final = 1_024  # events
# Most runs are shorter, and cost nothing.  An event takes some 1,100 bytes, a packed one 40.
SHORT: Final = 16 * CHUNK
AT_HAND: Final = 16  # chunks that stay unpacked, for whoever goes back and forth


class Store(Protocol):
    """Where chunks are kept."""

    def add(self, events: Sequence[TraceEvent]) -> None:
        """Keep the next chunk."""

    def load(self, chunk: int) -> Loose:
        """Return a chunk."""


class InMemory:
    """Chunks in memory, packed where they can be."""

    def __init__(self) -> None:
        self._chunks: list[bytes | Loose] = []

    def add(self, events: Sequence[TraceEvent]) -> None:
        """Keep the next chunk."""
        try:
            self._chunks.append(pack(events))
        except Exception:  # whatever a value of anybody's raises; it stays what it is
            self._chunks.append(Loose(events))

    def load(self, chunk: int) -> Loose:
        """Return a chunk."""
        found = self._chunks[chunk]
        return found if isinstance(found, Loose) else Chunk(found)


class EventSequence(Sequence[TraceEvent], ABC):
    """Events in order, read as a list is, and by kind."""

    @abstractmethod
    def at(self, place: int) -> TraceEvent:
        """Return the event at one place, which there is."""

    @abstractmethod
    def between(
        self, first: int, last: int | None = None, kinds: Collection[str] | None = None
    ) -> Iterator[TraceEvent]:
        """Yield the events from one number on to before another; of all kinds, or of some."""

    @overload
    def __getitem__(self, at: int) -> TraceEvent: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[TraceEvent]: ...

    def __getitem__(self, at: int | slice) -> TraceEvent | Sequence[TraceEvent]:
        count = len(self)
        if isinstance(at, slice):
            places = range(*at.indices(count))
            if places.step == 1:
                return list(self.between(places.start, places.stop))
            return [self.at(place) for place in places]
        if not -count <= at < count:
            raise IndexError(f"there is no event {at}")
        return self.at(at % count)

    def __iter__(self) -> Iterator[TraceEvent]:
        return self.between(0)

    def of_kind(self, *kinds: str) -> Iterator[TraceEvent]:
        """Yield the events of these kinds, in order."""
        return self.between(0, None, kinds)


class Events(EventSequence):
    """All events so far, in order, as a list has them; a long one is mostly packed.

    `short` is how many are kept as they are before any is packed.
    """

    are_kept = True

    def __init__(self, store: Store | None = None, short: int = SHORT) -> None:
        self.recorded = 0
        self._store: Store = store or InMemory()
        self._packed = 0
        self._latest: list[TraceEvent] = []
        self._most = short
        self._at_hand: dict[int, Loose] = {}

    def append(self, event: TraceEvent) -> None:
        """Add an event."""
        self.recorded += 1
        self._latest.append(event)
        if len(self._latest) > self._most:
            self._pack()

    def finish(self) -> None:
        """Say that nothing comes any more: of a long trace, pack what is left."""
        if self._packed:
            self._pack_all()

    def _pack_all(self) -> None:
        self._pack()
        if self._latest:
            self._store.add(self._latest)
            self._packed, self._latest = self.recorded, []

    def _pack(self) -> None:
        self._most = 2 * CHUNK - 1
        while len(self._latest) > CHUNK:
            self._store.add(self._latest[:CHUNK])
            self._packed += CHUNK
            del self._latest[:CHUNK]

    def __len__(self) -> int:
        return self.recorded

    def at(self, place: int) -> TraceEvent:
        """Return the event at one place, which there is."""
        if place >= self._packed:
            return self._latest[place - self._packed]
        return self._chunk(place // CHUNK).at(place % CHUNK)

    def between(
        self, first: int, last: int | None = None, kinds: Collection[str] | None = None
    ) -> Iterator[TraceEvent]:
        """Yield the events from one number on to before another; of all kinds, or of some.

        Without a `last` also those that come meanwhile.
        """
        at = first
        while at < (end := self.recorded if last is None else min(last, self.recorded)):
            if at >= self._packed:
                run: Sequence[TraceEvent] = self._latest[at - self._packed : end - self._packed]
                yield from run if kinds is None else (it for it in run if it.kind in kinds)
                at = end
            else:
                number, place = divmod(at, CHUNK)
                at = min(end, (number + 1) * CHUNK)
                yield from _part(self._chunk(number), place, at - number * CHUNK, kinds)

    def so_far(self) -> Sequence[TraceEvent]:
        """Return what has happened until now, and nothing that happens later."""
        return Until(self, self.recorded) if self._packed else tuple(self._latest)

    def _chunk(self, number: int) -> Loose:
        found = self._at_hand.pop(number, None)
        if found is None:
            found = self._store.load(number)
            if len(self._at_hand) >= AT_HAND:
                del self._at_hand[next(iter(self._at_hand))]
        self._at_hand[number] = found  # the last used is the last
        return found


class Until(EventSequence):
    """The first events of a trace."""

    def __init__(self, events: Events, count: int) -> None:
        self._events = events
        self._count = count

    def __len__(self) -> int:
        return self._count

    def at(self, place: int) -> TraceEvent:
        """Return the event at one place, which there is."""
        return self._events.at(place)

    def between(
        self, first: int, last: int | None = None, kinds: Collection[str] | None = None
    ) -> Iterator[TraceEvent]:
        """Yield the events from one number on to before another; of all kinds, or of some."""
        last = self._count if last is None else min(last, self._count)
        return self._events.between(first, last, kinds)


def _part(
    chunk: Loose, first: int, last: int, kinds: Collection[str] | None
) -> Sequence[TraceEvent]:
    if kinds is None:
        return chunk.all()[first:last]
    if first == 0 and last == CHUNK:
        return chunk.of_kind(kinds)
    return [it for it in chunk.all()[first:last] if it.kind in kinds]


def of_kind(events: Sequence[TraceEvent], *kinds: str) -> Iterator[TraceEvent]:
    """Yield the events of these kinds, in order, unpacking no others."""
    if isinstance(events, EventSequence):
        return events.of_kind(*kinds)
    return (event for event in events if event.kind in kinds)
