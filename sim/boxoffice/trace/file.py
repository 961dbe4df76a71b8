"""A trace in a file: chunks as they come, and at the end what was made of the run.

The file begins with a line, `boxoffice trace 1`.  Then come blocks, each of a tag (four letters),
its size (four bytes, little-endian) and as many bytes: CHNK, a chunk of `boxoffice.trace.chunk`;
and LAST, what the run has shown.  A run that was cut short has no LAST.
"""

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from boxoffice.misuse import Misuse
from boxoffice.trace.chunk import Chunk, Loose, pack, plain
from boxoffice.trace.event import TraceEvent
from boxoffice.trace.events import CHUNK, Events, Until

HEAD: Final = b"boxoffice trace 1\n"
_BLOCK: Final = struct.Struct("<4sI")
_CHUNK: Final = b"CHNK"
_LAST: Final = b"LAST"


class InFile:
    """Chunks in a file, which is open only while one is written or read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.last = b""
        self.events = 0
        self._places: list[tuple[int, int]] = []  # and sizes
        self._failed: OSError | None = None

    def begin(self) -> None:
        """Empty the file.  Raises: Misuse, if it cannot be written."""
        try:
            self.path.write_bytes(HEAD)
        except OSError as error:
            raise self._mistake(error) from None

    def find(self) -> None:
        """Find what is there already.  Raises: Misuse, if it is no trace."""
        try:
            with self.path.open("rb") as file:
                if file.read(len(HEAD)) != HEAD:
                    raise Misuse(f"{self.path} is no trace that was streamed")
                for tag, place, size in _blocks(file):
                    file.seek(place)
                    if tag == _LAST:
                        self.last = file.read(size)
                    elif tag == _CHUNK:
                        self._places.append((place, size))
        except OSError as error:
            raise Misuse(f"cannot read {self.path}: {error.strerror}") from None
        if self._places:
            before = (len(self._places) - 1) * CHUNK
            self.events = before + len(self.load(len(self._places) - 1).all())

    def add(self, events: Sequence[TraceEvent]) -> None:
        """Write the next chunk; what cannot be packed as it is, as JSON has it."""
        try:
            data = pack(events)
        except Exception:  # whatever a value of anybody's raises
            data = pack([plain(it) for it in events])
        self._write(_CHUNK, data)

    def end(self, last: bytes) -> None:
        """Write what the run has shown.  Raises: Misuse, if anything could not be written."""
        self.last = last
        self._write(_LAST, last)
        self.check()

    def check(self) -> None:
        """Raise: Misuse, if anything could not be written."""
        if self._failed is not None:
            raise self._mistake(self._failed)

    def load(self, chunk: int) -> Loose:
        """Return a chunk.  Raises: Misuse, if it could not be written, or can no longer be read."""
        self.check()
        place, size = self._places[chunk]
        try:
            with self.path.open("rb") as file:
                file.seek(place)
                return Chunk(file.read(size), str(self.path))
        except OSError as error:
            raise Misuse(f"cannot read {self.path}: {error.strerror}") from None

    def _write(self, tag: bytes, data: bytes) -> None:
        # Not raised here: whoever records has no part in it, and might swallow it.
        if self._failed is not None:
            return
        try:
            with self.path.open("ab") as file:
                place = file.seek(0, 2) + _BLOCK.size
                file.write(_BLOCK.pack(tag, len(data)) + data)
        except OSError as error:
            self._failed = error
            return
        if tag == _CHUNK:
            self._places.append((place, len(data)))

    def _mistake(self, error: OSError) -> Misuse:
        return Misuse(f"cannot write {self.path}: {error.strerror}")


def _blocks(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Yield tag, place and size of each block that is there as a whole."""
    place = len(HEAD)
    whole = file.seek(0, 2)
    while place + _BLOCK.size <= whole:
        file.seek(place)
        tag, size = _BLOCK.unpack(file.read(_BLOCK.size))
        place += _BLOCK.size
        if place + size <= whole:
            yield tag, place, size
        place += size


class Streamed(Events):
    """Events that are written to a file as they come; the last thousand or two are in memory."""

    def __init__(self, path: Path) -> None:
        self.file = InFile(path)
        self.file.begin()
        super().__init__(self.file, short=2 * CHUNK - 1)

    def finish(self) -> None:
        """Write what is not written yet; nothing comes after it."""
        self._pack_all()

    def so_far(self) -> Sequence[TraceEvent]:
        """Return what has happened until now, and nothing that happens later."""
        return Until(self, self.recorded)


class Reopened(Events):
    """The events of a file.  Raises: Misuse, if it holds no trace."""

    def __init__(self, path: Path) -> None:
        self.file = InFile(path)
        self.file.find()
        super().__init__(self.file)
        self.recorded = self._packed = self.file.events

    def so_far(self) -> Sequence[TraceEvent]:
        """Return all of them."""
        return Until(self, self.recorded)
