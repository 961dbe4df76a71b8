"""What tests of auth watch: the calls that one piece of work makes to the database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any

from pytest import fixture

from boxoffice.servers.mongo.client import FakeMongoClient

# Of the task at hand alone: loops in the background go on meanwhile.
_made: ContextVar[list[str] | None] = ContextVar("made", default=None)


@fixture(name="calls")
def _calls(monkeypatch) -> Callable[[], AbstractContextManager[list[str]]]:
    """Return what gives a list of all calls that are made inside of it."""
    carry = FakeMongoClient.carry

    async def watched(self: Any, verb: str, about: str, *rest: Any, **options: Any) -> Any:
        if (made := _made.get()) is not None:
            made.append(f"{about}.{verb}")
        return await carry(self, verb, about, *rest, **options)

    monkeypatch.setattr(FakeMongoClient, "carry", watched)
    return _watching


@contextmanager
def _watching() -> Iterator[list[str]]:
    made: list[str] = []
    token = _made.set(made)
    try:
        yield made
    finally:
        _made.reset(token)
