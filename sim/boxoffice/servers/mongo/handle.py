"""A collection as a client holds it."""

from typing import Any, NoReturn

from bson import CodecOptions
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from boxoffice.servers.mongo.client_options import check_read_preference
from boxoffice.servers.mongo.indexing import Indexing
from boxoffice.servers.mongo.reading import Reading
from boxoffice.servers.mongo.unsupported import refuse_known
from boxoffice.servers.mongo.writing import Writing


class FakeCollection(Reading, Writing, Indexing):
    """`AsyncCollection`; what it has not raises NotSimulated, with what to do instead."""

    @property
    def full_name(self) -> str:
        return f"{self.database.name}.{self.name}"

    def with_options(
        self,
        codec_options: CodecOptions[Any] | None = None,
        read_preference: Any = None,
        write_concern: WriteConcern | None = None,
        read_concern: ReadConcern | None = None,
    ) -> "FakeCollection":
        """Return the same collection, asked otherwise; all reads go to the primary.

        Raises: NotSimulated, for reads from elsewhere and for concerns that are not simulated.
        """
        check_read_preference(read_preference)
        concerns = self._concerns.changed(read_concern, write_concern, codec_options)
        return FakeCollection(self.database, self.name, concerns)

    def __getitem__(self, name: str) -> "FakeCollection":
        return FakeCollection(self.database, f"{self.name}.{name}", self._concerns)

    def __getattr__(self, name: str) -> "FakeCollection":
        refuse_known("AsyncCollection", name)
        if name.startswith("_"):
            raise AttributeError(
                f"AsyncCollection has no attribute {name!r}. To access the {self.name}.{name} "
                f"collection, use database['{self.name}.{name}']."
            )
        return self[name]

    def __call__(self, *_: Any, **__: Any) -> NoReturn:
        method = self.name.rpartition(".")[2]
        raise TypeError(
            f"'AsyncCollection' object is not callable. If you meant to call the '{method}' "
            "method on an 'AsyncCollection' object it is failing because no such method exists."
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FakeCollection):
            return NotImplemented
        return self.database == other.database and self.name == other.name

    def __hash__(self) -> int:
        return hash((self.database, self.name))

    def __bool__(self) -> NoReturn:
        raise NotImplementedError(
            "AsyncCollection objects do not implement truth value testing or bool(). "
            "Please compare with None instead: collection is not None"
        )

    def __repr__(self) -> str:
        return f"FakeCollection({self.full_name!r})"
