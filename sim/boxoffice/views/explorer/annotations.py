"""What events say, with names in place of ids, each text kept once."""

import re
from collections.abc import Iterator
from typing import Any, Final

from boxoffice.trace.trace import Trace, TraceEvent
from boxoffice.views.descriptions import describe
from boxoffice.views.names import Names

_ID: Final = re.compile(r"(?<![0-9a-f])[0-9a-f]{24}(?![0-9a-f])")
_LONGEST: Final = 2_000  # characters of one text of one event
_APART: Final = frozenset(("before", "after"))  # told as the change of a document


class Annotations:
    """The texts of one run; `words` holds each once, in order of first use."""

    def __init__(self, trace: Trace, names: Names) -> None:
        self.words: list[str] = []
        self._places: dict[str, int] = {}
        self._names = names
        kinds = "|".join(map(re.escape, sorted(names.vocabulary.countable))) or r"(?!)"
        self._thing = re.compile(rf"(?:{kinds}) (?:[A-Z]+|\d+)")

    def intern(self, text: str) -> int:
        """Return the place of a text in `words`."""
        place = self._places.setdefault(text, len(self.words))
        if place == len(self.words):
            self.words.append(text)
        return place

    def message(self, text: str) -> str:
        """Return what a check has found, with names."""
        return self._names.said(text)

    def description(self, event: TraceEvent) -> str:
        """Return an event in a few words."""
        return describe(event, self._names)

    def fields(self, event: TraceEvent) -> dict[str, Any]:
        """Return the fields of an event, without the documents."""
        return {
            name: self.rendered(value)
            for name, value in sorted(event.fields.items())
            if name not in _APART and value is not None
        }

    def things(self, event: TraceEvent) -> list[int]:
        """Return which things an event speaks of, as places in `words`."""
        named = {self._names.of(id) for id in _ids(event.fields)}
        return [self.intern(name) for name in sorted(named) if self._thing.fullmatch(name)]

    def rendered(self, value: Any) -> Any:
        """Return a value that JSON can hold, with names in place of ids."""
        if isinstance(value, dict):
            return {
                self._names.within(str(key)): self.rendered(inner) for key, inner in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.rendered(inner) for inner in value]
        if value is None or isinstance(value, int | float):
            return value
        text = self._names.within(str(value))
        return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from _ID.findall(value)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _ids(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _ids(inner)
