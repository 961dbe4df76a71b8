"""PyMongo's asynchronous client, as far as the services speak it, over a link to a fake server."""

# mypy: disable-error-code="no-untyped-call"
# mongomock has no annotations of its own.

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Protocol, TypeVar

from bson import CodecOptions
from pymongo import _csot
from pymongo.errors import (
    ConfigurationError,
    InvalidOperation,
    NetworkTimeout,
    ServerSelectionTimeoutError,
)
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from boxoffice.errors import NotSimulated
from boxoffice.net.network import Answered, Lost, Refused
from boxoffice.net.patience import Patience
from boxoffice.servers.mongo.batch import Statement, do_all
from boxoffice.servers.mongo.calls import Effect
from boxoffice.servers.mongo.client_options import asked_of, check_read_preference
from boxoffice.servers.mongo.concerns import Concerns
from boxoffice.servers.mongo.database import FakeDatabase
from boxoffice.servers.mongo.refusals import refuse
from boxoffice.servers.mongo.replication import Outcome
from boxoffice.servers.mongo.server import FakeMongoServer
from boxoffice.servers.mongo.session import FakeSession
from boxoffice.servers.mongo.unsupported import not_simulated, refuse_known

SERVER_INFO: Final = {"version": "5.0.5", "versionArray": [5, 0, 5, 0], "ok": 1.0}  # mongomock's
T = TypeVar("T")
Answer = TypeVar("Answer")


class Link(Protocol):
    """The way from a client to its server and back."""

    async def call(self, verb: str, about: str, effect: Callable[[], T | Awaitable[T]]) -> T:
        """Carry a request to the server, run `effect` there, carry the answer back.

        Raises: Lost (no answer in time), Refused (server down).
        """
        ...


class FakeMongoClient:
    """`pymongo.AsyncMongoClient` without the network: every method is one call on `link`.

    `options` are PyMongo's, those of a URL beside them.  Raises: NotSimulated for one that would
    change an answer, pymongo.errors.ConfigurationError for one that PyMongo does not know.
    """

    def __init__(
        self,
        server: FakeMongoServer,
        link: Link,
        *,
        database: str | None = None,
        url_options: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        asked = asked_of(options, url_options)
        self.server = server
        self._link = link if asked.within_s is None else Patience(link, asked.within_s)
        self._default = database
        self._concerns = asked.concerns
        self._closed = False

    @property
    def admin(self) -> FakeDatabase:
        return self["admin"]

    def __getitem__(self, name: str) -> FakeDatabase:
        return FakeDatabase(self, name, self._concerns)

    def __getattr__(self, name: str) -> FakeDatabase:
        refuse_known("AsyncMongoClient", name)
        if name.startswith("_"):
            raise AttributeError(
                f"AsyncMongoClient has no attribute {name!r}. To access the {name} database, "
                f"use client[{name!r}]."
            )
        return self[name]

    async def aconnect(self) -> None:
        """Connect, which every call does by itself."""

    async def close(self) -> None:
        """Refuse all further calls; the server and its documents stay."""
        self._closed = True

    aclose = close

    async def __aenter__(self) -> "FakeMongoClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def get_database(
        self,
        name: str | None = None,
        codec_options: CodecOptions[Any] | None = None,
        read_preference: Any = None,
        write_concern: WriteConcern | None = None,
        read_concern: ReadConcern | None = None,
    ) -> FakeDatabase:
        """Return a database.  Raises: ConfigurationError without a name, here or in the URL."""
        named = name or self._default
        if named is None:
            raise ConfigurationError("No default database defined")
        check_read_preference(read_preference)
        concerns = self._concerns.changed(read_concern, write_concern, codec_options)
        return FakeDatabase(self, named, concerns)

    def get_default_database(self, default: str | None = None, **options: Any) -> FakeDatabase:
        """Return the database that the URL names.  Raises: ConfigurationError if it names none."""
        return self.get_database(self._default or default, **options)

    async def list_database_names(self, session: Any = None, comment: Any = None) -> list[str]:
        found: list[str] = await self.carry(
            "list_database_names", "", lambda: list(self.server.databases)
        )
        return found

    async def drop_database(self, name_or_database: Any, **options: Any) -> None:
        """Remove all collections of a database."""
        named = isinstance(name_or_database, FakeDatabase)
        name = name_or_database.name if named else name_or_database

        def effect() -> None:
            for collection in self.server.databases.get(name, []):
                self.server.perform(name, collection, "drop_database", lambda it: it.drop())

        await self.carry("drop_database", name, effect, self._concerns)

    async def server_info(self, session: Any = None) -> dict[str, Any]:
        """Return the version of MongoDB whose behaviour is copied."""
        return await self.carry("server_info", "", lambda: dict(SERVER_INFO))

    def start_session(self, **options: Any) -> FakeSession:
        """Begin a session without transactions.  Raises: NotSimulated for a snapshot."""
        if options.get("snapshot"):
            raise not_simulated("AsyncMongoClient.start_session", "snapshot")
        return FakeSession(self)

    async def read(
        self, db: str, collection: str, verb: str, effect: Effect[Answer], concerns: Concerns
    ) -> Answer:
        """Have the server run `effect` on a collection, in one call."""
        of_majority = concerns.of_majority
        return await self.carry(
            verb,
            collection,
            lambda: self.server.perform(db, collection, verb, effect, of_majority),
        )

    async def write(
        self, db: str, collection: str, verb: str, effect: Effect[Answer], concerns: Concerns
    ) -> Answer:
        """Have the server run `effect` on a collection, in one call, and answer when it may."""
        server = self.server
        return await self.carry(
            verb, collection, lambda: server.perform(db, collection, verb, effect), concerns
        )

    async def write_all(
        self,
        db: str,
        collection: str,
        verb: str,
        statements: list[Statement],
        ordered: bool,
        concerns: Concerns,
    ) -> dict[str, Any]:
        """Have the server do several writes, in one call.  Raises: BulkWriteError."""
        server = self.server

        def effect() -> dict[str, Any]:
            return do_all(statements, ordered, lambda it: server.perform(db, collection, verb, it))

        return await self.carry(verb, collection, effect, concerns)

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
            return self.server.once_durable(outcome, concerns.within_s)

        try:
            if (left_s := _csot.remaining()) is None:
                answer, refusal = await self._link.call(verb, about, at_server)
            else:  # what `pymongo.timeout(…)` leaves
                async with asyncio.timeout(left_s):
                    answer, refusal = await self._link.call(verb, about, at_server)
        except (Lost, TimeoutError) as lost:
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
    except NotSimulated as lack:
        return None, lack
    except NotImplementedError as lack:
        return None, NotSimulated(str(lack), "mongomock has it not; ask for it in another way")
    except Exception as refusal:
        return None, refusal
