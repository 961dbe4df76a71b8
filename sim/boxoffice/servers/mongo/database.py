"""A database as a client holds it."""

# mypy: disable-error-code="no-untyped-call"
# mongomock has no annotations of its own.

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from bson import CodecOptions
from pymongo.errors import CollectionInvalid
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from boxoffice.servers.mongo.client_options import check_read_preference
from boxoffice.servers.mongo.concerns import NO_CONCERNS, Concerns
from boxoffice.servers.mongo.handle import FakeCollection
from boxoffice.servers.mongo.terms import Document
from boxoffice.servers.mongo.unsupported import not_simulated, refuse_known

if TYPE_CHECKING:
    from boxoffice.servers.mongo.client import FakeMongoClient


class FakeDatabase:
    """`AsyncDatabase`: a name for collections, and what is asked for all of them."""

    def __init__(
        self, client: "FakeMongoClient", name: str, concerns: Concerns = NO_CONCERNS
    ) -> None:
        self.client = client
        self.name = name
        self._concerns = concerns

    def __getitem__(self, name: str) -> FakeCollection:
        return FakeCollection(self, name, self._concerns)

    def __getattr__(self, name: str) -> FakeCollection:
        refuse_known("AsyncDatabase", name)
        if name.startswith("_"):
            raise AttributeError(
                f"AsyncDatabase has no attribute {name!r}. To access the {name} collection, "
                f"use database[{name!r}]."
            )
        return self[name]

    def get_collection(self, name: str, *said: Any, **options: Any) -> FakeCollection:
        """Return a collection, asked as the options of `with_options` say."""
        return self[name].with_options(*said, **options)

    def with_options(
        self,
        codec_options: CodecOptions[Any] | None = None,
        read_preference: Any = None,
        write_concern: WriteConcern | None = None,
        read_concern: ReadConcern | None = None,
    ) -> "FakeDatabase":
        """Return the same database, asked otherwise; all reads go to the primary.

        Raises: NotSimulated, for reads from elsewhere and for concerns that are not simulated.
        """
        check_read_preference(read_preference)
        concerns = self._concerns.changed(read_concern, write_concern, codec_options)
        return FakeDatabase(self.client, self.name, concerns)

    async def command(
        self, command: str | Mapping[str, Any], *said: Any, **options: Any
    ) -> Document:
        """Answer "ping", "hello" and "buildInfo".  Raises: NotSimulated for any other."""
        name = command if isinstance(command, str) else next(iter(command))
        if name not in ("ping", "hello", "buildInfo"):
            raise not_simulated("AsyncDatabase.command", name)
        answer = {"ok": 1.0}
        return await self.client.carry("command", name, lambda: answer)

    async def list_collection_names(
        self, session: Any = None, filter: Any = None, comment: Any = None, **options: Any
    ) -> list[str]:
        if filter or options:
            raise not_simulated("AsyncDatabase.list_collection_names", "filter")
        server = self.client.server
        return await self.client.carry(
            "list_collection_names", self.name, lambda: server.databases.get(self.name, [])
        )

    async def create_collection(
        self, name: str, *said: Any, session: Any = None, **options: Any
    ) -> FakeCollection:
        """Make an empty collection.  Raises: CollectionInvalid if it is there already."""
        refused = {it for it in options if it not in ("check_exists", "comment")}
        if refused:
            raise not_simulated("AsyncDatabase.create_collection", min(refused))
        server = self.client.server

        def effect() -> None:
            if name in server.databases.get(self.name, []):
                raise CollectionInvalid(f"collection {name} already exists")
            server.create(self.name, name)

        await self.client.carry("create_collection", name, effect, self._concerns)
        return self[name]

    async def drop_collection(self, name_or_collection: Any, *said: Any, **options: Any) -> None:
        """Remove all documents and indexes of a collection."""
        named = isinstance(name_or_collection, FakeCollection)
        await self[name_or_collection.name if named else name_or_collection].drop(**options)

    def __call__(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError(
            f"'AsyncDatabase' object is not callable. If you meant to call the '{self.name}' "
            "method on an 'AsyncMongoClient' object it is failing because no such method exists."
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FakeDatabase):
            return NotImplemented
        return self.client is other.client and self.name == other.name

    def __hash__(self) -> int:
        return hash((id(self.client), self.name))

    def __bool__(self) -> NoReturn:
        raise NotImplementedError(
            "AsyncDatabase objects do not implement truth value testing or bool(). "
            "Please compare with None instead: database is not None"
        )

    def __repr__(self) -> str:
        return f"FakeDatabase({self.name!r})"
