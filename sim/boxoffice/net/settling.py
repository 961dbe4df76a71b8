"""Giving whoever waits what they wait for, unless they wait no more."""

import asyncio
from typing import Any, TypeVar

T = TypeVar("T")


def settle(answer: asyncio.Future[T], result: T) -> None:
    """Give a result to whoever still waits for it."""
    if not answer.done():
        answer.set_result(result)


def fail(answer: asyncio.Future[Any], error: BaseException) -> None:
    """Give an error to whoever still waits."""
    if not answer.done():
        answer.set_exception(error)
