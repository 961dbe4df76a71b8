"""What the copies of a server do not have yet, and what becomes of it.

A write is there at once, for whoever reads what is local.  A majority of the members has it `lag_s`
seconds later; then it counts for readers of the majority, and who asked for that is answered.  If
the server fails over before, it has never been.
Source: https://www.mongodb.com/docs/manual/core/replica-set-rollbacks/
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pymongo.errors import NotPrimaryError, WTimeoutError

from boxoffice.net.calls import settle
from boxoffice.servers.mongo.refusals import refuse
from boxoffice.servers.mongo.store import IndexedStore
from boxoffice.servers.mongo.terms import Document

INTERRUPTED = 11602  # InterruptedDueToReplStateChange
NOT_IN_TIME = 64  # WriteConcernFailed

Change = tuple[Document | None, Document | None]  # before and after
Outcome = tuple[Any, Exception | None]


@dataclass(eq=False)
class Write:
    """One write that only this server has; `announce` says that it is there to stay."""

    at_s: float
    store: IndexedStore
    changes: list[Change]
    announce: Callable[[], None]
    waiting: list[tuple[asyncio.Future[Outcome], Outcome]] = field(default_factory=list)


class Replication:
    """The members of a replica set behind one server."""

    def __init__(self, lag_s: float, loop: asyncio.AbstractEventLoop) -> None:
        self._lag_s = lag_s
        self._loop = loop
        self._young: list[Write] = []  # in their order

    def write(
        self, store: IndexedStore, changes: list[Change], announce: Callable[[], None]
    ) -> None:
        """Take down what was written; the others have it in a while."""
        write = Write(self._loop.time(), store, changes, announce)
        self._young.append(write)
        self._loop.call_later(self._lag_s, self._commit, write)

    def once_durable(
        self, outcome: Outcome, within_s: float
    ) -> "Outcome | asyncio.Future[Outcome]":
        """Answer once a majority has all that is here now, or that it took too long.

        So does a write that changed nothing, or was refused: what it found must not be taken back,
        either.  Source: https://www.mongodb.com/docs/manual/reference/write-concern/
        """
        if not self._young:
            return outcome
        answer: asyncio.Future[Outcome] = self._loop.create_future()
        self._young[-1].waiting.append((answer, outcome))
        if 0.0 < within_s < self._lag_s:
            self._loop.call_later(within_s, settle, answer, (None, _not_in_time()))
        return answer

    @contextmanager
    def as_a_majority_has_it(self) -> Iterator[None]:
        """Take away, for one read, what only this server has."""
        young = list(self._young)
        _undo(young)
        try:
            yield
        finally:
            for write in young:
                for before, after in write.changes:
                    write.store.put_back(before, after)

    def fail_over(self, loses_s: float) -> None:
        """Lose what is younger; who waits for it is told that this server is primary no more."""
        since_s = self._loop.time() - loses_s
        lost = [write for write in self._young if write.at_s > since_s]
        self._young = [write for write in self._young if write.at_s <= since_s]
        _undo(lost)
        for write in lost:
            for answer, _ in write.waiting:
                settle(answer, (None, _interrupted()))

    def _commit(self, write: Write) -> None:
        if write in self._young:  # and was not lost meanwhile
            self._young.remove(write)
            write.announce()
            for answer, outcome in write.waiting:
                settle(answer, outcome)


def _undo(writes: list[Write]) -> None:
    for write in reversed(writes):
        for before, after in reversed(write.changes):
            write.store.put_back(after, before)


def _interrupted() -> Exception:
    try:
        refuse(INTERRUPTED)
    except NotPrimaryError as error:
        return error


def _not_in_time() -> Exception:
    text = "waiting for replication timed out"
    details = {"code": NOT_IN_TIME, "errmsg": text, "errInfo": {"wtimeout": True}}
    return WTimeoutError(text, NOT_IN_TIME, details)
