"""Answers that are handed out in batches."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Final

import bson
from bson.int64 import Int64
from bson.raw_bson import RawBSONDocument

from boxoffice.clock.clock import Clock
from boxoffice.real.stores.mongo.refusals import CURSOR_NOT_FOUND, Refusal
from boxoffice.servers.mongo.terms import Document

FIRST_BATCH: Final = 101  # documents, where the client asks for no number
BATCH_BYTES: Final = 16 * 1024 * 1024
IDLE: Final = timedelta(minutes=10)  # after which MongoDB, too, forgets a cursor


@dataclass(slots=True)
class _Open:
    namespace: str
    waiting: list[RawBSONDocument]
    used: datetime


class Cursors:
    """The cursors that are not at their end, by number."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[int, _Open] = {}
        self._numbers = count(1)

    def begin(self, namespace: str, documents: list[Document], size: int | None) -> Document:
        """Return the first batch, and keep the rest."""
        self._forget_idle()
        waiting = [RawBSONDocument(bson.encode(each)) for each in documents]
        waiting.reverse()  # taken from the end, which costs the same however many there are
        batch = _take(waiting, FIRST_BATCH if size is None else size)
        cursor = _Open(namespace, waiting, self._clock.now())
        number = self._keep(next(self._numbers), cursor) if waiting else 0
        return {"firstBatch": batch, "id": Int64(number), "ns": namespace}

    def go_on(self, number: int, namespace: str, size: int | None) -> Document:
        """Return the next batch.  Raises: Refusal."""
        cursor = self._open.get(number)
        if cursor is None or cursor.namespace != namespace:
            raise Refusal(CURSOR_NOT_FOUND, f"cursor id {number} not found")
        del self._open[number]
        batch = _take(cursor.waiting, size or len(cursor.waiting))
        left = self._keep(number, cursor) if cursor.waiting else 0
        return {"nextBatch": batch, "id": Int64(left), "ns": namespace}

    def end(self, number: int) -> bool:
        """Forget a cursor; tell whether there was one."""
        return self._open.pop(number, None) is not None

    def _keep(self, number: int, cursor: _Open) -> int:
        # At the end, so that those come first which have not been used for longest.
        cursor.used = self._clock.now()
        self._open[number] = cursor
        return number

    def _forget_idle(self) -> None:
        oldest = self._clock.now() - IDLE
        while self._open:
            number, cursor = next(iter(self._open.items()))
            if cursor.used >= oldest:
                return
            del self._open[number]


def _take(waiting: list[RawBSONDocument], size: int) -> list[RawBSONDocument]:
    batch: list[RawBSONDocument] = []
    room = BATCH_BYTES
    while waiting and len(batch) < size:
        room -= len(waiting[-1].raw)
        if room < 0 and batch:
            break
        batch.append(waiting.pop())
    return batch
