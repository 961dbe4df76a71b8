"""The text of a call, read without running any of it: a name, and arguments of plain values.

What needs no quotes in a shell needs none here: `of=work.*`, `at=stock-db`.
"""

import re
from ast import literal_eval
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

_TOKEN: Final = re.compile(
    r"""\s*(?:
    (?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
    |(?P<mark>[()\[\],=])
    |(?P<word>[^\s,()\[\]='"]+(?:\[[^\]\s,]*\][^\s,()\[\]='"]*)*)  # a[bc]* is one
    )""",
    re.VERBOSE,
)
_CLOSES: Final = {"[": "]", "(": ")"}
_SAID: Final = {"true": True, "false": False}


class Word(str):
    """What stands there without quotes: text, or a number."""

    @property
    def value(self) -> Any:
        """What it is where no text is wanted."""
        if self.lower() in _SAID:
            return _SAID[self.lower()]
        for kind in (int, float):
            with suppress(ValueError):
                return kind(self)
        return str(self)


@dataclass(frozen=True, slots=True)
class SpelledCall:
    """A call as it is written; words among the arguments are of the class `Word`."""

    name: str
    args: Sequence[Any] = ()
    named: dict[str, Any] = field(default_factory=dict)


def read_call(text: str) -> SpelledCall:
    """Read a call.  Raises: ValueError, which says in words where it goes wrong.

    >>> read_call("delays(3, of=work.*, nth=[1, 2])")
    SpelledCall(name='delays', args=('3',), named={'of': 'work.*', 'nth': ['1', '2']})
    """
    return _Reader(text).call()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(self._split())

    def _split(self) -> Iterator[tuple[str, str]]:
        at, end = 0, len(self._text.rstrip())
        while at < end:
            found = _TOKEN.match(self._text, at)
            if found is None:  # all but a quote begins something
                raise ValueError(f"a quote is not closed: {self._text[at:].strip()!r}")
            at = found.end()
            kind = str(found.lastgroup)
            yield kind, found[kind]

    def call(self) -> SpelledCall:
        kind, name = self._next()
        if kind != "word":
            raise ValueError("it does not begin with a name")
        if not self._tokens:
            raise ValueError(f"say of what: {name}(share=0.1), or {name}() for each occasion")
        self._take("(")
        args, named = list[Any](), dict[str, Any]()
        self._until(")", lambda: self._argument(args, named))
        if self._tokens:
            raise ValueError(f"{self._tokens[0][1]!r} comes after its end")
        return SpelledCall(name, tuple(args), named)

    def _argument(self, args: list[Any], named: dict[str, Any]) -> None:
        if self._tokens[1:2] == [("mark", "=")]:
            _, name = self._next()
            self._take("=")
            if name in named:
                raise ValueError(f"it says {name} twice")
            named[name] = self._value()
        elif named:
            raise ValueError(f"{self._next()[1]!r} has no name, and comes after what has one")
        else:
            args.append(self._value())

    def _value(self) -> Any:
        kind, said = self._next()
        if kind == "text":
            return _unquoted(said)
        if kind == "word" and self._is_at("("):
            self._take("(")
            return _called(said, self._values(")"))
        if kind == "word":
            return Word(said)
        if said not in _CLOSES:
            raise ValueError(f"a value is missing before {said!r}")
        several = self._values(_CLOSES[said])
        return several if said == "[" else tuple(several)

    def _values(self, end: str) -> list[Any]:
        found = list[Any]()
        self._until(end, lambda: found.append(self._value()))
        return found

    def _until(self, end: str, read: Callable[[], object]) -> None:
        while not self._is_at(end):
            read()
            if not self._is_at(end):
                self._take(",", end)
        self._take(end)

    def _is_at(self, mark: str) -> bool:
        return self._tokens[:1] == [("mark", mark)]

    def _take(self, mark: str, or_end: str = "") -> None:
        wanted = f"{mark!r} or {or_end!r}" if or_end else repr(mark)
        if not self._tokens:
            raise ValueError(f"a {wanted} is missing at its end")
        kind, said = self._next()
        if (kind, said) != ("mark", mark):
            raise ValueError(f"a {wanted} is missing before {said!r}")

    def _next(self) -> tuple[str, str]:
        if not self._tokens:
            raise ValueError("it ends too soon")
        return self._tokens.pop(0)


def _unquoted(said: str) -> Any:
    try:
        return literal_eval(said)
    except SyntaxError:
        raise ValueError(f"{said!r} is no text") from None


def _called(name: str, args: Sequence[Any]) -> Any:
    """Return what the only calls make that a fault shows itself with."""
    known = {"float": float, "range": range}
    if name not in known:
        raise ValueError(f"{name}(…) is no value")
    return known[name](*(it.value if isinstance(it, Word) else it for it in args))
