"""What commands are done on: the fake's databases, and the cursors that are open."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from boxoffice.clock.clock import Clock
from boxoffice.real.stores.mongo.cursors import Cursors
from boxoffice.real.stores.mongo.refusals import INVALID_NAMESPACE, NOT_IMPLEMENTED, Refusal
from boxoffice.servers.mongo import FakeMongoServer
from boxoffice.servers.mongo.collection import IndexedCollection
from boxoffice.servers.mongo.terms import Document

Answer = TypeVar("Answer")


class Engine:
    """One server for all connections; everything in it is done at once or not at all."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.server = FakeMongoServer(clock.now)
        self.cursors = Cursors(clock)

    def on(self, command: Document, effect: Callable[[IndexedCollection], Answer]) -> Answer:
        """Run `effect` on the collection that `command` is about.

        Raises: Refusal, and what the effect raises.
        """
        verb, name = next(iter(command.items()))
        if not isinstance(name, str):
            raise Refusal(INVALID_NAMESPACE, f"{verb} is about a collection, not {name!r}")
        return self.server.perform(command["$db"], name, verb, effect)

    def collections(self, db: str) -> list[str]:
        """Name the collections of a database."""
        return self.server.databases.get(db, [])


def namespace(command: Document) -> str:
    """Return database and collection as one name."""
    return f"{command['$db']}.{next(iter(command.values()))}"


def refuse_others(said: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    """Refuse what would be passed over in silence.  Raises: Refusal."""
    unknown = set(said).difference(known)
    if unknown:
        raise Refusal(NOT_IMPLEMENTED, f"{where}.{min(unknown)} is not understood here")
