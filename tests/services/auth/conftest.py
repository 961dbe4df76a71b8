"""What tests of auth watch: the calls that one piece of work makes to the database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any

from pytest import fixture

from sim.fakes.mongo.client import FakeMongoClient

# Of the task at hand alone: loops in the background go on meanwhile.
_made: ContextVar[list[str] | None] = ContextVar("made", default=None)


@fixture(name="calls")
def _calls(monkeypatch) -> Callable[[], AbstractContextManager[list[str]]]:
    """Return what gives a list of all calls that are made inside of it."""
    perform = FakeMongoClient.perform

    async def watched(self: Any, db: str, collection: str, verb: str, effect: Any) -> Any:
        if (made := _made.get()) is not None:
            made.append(f"{collection}.{verb}")
        return await perform(self, db, collection, verb, effect)

    monkeypatch.setattr(FakeMongoClient, "perform", watched)
    return _watching


@contextmanager
def _watching() -> Iterator[list[str]]:
    made: list[str] = []
    token = _made.set(made)
    try:
        yield made
    finally:
        _made.reset(token)
