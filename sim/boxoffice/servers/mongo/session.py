"""Sessions, which without a transaction change nothing: there is one server to read from."""

from typing import TYPE_CHECKING, NoReturn

from pymongo.errors import InvalidOperation

from boxoffice.servers.mongo.unsupported import refuse_attribute

if TYPE_CHECKING:
    from boxoffice.servers.mongo.client import FakeMongoClient


class FakeSession:
    """`AsyncClientSession`, as far as it goes without a transaction."""

    in_transaction = False

    def __init__(self, client: "FakeMongoClient") -> None:
        self._client = client
        self._ended = False

    @property
    def client(self) -> "FakeMongoClient":
        self.check()
        return self._client

    @property
    def has_ended(self) -> bool:
        return self._ended

    async def end_session(self) -> None:
        self._ended = True

    def check(self) -> None:
        """Raise: InvalidOperation, once it has ended."""
        if self._ended:
            raise InvalidOperation("Cannot use ended session")

    async def __aenter__(self) -> "FakeSession":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.end_session()

    def __getattr__(self, name: str) -> NoReturn:
        refuse_attribute("AsyncClientSession", name)
