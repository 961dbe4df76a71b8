"""PyMongo's asynchronous client, as far as the services speak it, over a link to a fake server."""

# mypy: disable-error-code="no-untyped-call"
# mongomock has no annotations of its own.

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, TypeVar

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.errors import InvalidOperation, NetworkTimeout, ServerSelectionTimeoutError
from pymongo.read_concern import ReadConcern
from pymongo.results import DeleteResult, InsertOneResult, UpdateResult
from pymongo.write_concern import WriteConcern

from boxoffice.net.network import Answered, Lost, Refused
from boxoffice.servers.mongo.collection import IndexedCollection
from boxoffice.servers.mongo.concerns import NO_CONCERNS, Concerns
from boxoffice.servers.mongo.conflicts import refuse_conflicts
from boxoffice.servers.mongo.copies import deepcopy
from boxoffice.servers.mongo.cursor import FakeCursor
from boxoffice.servers.mongo.refusals import refuse
from boxoffice.servers.mongo.replication import Outcome
from boxoffice.servers.mongo.server import FakeMongoServer
from boxoffice.servers.mongo.terms import Document

T = TypeVar("T")
Answer = TypeVar("Answer")
Effect = Callable[[IndexedCollection], Answer]


class Link(Protocol):
    """The way from a client to its server and back."""

    async def call(self, verb: str, about: str, effect: Callable[[], T | Awaitable[T]]) -> T:
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

    def get_database(
        self,
        name: str,
        *,
        read_concern: ReadConcern | None = None,
        write_concern: WriteConcern | None = None,
    ) -> "FakeDatabase":
        return FakeDatabase(self, name, NO_CONCERNS.changed(read_concern, write_concern))

    async def read(
        self, db: str, collection: str, verb: str, effect: Effect[Answer], concerns: Concerns
    ) -> Answer:
        """Have the server run `effect` on a collection, in one call."""
        of_majority = concerns.of_majority
        return await self.carry(
            verb,
            collection,
            lambda: self._server.perform(db, collection, verb, effect, of_majority),
        )

    async def write(
        self, db: str, collection: str, verb: str, effect: Effect[Answer], concerns: Concerns
    ) -> Answer:
        """Have the server run `effect` on a collection, in one call, and answer when it may."""
        server = self._server
        return await self.carry(
            verb, collection, lambda: server.perform(db, collection, verb, effect), concerns
        )

    async def carry(
        self,
        verb: str,
        about: str,
        effect: Callable[[], Answer],
        concerns: Concerns | None = None,
    ) -> Answer:
        """Cross the link and come back with an answer, or with the server's refusal.

        Raises: NetworkTimeout (nobody knows whether it happened), ServerSelectionTimeoutError
        (it did not), InvalidOperation (after `close`), and what a server's error becomes.
        """
        if self._closed:
            raise InvalidOperation("Cannot use AsyncMongoClient after close")

        def at_server() -> Outcome | Awaitable[Outcome]:
            outcome = _outcome(effect)
            if concerns is None or not concerns.once_durable:
                return outcome
            return self._server.once_durable(outcome, concerns.within_s)

        try:
            answer, refusal = await self._link.call(verb, about, at_server)
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
        given: Answer = answer  # there is a refusal or an answer
        return given


def _outcome(effect: Callable[[], Answer]) -> Outcome:
    # A server's refusal is an answer too: it takes the way back, and can get lost on it.
    try:
        return effect(), None
    except Exception as refusal:
        return None, refusal


class FakeDatabase:
    """`AsyncDatabase`: a name for collections, and what is asked for all of them."""

    def __init__(
        self, client: FakeMongoClient, name: str, concerns: Concerns = NO_CONCERNS
    ) -> None:
        self.client = client
        self.name = name
        self._concerns = concerns

    def __getitem__(self, name: str) -> "FakeCollection":
        return FakeCollection(self, name, self._concerns)

    def with_options(
        self,
        *,
        read_preference: Any = None,
        write_concern: WriteConcern | None = None,
        read_concern: ReadConcern | None = None,
    ) -> "FakeDatabase":
        """Return the same database, asked otherwise; there is one server to read from."""
        concerns = self._concerns.changed(read_concern, write_concern)
        return FakeDatabase(self.client, self.name, concerns)

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

    def __init__(self, database: FakeDatabase, name: str, concerns: Concerns = NO_CONCERNS) -> None:
        self.database = database
        self.name = name
        self._concerns = concerns

    def with_options(
        self,
        *,
        read_preference: Any = None,
        write_concern: WriteConcern | None = None,
        read_concern: ReadConcern | None = None,
    ) -> "FakeCollection":
        """Return the same collection, asked otherwise."""
        concerns = self._concerns.changed(read_concern, write_concern)
        return FakeCollection(self.database, self.name, concerns)

    async def _read(self, verb: str, effect: Effect[Answer]) -> Answer:
        client, db = self.database.client, self.database.name
        return await client.read(db, self.name, verb, effect, self._concerns)

    async def _write(self, verb: str, effect: Effect[Answer]) -> Answer:
        client, db = self.database.client, self.database.name
        return await client.write(db, self.name, verb, effect, self._concerns)

    async def insert_one(self, document: Document) -> InsertOneResult:
        document.setdefault("_id", ObjectId())  # PyMongo, too, does this on the client's side
        sent = deepcopy(document)
        return await self._write("insert_one", lambda it: it.insert_one(sent))

    async def find_one(
        self, filter: Any = None, projection: Any = None, *, sort: Any = None, skip: int = 0
    ) -> Document | None:
        search = filter if filter is None or isinstance(filter, Mapping) else {"_id": filter}
        asked = deepcopy((search, projection, sort, skip, 1))
        found = await self._read("find_one", lambda it: it.page(*asked))
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
            return await self._read("find", lambda it: it.page(search, fields, order, skip, limit))

        return FakeCursor(fetch, sort, skip, limit)

    async def count_documents(self, filter: Any, **options: int) -> int:
        search = deepcopy(filter)
        return await self._read("count_documents", lambda it: it.count_documents(search, **options))

    async def update_one(self, filter: Any, update: Any, upsert: bool = False) -> UpdateResult:
        search, change = deepcopy((filter, update))

        def effect(it: IndexedCollection) -> UpdateResult:
            refuse_conflicts(change)
            done: UpdateResult = it.update_one(search, change, upsert)
            return done

        return await self._write("update_one", effect)

    async def replace_one(
        self, filter: Any, replacement: Any, upsert: bool = False
    ) -> UpdateResult:
        search, state = deepcopy((filter, replacement))
        return await self._write("replace_one", lambda it: it.replace_one(search, state, upsert))

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

        return await self._write("find_one_and_update", effect)

    async def delete_one(self, filter: Any) -> DeleteResult:
        search = deepcopy(filter)
        return await self._write("delete_one", lambda it: it.delete_one(search))

    async def delete_many(self, filter: Any) -> DeleteResult:
        search = deepcopy(filter)
        return await self._write("delete_many", lambda it: it.delete_many(search))

    async def create_index(self, keys: Any, **options: Any) -> str:
        """Create an index; `unique`, `sparse`, `name`, `expireAfterSeconds` have their effect."""
        pairs = [(keys, 1)] if isinstance(keys, str) else list(dict(keys).items())
        given = {name: value for name, value in options.items() if value is not None}
        return await self._write("create_index", lambda it: it.create_index(pairs, **given))
