"""What a run has left behind, and the way there: all that an invariant is judged from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from boxoffice.trace.events import of_kind
from boxoffice.trace.trace import KINDS, TraceEvent
from boxoffice.world.quiescence import count
from boxoffice.world.stores import check_store, slip, touched

if TYPE_CHECKING:
    from boxoffice.world.world import World

Document = dict[str, Any]


@dataclass
class End:
    """The end of a run.  `restless` names what was still in motion, `unseen` what cannot be judged.

    `looked_at` counts the documents and events that were asked for and are there: a fact about
    none of them has not been put to the test.  `touched` are the collections that were ever read
    or written.
    """

    events: Sequence[TraceEvent] = ()
    collections: Mapping[str, Mapping[Any, Document]] = field(default_factory=dict)
    restless: Sequence[str] = ()
    unseen: Sequence[str] = ()
    looked_at: int = 0
    touched: Sequence[str] = ()
    asked: dict[str, None] = field(default_factory=dict, init=False)  # by all checks
    # What the check at hand has asked for: all, what is not there, and kinds of events that no
    # server of ours records.
    _asked: dict[str, None] = field(default_factory=dict, init=False)
    _in_vain: dict[str, None] = field(default_factory=dict, init=False)
    _unknown: dict[str, None] = field(default_factory=dict, init=False)

    def documents(self, store: str) -> Mapping[Any, Document]:
        """Return the documents of `database.collection`, by id; none, if there is no such.

        Raises: NoSuchStore, for a name that can be none.
        """
        check_store(store)
        self.asked[store] = self._asked[store] = None
        found = self.collections.get(store, {})
        self.looked_at += len(found)
        if not found:
            self._in_vain[store] = None
        return found

    def ids(self, store: str) -> set[Any]:
        """Return the ids of the documents of `database.collection`."""
        return set(self.documents(store))

    def of_kind(self, *kinds: str) -> Iterator[TraceEvent]:
        """Yield the events of these kinds, in order."""
        self._unknown.update(dict.fromkeys(it for it in kinds if it not in KINDS))
        for event in of_kind(self.events, *kinds):
            self.looked_at += 1
            yield event

    def forget_what_was_asked(self) -> None:
        """Begin to count anew."""
        self.looked_at = 0
        for each in (self._in_vain, self._asked, self._unknown):
            each.clear()

    def slip(self) -> str:
        """Return in words which name was mistyped of those that were asked for; "" if none was."""
        known = (*self.touched, *self.collections)
        said = (slip(it, known, self._asked) for it in self._in_vain)
        return next(filter(None, said), "") or self._slip_of_kind()

    def _slip_of_kind(self) -> str:
        for kind in self._unknown:
            near = get_close_matches(kind, KINDS, n=1, cutoff=0.8)
            if near and next(of_kind(self.events, kind), None) is None:
                return f"no event is a {kind!r}; did you mean {near[0]!r}?"
        return ""

    def in_vain(self) -> str:
        """Return what was asked for and is not there, in words."""
        if not self._in_vain:
            return "it looked at no documents, and no events"
        return f"nothing is in {', '.join(self._in_vain)}; what there is: {self.said()}"

    def said(self) -> str:
        """Return in a few words what there is."""
        found = (f"{count(len(it), 'document')} in {name}" for name, it in self.collections.items())
        return ", ".join(found) or "no documents"


def documents_of(world: "World", store: str) -> Mapping[Any, Document]:
    """Return the documents of `database.collection` as they are now, by id.

    Raises: NoSuchStore, for a name that can be none.
    """
    check_store(store)
    world.asked[store] = None
    database, _, name = store.partition(".")
    found: dict[Any, Document] = {}
    for server in world.backends.mongo.values():
        if name in server.databases.get(database, ()):
            found = {it["_id"]: it for it in server.documents(database, name)}
    return found


def end_of(world: "World") -> End:
    """Take down what a world has left behind."""
    end = End(
        events=world.trace.events.so_far(),
        collections={
            f"{database}.{name}": {it["_id"]: it for it in server.documents(database, name)}
            for server in world.backends.mongo.values()
            for database, names in server.databases.items()
            for name in names
        },
        restless=[*world.system.moving(world), *world.astir],
        touched=touched(world),
    )
    end.asked = world.judged_by
    return end
