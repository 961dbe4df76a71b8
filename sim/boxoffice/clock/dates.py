"""What `datetime` and `date` say of now, and of what is local.

Both are types of C and refuse to be changed, and whoever has imported them by name holds them as
they are.  So their methods are exchanged below, where Python keeps them: what is a datetime stays
one, for every `isinstance`, every codec and every model that has it as a type.  A world is in UTC,
wherever it runs: what is local elsewhere would make two runs of one.
"""

import ctypes
import gc
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, tzinfo
from typing import Any


def exchange(kind: type, name: str, method: Any) -> None:
    """Put a method into a type that lets nobody set one.  Raises: RuntimeError."""
    methods = gc.get_referents(kind.__dict__)[0]
    methods[name] = method
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))
    if kind.__dict__[name] is not method:
        raise RuntimeError(f"this Python keeps {kind.__name__}.{name} as it is")


def methods(
    now: Callable[[], float], inside: Callable[[], bool]
) -> Iterator[tuple[type, str, Any]]:
    """Yield what takes the place of which method; it asks `now` wherever `inside` says so."""

    def of_class(kind: Any, name: str, answer: Callable[..., Any]) -> tuple[type, str, Any]:
        real = kind.__dict__[name]

        def either(cls: Any, *args: Any, **named: Any) -> Any:
            if inside():
                return answer(cls, *args, **named)
            return real.__get__(None, cls)(*args, **named)

        return kind, name, classmethod(either)

    def of_moment(name: str, answer: Callable[..., Any]) -> tuple[type, str, Any]:
        real: Any = datetime.__dict__[name]

        def either(self: datetime, *args: Any, **named: Any) -> Any:
            if inside():
                return answer(real, self, *args, **named)
            return real(self, *args, **named)

        return datetime, name, either

    from_timestamp: Any = datetime.__dict__["fromtimestamp"]

    def at(cls: Any, timestamp: float, tz: tzinfo | None = None) -> Any:
        moment = from_timestamp.__get__(None, cls)(timestamp, tz or UTC)
        return moment if tz else moment.replace(tzinfo=None)

    def day_at(cls: Any, timestamp: float) -> Any:
        day = at(datetime, timestamp)
        return cls(day.year, day.month, day.day)

    yield of_class(datetime, "fromtimestamp", at)
    yield of_class(datetime, "now", lambda cls, tz=None: at(cls, now(), tz))
    yield of_class(datetime, "utcnow", lambda cls: at(cls, now()))
    yield of_class(date, "fromtimestamp", day_at)
    yield of_class(date, "today", lambda cls: cls.fromtimestamp(now()))  # a datetime's as well
    yield of_moment("timestamp", lambda real, self: real(_in_utc(self)))
    yield of_moment("astimezone", lambda real, self, tz=None: real(_in_utc(self), tz or UTC))


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
