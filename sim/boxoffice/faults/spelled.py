"""Faults as text: each shows itself as the call that makes it, and is made by such a text."""

import inspect
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from functools import wraps
from importlib import import_module
from math import inf
from typing import Any, Final, ParamSpec, get_args, get_origin

from boxoffice.clock.sandbox import is_internal
from boxoffice.faults.schedule import Fault, When
from boxoffice.faults.spelling import Word, read_call
from boxoffice.misuse import Misuse
from boxoffice.nearest import nearest

P = ParamSpec("P")
OURS: Final = "boxoffice.faults"  # whose functions anybody may name
_MAKERS: Final[dict[str, Callable[..., Fault]]] = {}


class Misspelled(Misuse):
    """A text that makes no fault; the message says in one line what is wrong with it."""


def reproducible_repr(make: Callable[P, Fault]) -> Callable[P, Fault]:
    """Have faults show themselves as the call that made them, and be made by its text.

    >>> from boxoffice import faults
    >>> faults.duplicates(share=0.5)
    faults.duplicates(share=0.5)
    """

    @wraps(make)
    def made(*args: P.args, **named: P.kwargs) -> Fault:
        fault = make(*args, **named)
        given = [*map(_spelled, args), *(f"{key}={_spelled(it)}" for key, it in named.items())]
        fault.expression = f"faults.{make.__name__}({', '.join(given)})"
        return fault

    _MAKERS[make.__name__] = made
    return made


def fault_of(text: str) -> Fault:
    """Return the fault that a text spells, as on a command line; what `repr` shows is one as well.

    Names and patterns need no quotes unless they have spaces, commas or brackets in them, `nth=2`
    is `nth=[2]`, and `module:function(…)` calls a function of one's own.
    Raises: Misspelled, with the nearest name of a function or an argument.

    >>> fault_of("delays(3, of=work.cancelled, at=courier, nth=2)")
    faults.delays(3, of='work.cancelled', at='courier', nth=[2])
    """
    try:
        spelled = read_call(text)
        make = _maker(spelled.name)
        signature = inspect.signature(make)
        wanted = _annotations(signature.parameters.values())
        named = {
            name: _as_wanted(it, wanted[_known(name, wanted, spelled.name)])
            for name, it in spelled.named.items()
        }
        signature.bind(*spelled.args, **named)
        in_order = _in_order(signature.parameters.values(), len(spelled.args))
        args = [_as_wanted(*pair) for pair in zip(spelled.args, in_order, strict=True)]
        made: object = make(*args, **named)
        if not isinstance(made, Fault):
            raise ValueError(f"{spelled.name} makes no fault, but {type(made).__name__}")
        return made
    except (ValueError, TypeError, RecursionError) as wrong:
        raise Misspelled(f"fault {text!r}: {wrong}") from None


def _maker(name: str) -> Callable[..., Fault]:
    module, is_own, function = name.partition(":")
    if is_own:
        return _own(module, function)
    asked = name.removeprefix("faults.").replace("-", "_")
    if asked not in _MAKERS:
        raise ValueError(f"there is no {name}{nearest(asked, _MAKERS)}")
    return _MAKERS[asked]


def _own(module: str, function: str) -> Callable[..., Fault]:
    try:
        found: Callable[..., Fault] = getattr(import_module(module), function)
    except (ImportError, AttributeError) as missing:
        raise ValueError(str(missing)) from None
    home = str(getattr(found, "__module__", ""))  # what a module has imported is not its own
    is_own = home.partition(".")[0] == module.partition(".")[0] and not is_internal(
        home, str(getattr(sys.modules.get(home), "__file__", ""))
    )
    if not is_own and home.rpartition(".")[0] != OURS:
        raise ValueError(f"{function} is no function of {module} that makes faults")
    return found


def _annotations(parameters: Iterable[inspect.Parameter]) -> dict[str, Any]:
    """Return what may be said by name, those of `When` where a function passes them on."""
    wanted = dict[str, Any]()
    for it in parameters:
        if it.kind is it.VAR_KEYWORD:
            wanted = {each.name: each.type for each in fields(When)} | wanted
        elif it.kind is not it.VAR_POSITIONAL:
            wanted[it.name] = it.annotation
    return wanted


def _known(name: str, wanted: Mapping[str, Any], of: str) -> str:
    if name not in wanted:
        raise ValueError(f"{of} is told no {name}{nearest(name, wanted)}")
    return name


def _in_order(parameters: Iterable[inspect.Parameter], count: int) -> list[Any]:
    """Return what each of so many arguments without a name is wanted as."""
    wanted = list[Any]()
    for it in parameters:
        if it.kind in (it.POSITIONAL_ONLY, it.POSITIONAL_OR_KEYWORD):
            wanted.append(it.annotation)
        elif it.kind is it.VAR_POSITIONAL:
            wanted += [it.annotation] * count
    return wanted[:count]


def _as_wanted(value: Any, annotation: Any) -> Any:
    """Return a value as an argument of that annotation takes it."""
    several = get_origin(annotation) is Sequence
    is_text = annotation is str or str in get_args(annotation)
    if isinstance(value, list | tuple):
        return type(value)(str(it) if is_text else _value(it) for it in value)
    found = str(value) if is_text and isinstance(value, Word) else _value(value)
    return [found] if several and isinstance(found, str | int | float) else found


def _value(said: Any) -> Any:
    return said.value if isinstance(said, Word) else said


def _spelled(value: Any) -> str:
    return "float('inf')" if value == inf else repr(value)
