"""What a learner's `handle` is given: a store, a bus, and, from rung 6 on, a card company.

Each is a thin layer over the driver that a production service would use, PyMongo, nats-py and
Stripe's client, so that what happens below is what happens to any service in a world.  Whatever
gives no answer raises NoAnswer, a TimeoutError: nobody knows then whether it was done.
"""

import inspect
import json
import sys
from collections.abc import Coroutine
from typing import Any, Final, Protocol

from nats.errors import Error as NatsError
from pymongo.errors import DuplicateKeyError, PyMongoError

from scenarios.learn.mistakes import Mistake

ASKS: Final = "asks"  # what people say to the shop
THINGS: Final = "things"  # the collection that is the store
SAYS: Final = "says"  # what the shop says to everybody


class NoAnswer(TimeoutError):
    """The store, the bus or the card company did not answer: it may be done, or not."""


class Calls:
    """The calls that one handling of a message has made, each of which has to be awaited."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._made: list[tuple[Coroutine[Any, Any, Any], str, int]] = []

    def made(self, call: Coroutine[Any, Any, Any], said: str) -> Coroutine[Any, Any, Any]:
        """Take down a call, and the learner's line that it stands on."""
        frame = sys._getframe(2)
        while frame.f_back is not None and frame.f_code.co_filename != self._file:
            frame = frame.f_back
        self._made.append((call, said, frame.f_lineno))
        return call

    def unawaited(self) -> Mistake | None:
        """Return the first call that nobody has awaited, if there is one, and let go of all."""
        found = None
        for call, said, line in self._made:
            if inspect.getcoroutinestate(call) == inspect.CORO_CREATED:
                call.close()
                found = found or Mistake(
                    f"write `await {said}`, or it is not done", self._file, line
                )
        self._made.clear()
        return found


class Store:
    """Values by key, each with a version: 0 for none yet, and one more with each write."""

    def __init__(self, things: Any, calls: Calls) -> None:
        self._things, self._calls = things, calls

    def get(self, key: str) -> Coroutine[Any, Any, tuple[Any, int]]:
        """Return value and version; `(None, 0)` if nothing was ever put there."""
        return self._calls.made(self._get(_text(key)), "store.get(…)")

    def put(self, key: str, value: Any, if_version: int | None = None) -> Coroutine[Any, Any, bool]:
        """Write a value, and return whether it was written.

        With `if_version` it is written only if that is the version still.
        """
        _as_json(value)
        if if_version is not None and (type(if_version) is not int or if_version < 0):
            raise Mistake(f"if_version is a version that `store.get` gave, not {if_version!r}")
        return self._calls.made(self._put(_text(key), value, if_version), "store.put(…)")

    async def _get(self, key: str) -> tuple[Any, int]:
        try:
            found = await self._things.find_one({"_id": key})
        except PyMongoError as error:
            raise NoAnswer(f"the store did not answer: {error}") from None
        return (None, 0) if found is None else (found["value"], found["version"])

    async def _put(self, key: str, value: Any, if_version: int | None) -> bool:
        change = {"$set": {"value": value}, "$inc": {"version": 1}}
        try:
            if if_version is None:
                await self._things.update_one({"_id": key}, change, upsert=True)
                return True
            if if_version == 0:
                await self._things.insert_one({"_id": key, "value": value, "version": 1})
                return True
            wrote = await self._things.update_one({"_id": key, "version": if_version}, change)
            return bool(wrote.modified_count)
        except DuplicateKeyError:  # somebody else was first
            return await self._put(key, value, None) if if_version is None else False
        except PyMongoError as error:
            raise NoAnswer(f"the store did not answer: {error}") from None


class Later(Protocol):
    """Whatever keeps what is to be said later."""

    def set(self, seconds: float, message: dict[str, Any]) -> Coroutine[Any, Any, None]:
        """Set an alarm.  Raises: NoAnswer."""


class Bus:
    """Where the shop says something to everybody, now or later."""

    def __init__(self, jetstream: Any, alarms: Later, calls: Calls) -> None:
        self._jetstream, self._alarms, self._calls = jetstream, alarms, calls

    def publish(self, message: dict[str, Any]) -> Coroutine[Any, Any, None]:
        """Say something; returns once the bus has stored it."""
        return self._calls.made(self._publish(_checked(message)), "bus.publish(…)")

    def later(self, seconds: float, message: dict[str, Any]) -> Coroutine[Any, Any, None]:
        """Have a message handed to the shop in so many seconds; it outlives any crash."""
        if not isinstance(seconds, int | float) or not 1 <= seconds < 1e6:
            raise Mistake(f"later takes seconds, 1 at least, and not {seconds!r}")
        call = self._alarms.set(float(seconds), _checked(message))
        return self._calls.made(call, "bus.later(…)")

    async def _publish(self, message: dict[str, Any]) -> None:
        await publish(self._jetstream, SAYS, message)


async def publish(jetstream: Any, way: str, message: dict[str, Any]) -> None:
    """Publish a message on its way, in an envelope that views can read.  Raises: NoAnswer."""
    about = " ".join(str(message[it]) for it in ("order", "seat") if message.get(it) is not None)
    envelope = {"type": message["type"], "subject": about, "data": message}
    try:
        await jetstream.publish(f"{way}.{message['type']}", json.dumps(envelope).encode())
    except (NatsError, TimeoutError, ConnectionError) as error:
        raise NoAnswer(f"the bus did not answer: {error}") from None


def _checked(message: Any) -> dict[str, Any]:
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise Mistake(f'a message is a dict with a "type", and not {message!r:.60}')
    if not message["type"].isidentifier():
        raise Mistake(f"a type is one word, and not {message['type']!r:.60}")
    _as_json(message)
    return dict(message)


def _as_json(value: Any) -> None:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise Mistake(f"only what JSON has can be kept or sent: {error}") from None


def _text(key: Any) -> str:
    if not isinstance(key, str) or not key:
        raise Mistake(f"a key is a text, and not {key!r:.60}")
    return key
