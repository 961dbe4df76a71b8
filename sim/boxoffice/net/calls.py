"""What crosses a link, and what becomes of it."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

T = TypeVar("T")


class Way(Protocol):
    """The way of one call, there and back, where partitions may come."""

    def swallows(self, leg: str) -> bool:
        """Tell whether what is under way on this leg, request or response, is lost now."""


@dataclass(slots=True)
class CallFault:
    """What the faults make of one call: seconds of delay, and whether either leg is lost.

    With `says` the server answers with that error; `done` tells whether it has done the work first.
    With `unheard_s` the request arrives so long after its caller has given up.
    Where partitions may come, `way` is asked whenever a leg leaves or arrives.
    """

    request_delay_s: float = 0.0
    response_delay_s: float = 0.0
    lose_request: bool = False
    lose_response: bool = False
    says: str = ""
    done: bool = False
    way: Way | None = None
    unheard_s: float | None = None


class Several(str):
    """What a call is called that does several things at once, and `each` of these."""

    each: Sequence[str] = ()


class Call(NamedTuple):
    """A call as faults see it: `verb` is the driver's method, `about` its main argument.

    `kind` is that of the server that is called, and `service` what runs on the `source`.
    """

    source: str
    target: str
    verb: str
    about: str
    kind: str = ""
    service: str = ""


def telling(
    effect: Callable[[], T | Awaitable[T]], tell: Callable[[], object]
) -> Callable[[], T | Awaitable[T]]:
    """Return an effect like this one, that tells when it is had."""

    def told() -> Any:
        result = effect()
        if inspect.iscoroutine(result):
            return _told(result, tell)
        if asyncio.isfuture(result):
            result.add_done_callback(lambda it: it.cancelled() or tell())
        else:
            tell()
        return result

    return told


def settle(answer: asyncio.Future[T], result: T) -> None:
    """Give a result to whoever still waits for it."""
    if not answer.done():
        answer.set_result(result)


def fail(answer: asyncio.Future[Any], error: BaseException) -> None:
    """Give an error to whoever still waits."""
    if not answer.done():
        answer.set_exception(error)


async def _told(result: Awaitable[T], tell: Callable[[], object]) -> T:
    had = await result
    tell()
    return had
