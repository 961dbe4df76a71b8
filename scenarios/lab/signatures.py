"""Whether a learner's function could stand where the production function stands.

Asked before anything runs.  What counts is that it can be called as production calls it: names may
differ, and further parameters with defaults do no harm.
"""

import inspect
import re
import reprlib
from collections.abc import Callable
from dataclasses import is_dataclass
from functools import partial
from types import FunctionType, MethodType
from typing import Any, Final

from pydantic import BaseModel

LONGEST: Final = 80  # of what is quoted

_ADDRESS: Final = re.compile(r" at 0x[0-9a-fA-F]+")


class WrongSignature(Exception):
    """This is no function that could stand there; the message says why."""


class _Shorter(reprlib.Repr):
    """Leaves out what is in an order or an event, so that it shows what holds them."""

    def repr_instance(self, x: Any, level: int) -> str:
        if isinstance(x, BaseModel) or (is_dataclass(x) and not isinstance(x, type)):
            return f"{type(x).__name__}(…)"
        return super().repr_instance(x, level)


_SHORTER: Final = _Shorter()
_SHORTER.maxstring = _SHORTER.maxother = LONGEST


def checked_function(production: Callable[..., Any], function: Any) -> FunctionType:
    """Return the function that the learner wrote, without decorators around it.

    Raises: WrongSignature, if it could not stand in for `production`.
    """
    name = production.__name__
    innermost = _innermost(function)
    if innermost is None:
        raise WrongSignature(f"{name} is a function, and {code(short(function))} is none")
    if inspect.isgeneratorfunction(innermost) or inspect.isasyncgenfunction(innermost):
        raise WrongSignature(
            f"{name} returns its answer, and yours yields it: write return for yield"
        )
    _check_async(production, function, innermost)
    if not _takes(production, function):
        wanted, given = _parameters(production), _parameters(function)
        raise WrongSignature(f"{name} takes {code(wanted)}, and yours takes {code(given)}")
    return innermost


def short(value: Any) -> str:
    """Return what a value looks like, in a few words that are the same in every process."""
    text = without_addresses(_SHORTER.repr(value))
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def code(text: str) -> str:
    """Return a text as Markdown's code, in which no sign has a meaning."""
    plain = text.replace("`", "'")
    return f"`{plain}`"


def without_addresses(text: str) -> str:
    """Return a text without the places in memory, which are others in every process."""
    return _ADDRESS.sub("", text)


def _innermost(function: Any) -> FunctionType | None:
    if isinstance(function, type):
        return None
    while not isinstance(function, FunctionType) or hasattr(function, "__wrapped__"):
        if isinstance(function, partial):
            function = function.func
        elif isinstance(function, MethodType):
            function = function.__func__
        elif hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        elif callable(function) and isinstance(function.__call__, MethodType):
            function = function.__call__
        else:
            return None
    return function


def _check_async(production: Any, function: Any, innermost: FunctionType) -> None:
    waits = inspect.iscoroutinefunction
    # A decorator may hand on what an async function returns without being async itself.
    if waits(production) and not (waits(function) or waits(innermost)):
        raise WrongSignature(f"{production.__name__} is written with async def, and yours is not")
    if waits(function) and not waits(production):
        said = "is written with def, without async, and yours is not"
        raise WrongSignature(f"{production.__name__} {said}")


def _takes(production: Any, function: Any) -> bool:
    """Tell whether `function` can be called as production calls `production`."""
    parameters = inspect.signature(production).parameters.values()
    named = [it.name for it in parameters if it.kind is it.KEYWORD_ONLY]
    placed = [it.name for it in parameters if it.kind is not it.KEYWORD_ONLY]
    try:
        bound = inspect.signature(function).bind(*placed, **{name: name for name in named})
    except TypeError:
        return False
    # One that is known by this name is wanted in another place.
    known = {*placed, *named}
    return all(name == value or name not in known for name, value in bound.arguments.items())


def _parameters(function: Callable[..., Any]) -> str:
    parameters = inspect.signature(function).parameters.values()
    bare = [it.replace(annotation=it.empty) for it in parameters]
    return _ADDRESS.sub("", str(inspect.Signature(bare)))
