"""Events in a row as bytes, each kind by itself: one kind is read without unpacking the rest.

A chunk is the size of its head (four bytes, little-endian), the head (JSON), the order in which its
kinds take turns, and of each kind its columns: the last two packed and compressed.
"""

import json
import struct
import zlib
from array import array
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from boxoffice.misuse import Misuse
from boxoffice.trace.event import TraceEvent, as_json
from boxoffice.trace.packing import NotPlain, packed, unpacked

LEVEL: Final = 3  # of zlib: 6 takes half as long again, and saves a tenth
_SIZE: Final = struct.Struct("<I")


def pack(events: Sequence[TraceEvent]) -> bytes:
    """Return a chunk of events whose numbers follow each other.

    Raises: NotPlain, and whatever a value raises that cannot be packed.
    """
    by_kind: dict[str, list[TraceEvent]] = {}
    for number, event in enumerate(events, events[0].number):
        if event.number != number:
            raise NotPlain("numbers that do not follow each other")
        by_kind.setdefault(event.kind, []).append(event)
    places = {kind: place for place, kind in enumerate(by_kind)}
    order = zlib.compress(array("H", [places[it.kind] for it in events]).tobytes(), LEVEL)
    blocks = [zlib.compress(packed(_columns(it)), LEVEL) for it in by_kind.values()]
    head = {
        "first": events[0].number,
        "count": len(events),
        "us": [events[0].at_us, events[-1].at_us],
        "order": len(order),
        "kinds": [[kind, len(block)] for kind, block in zip(by_kind, blocks, strict=True)],
    }
    said = json.dumps(head, separators=(",", ":")).encode()
    return b"".join((_SIZE.pack(len(said)), said, order, *blocks))


def plain(event: TraceEvent) -> TraceEvent:
    """Return the event with those fields as JSON has them that cannot be packed otherwise."""
    fields = {name: _plain(value) for name, value in event.fields.items()}
    return TraceEvent(event.number, event.at_us, event.host, event.kind, event.cause, fields)


def _plain(value: Any) -> Any:
    try:
        packed(value)
    except Exception:
        return json.loads(as_json(value))
    return value


def _columns(events: Sequence[TraceEvent]) -> Any:
    return (
        [it.at_us for it in events],
        [it.host for it in events],
        [it.cause for it in events],
        [it.fields for it in events],
    )


class Loose:
    """Events in a row as they are: for what cannot be packed."""

    def __init__(self, events: Sequence[TraceEvent]) -> None:
        self._events = events

    def all(self) -> Sequence[TraceEvent]:
        """Return the events, in order."""
        return self._events

    def of_kind(self, kinds: Collection[str]) -> Sequence[TraceEvent]:
        """Return those of some kinds, in order."""
        return [it for it in self._events if it.kind in kinds]

    def at(self, place: int) -> TraceEvent:
        """Return one event by its place."""
        return self._events[place]


@contextmanager
def whole(source: str) -> Iterator[None]:
    """Read what was packed.  Raises: Misuse, if it is damaged."""
    try:
        yield
    except Misuse:
        raise
    except Exception as error:  # whatever is made of bytes that nobody has written
        raise Misuse(f"{source} is damaged") from error


class Chunk(Loose):
    """A chunk of which each kind is unpacked when it is first asked for."""

    def __init__(self, data: bytes, source: str = "the trace") -> None:
        self._data = data
        self._source = source
        self._blocks: dict[str, slice] = {}
        with whole(source):
            (size,) = _SIZE.unpack_from(data)
            at = _SIZE.size + size
            head = json.loads(data[_SIZE.size : at])
            self.first, self.count, self.us = head["first"], head["count"], head["us"]
            self._order = array("H", zlib.decompress(data[at : at + head["order"]]))
            at += head["order"]
            for kind, size in head["kinds"]:
                self._blocks[kind] = slice(at, at + size)
                at += size
        self._found: dict[str, list[TraceEvent]] = {}

    def all(self) -> Sequence[TraceEvent]:
        """Return the events, in order."""
        columns = [iter(self._of(kind)) for kind in self._blocks]
        return [next(columns[place]) for place in self._order]

    def of_kind(self, kinds: Collection[str]) -> Sequence[TraceEvent]:
        """Return those of some kinds, in order."""
        asked = [kind for kind in self._blocks if kind in kinds]
        if len(asked) == 1:
            return self._of(asked[0])
        return sorted((it for kind in asked for it in self._of(kind)), key=lambda it: it.number)

    def at(self, place: int) -> TraceEvent:
        """Return one event by its place."""
        kind = self._order[place]
        return self._of(list(self._blocks)[kind])[self._order[:place].count(kind)]

    def _of(self, kind: str) -> list[TraceEvent]:
        found = self._found.get(kind)
        if found is None:
            with whole(self._source):
                found = self._found[kind] = list(self._unpacked(kind))
        return found

    def _unpacked(self, kind: str) -> Iterator[TraceEvent]:
        place = list(self._blocks).index(kind)
        columns = unpacked(zlib.decompress(self._data[self._blocks[kind]]))
        numbers = [self.first + at for at, it in enumerate(self._order) if it == place]
        for number, at_us, host, cause, fields in zip(numbers, *columns, strict=True):
            yield TraceEvent(number, at_us, host, kind, cause, fields)
