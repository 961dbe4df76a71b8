"""What has been written, in a file: all that a store needs to come back as it was."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bson

LENGTH = 4  # bytes, with which each document begins


class Journal:
    """Commands in the order in which they were done."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a+b")

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield what is there; an entry that was cut off by a power cut was never answered."""
        self._file.seek(0)
        content = self._file.read()
        place = 0
        while place + LENGTH <= len(content):
            end = place + int.from_bytes(content[place : place + LENGTH], "little")
            if end > len(content):
                break
            yield bson.decode(content[place:end])
            place = end
        self._file.truncate(place)

    def add(self, command: dict[str, Any]) -> None:
        """Keep a command; it is on the disk when this returns."""
        self._file.write(bson.encode(command))
        self._file.flush()
        os.fsync(self._file.fileno())
