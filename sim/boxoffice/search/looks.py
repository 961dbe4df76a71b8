"""Looks at documents after which somebody decided, while others had changed what was seen.

A trace has what was written, and no reads; a run that was made small is played once more, and
listened to.  Kept is what was stale by the time of a write of the same request or delivery, and
what the one who had come between had seen.  Where nothing is asked or sent, all looks are kept.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from boxoffice.net.host import current_life
from boxoffice.search.case import Case
from boxoffice.search.strategies.partial.touches import Read, Touch, Write, conflict
from boxoffice.trace.outcome import Outcome
from boxoffice.trace.trace import cause

if TYPE_CHECKING:
    from boxoffice.servers.mongo.noticed import Noticed
    from boxoffice.world.world import World

MOST: Final = 3  # documents that one look has found


@dataclass(frozen=True, slots=True)
class Look:
    """Who looked for what in a collection, before event `number`, and the ids that it found.

    `seen` has the documents themselves, as they were, without what is secret.
    """

    number: int
    at_us: int
    host: str
    store: tuple[str, str]
    search: Any
    found: Sequence[Any]
    touches: Sequence[Touch] = field(repr=False)
    cause: int | None = None
    seen: Sequence[Mapping[str, Any]] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class _Change:
    number: int  # of the event after it
    touches: Sequence[Touch]
    cause: int | None

    @property
    def events(self) -> range:
        return range(self.number - len(self.touches), self.number)


@dataclass(frozen=True, slots=True)
class Met:
    """The looks that mattered, in order, and the numbers of the writes that came in between."""

    looks: Sequence[Look] = ()
    writes: frozenset[int] = frozenset()


def looked_at(case: Case) -> tuple[Outcome, Met]:
    """Play a case, and return with its outcome the looks that mattered.

    Raises: as `boxoffice.run`.
    """
    heard = Heard()
    outcome = case.play(begun=heard.listen)
    return outcome, heard.met()


@dataclass
class Heard:
    """All looks and changes of a world that is listened to."""

    looks: list[Look] = field(default_factory=list)
    changes: list[_Change] = field(default_factory=list)

    def met(self) -> Met:
        """Return the looks that mattered."""
        return _met(self.looks, self.changes)

    def listen(self, world: "World") -> None:
        """Hear of all that is looked at in a world that has not started."""
        for name, store in world.backends.mongo.items():
            store.notice = partial(self._hear, world, name, store.notice)

    def _hear(
        self, world: "World", host: str, told: Any, db: str, collection: str, noticed: "Noticed"
    ) -> None:
        if told is not None:  # a schedule listens as well
            told(db, collection, noticed)
        number, store = world.trace.events.recorded, (host, db, collection)
        because = world.recorder.delivery_at_hand()
        because = cause() if because is None else because
        if noticed.changes:
            writes = [Write(store, before, after) for before, after in noticed.changes]
            self.changes.append(_Change(number, writes, because))
        elif noticed.reads and noticed.error is None:
            life = current_life.get()
            reads = [Read(store, search, fields) for search, fields in noticed.reads]
            secret = world.system.secrets.get(db, ())
            found = islice(world.backends.mongo[host].matching(*store[1:], reads[0].search), MOST)
            seen = [{key: it for key, it in one.items() if key not in secret} for one in found]
            self.looks.append(
                Look(
                    number,
                    round(world.loop.time() * 1e6),
                    life.host.name if life else host,
                    (db, collection),
                    _shown(reads[0].search, secret),
                    [it["_id"] for it in seen],
                    reads,
                    because,
                    seen,
                )
            )


def _shown(search: Any, secret: Collection[str]) -> Any:
    if not isinstance(search, Mapping):
        return search
    return {key: "…" if key in secret else value for key, value in search.items()}


def _met(looks: Sequence[Look], changes: Sequence[_Change]) -> Met:
    causes = {*(it.cause for it in looks), *(it.cause for it in changes)}
    if causes <= {None}:  # workers alone, whom nobody has asked
        return Met(looks, frozenset(number for it in changes for number in it.events))
    found, writes = dict[int, Look](), set[int]()
    for mine in changes:
        for look in _before(mine, looks):
            for theirs in changes:
                if _is_between(look, theirs, mine) and conflict(look.touches, theirs.touches):
                    seen = (it for it in _before(theirs, looks) if it.store == look.store)
                    also = (it for it in seen if conflict(it.touches, theirs.touches))
                    found |= {id(it): it for it in (look, *also)}
                    writes |= {*mine.events, *theirs.events}
    return Met(sorted(found.values(), key=lambda it: (it.number, it.at_us)), frozenset(writes))


def _before(change: _Change, looks: Sequence[Look]) -> Iterator[Look]:
    """Yield the looks of the same request or delivery, before a change."""
    if change.cause is not None:
        yield from (it for it in looks if it.cause == change.cause and it.number < change.number)


def _is_between(look: Look, theirs: _Change, mine: _Change) -> bool:
    return look.number < theirs.number < mine.number and theirs.cause != mine.cause
