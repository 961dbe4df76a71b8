"""PyMongo's asynchronous client, as far as the services speak it, over a link to a fake server."""

# mypy: disable-error-code="no-untyped-call"
# mongomock has no annotations of its own.

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.errors import InvalidOperation, NetworkTimeout, ServerSelectionTimeoutError
from pymongo.results import DeleteResult, InsertOneResult, UpdateResult

from sim.fakes.mongo.collection import IndexedCollection
from sim.fakes.mongo.conflicts import refuse_conflicts
from sim.fakes.mongo.copies import deepcopy
from sim.fakes.mongo.cursor import FakeCursor
from sim.fakes.mongo.refusals import refuse
from sim.fakes.mongo.server import FakeMongoServer
from sim.fakes.mongo.terms import Document
from sim.network import Answered, Lost, Refused

T = TypeVar("T")
Answer = TypeVar("Answer")
Effect = Callable[[IndexedCollection], Answer]


class Link(Protocol):
    """The way from a client to its server and back."""

    async def call(self, verb: str, about: str, effect: Callable[[], T]) -> T:
        """Carry a request to the server, run `effect` there, carry the answer back.

        Raises: Lost (no answer in time), Refused (server down).
        """
        ...


class FakeMongoClient:
    """`pymongo.AsyncMongoClient` without the network: every method is one call on `link`."""

    def __init__(self, server: FakeMongoServer, link: Link) -> None:
        self._server = server
        self._link = link
        self._closed = False

    @property
    def admin(self) -> "FakeDatabase":
        return self["admin"]

    def __getitem__(self, name: str) -> "FakeDatabase":
        return FakeDatabase(self, name)

    async def close(self) -> None:
        """Refuse all further calls; the server and its documents stay."""
        self._closed = True

    async def perform(self, db: str, collection: str, verb: str, effect: Effect[Answer]) -> Answer:
        """Have the server run `effect` on a collection, in one call."""
        return await self.carry(
            verb, collection, lambda: self._server.perform(db, collection, verb, effect)
        )

    async def carry(self, verb: str, about: str, effect: Callable[[], Answer]) -> Answer:
        """Cross the link and come back with an answer, or with the server's refusal.

        Raises: NetworkTimeout (nobody knows whether it happened), ServerSelectionTimeoutError
        (it did not), InvalidOperation (after `close`), and what a server's error becomes.
        """
        if self._closed:
            raise InvalidOperation("Cannot use AsyncMongoClient after close")
        try:
            answer, refusal = await self._link.call(verb, about, lambda: _outcome(effect))
        except Lost as lost:
            # What PyMongo raises when an answer does not come within the socket's timeout.
            raise NetworkTimeout(f"mongo: timed out ({verb} {about})") from lost
        except Refused as refused:
            # What PyMongo raises when no server could be reached while it looked for one.
            raise ServerSelectionTimeoutError(f"mongo: connection refused ({verb})") from refused
        except Answered as error:
            refuse(int(error.says))
        if refusal is not None:
            raise refusal
        return answer  # type: ignore[return-value]  # there is a refusal or an answer


def _outcome(effect: Callable[[], Answer]) -> tuple[Answer | None, Exception | None]:
    # A server's refusal is an answer too: it takes the way back, and can get lost on it.
    try:
        return effect(), None
    except Exception as refusal:
        return None, refusal


class FakeDatabase:
    """`AsyncDatabase`: a name for collections."""

    def __init__(self, client: FakeMongoClient, name: str) -> None:
        self.client = client
        self.name = name

    def __getitem__(self, name: str) -> "FakeCollection":
        return FakeCollection(self, name)

    async def command(self, command: str | Mapping[str, Any]) -> Document:
        """Answer "ping", the only command that the services use.

        Raises: NotImplementedError for any other.
        """
        name = command if isinstance(command, str) else next(iter(command))
        if name != "ping":
            raise NotImplementedError(f"the fake server knows no command {name!r}")
        return await self.client.carry("command", "ping", lambda: {"ok": 1.0})


class FakeCollection:
    """`AsyncCollection`, as far as the services speak it.

    Arguments are copied when a method is called, as a driver encodes a request before it leaves.
    """

    def __init__(self, database: FakeDatabase, name: str) -> None:
        self.database = database
        self.name = name

    async def _perform(self, verb: str, effect: Effect[Answer]) -> Answer:
        return await self.database.client.perform(self.database.name, self.name, verb, effect)

    async def insert_one(self, document: Document) -> InsertOneResult:
        document.setdefault("_id", ObjectId())  # PyMongo, too, does this on the client's side
        sent = deepcopy(document)
        return await self._perform("insert_one", lambda it: it.insert_one(sent))

    async def find_one(
        self, filter: Any = None, projection: Any = None, *, sort: Any = None, skip: int = 0
    ) -> Document | None:
        search = filter if filter is None or isinstance(filter, Mapping) else {"_id": filter}
        asked = deepcopy((search, projection, sort, skip, 1))
        found = await self._perform("find_one", lambda it: it.page(*asked))
        return found[0] if found else None

    def find(
        self,
        filter: Any = None,
        projection: Any = None,
        skip: int = 0,
        limit: int = 0,
        *,
        sort: Any = None,
    ) -> FakeCursor:
        """Prepare a query; it is one call, made when the first document is asked for."""
        search, fields = deepcopy((filter, projection))

        async def fetch(order: Any, skip: int, limit: int) -> list[Document]:
            return await self._perform(
                "find", lambda it: it.page(search, fields, order, skip, limit)
            )

        return FakeCursor(fetch, sort, skip, limit)

    async def count_documents(self, filter: Any, **options: int) -> int:
        search = deepcopy(filter)
        return await self._perform(
            "count_documents", lambda it: it.count_documents(search, **options)
        )

    async def update_one(self, filter: Any, update: Any, upsert: bool = False) -> UpdateResult:
        search, change = deepcopy((filter, update))

        def effect(it: IndexedCollection) -> UpdateResult:
            refuse_conflicts(change)
            done: UpdateResult = it.update_one(search, change, upsert)
            return done

        return await self._perform("update_one", effect)

    async def replace_one(
        self, filter: Any, replacement: Any, upsert: bool = False
    ) -> UpdateResult:
        search, state = deepcopy((filter, replacement))
        return await self._perform("replace_one", lambda it: it.replace_one(search, state, upsert))

    async def find_one_and_update(
        self,
        filter: Any,
        update: Any,
        projection: Any = None,
        sort: Any = None,
        upsert: bool = False,
        return_document: bool = ReturnDocument.BEFORE,
    ) -> Document | None:
        asked = (*deepcopy((filter, update, projection, sort)), upsert, return_document)

        def effect(it: IndexedCollection) -> Document | None:
            refuse_conflicts(asked[1])
            found: Document | None = it.find_one_and_update(*asked)
            return found

        return await self._perform("find_one_and_update", effect)

    async def delete_one(self, filter: Any) -> DeleteResult:
        search = deepcopy(filter)
        return await self._perform("delete_one", lambda it: it.delete_one(search))

    async def delete_many(self, filter: Any) -> DeleteResult:
        search = deepcopy(filter)
        return await self._perform("delete_many", lambda it: it.delete_many(search))

    async def create_index(self, keys: Any, **options: Any) -> str:
        """Create an index; `unique`, `sparse`, `name`, `expireAfterSeconds` have their effect."""
        pairs = [(keys, 1)] if isinstance(keys, str) else list(dict(keys).items())
        given = {name: value for name, value in options.items() if value is not None}
        return await self._perform("create_index", lambda it: it.create_index(pairs, **given))
