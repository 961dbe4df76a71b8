"""What a thread is given, done in a world: at once, and heard of as late as its machine is busy."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any


def done_inline(
    loop: Any, function: Callable[..., Any], args: Sequence[Any]
) -> "asyncio.Future[Any]":
    """Run a function now, since a thread would bring back real time and chance.

    Who awaits it hears of it when `loop.thread_s`, asked by the function's name, has passed.
    """
    future: asyncio.Future[Any] = loop.create_future()
    tell: Callable[[Any], None] = future.set_result
    try:
        said = function(*args)
    except Exception as error:
        tell, said = future.set_exception, error
    takes_s = loop.thread_s(_name(function))
    if takes_s > 0.0:
        loop.call_later(takes_s, _tell, future, tell, said)
    else:
        tell(said)
    return future


def _name(function: Any) -> str:
    if isinstance(function, partial):  # asyncio.to_thread has a context run it
        return _name(function.args[0] if function.args else function.func)
    return str(getattr(function, "__name__", type(function).__name__))


def _tell(future: "asyncio.Future[Any]", tell: Callable[[Any], None], said: Any) -> None:
    if not future.done():
        tell(said)
