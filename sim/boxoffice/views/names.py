"""Names that people can keep apart, in place of ids of 24 digits."""

import re
from collections.abc import Iterator
from typing import Any, Final

from boxoffice.trace.trace import Trace, TraceEvent
from boxoffice.trace.vocabulary import PERSON, Vocabulary

_ID: Final = re.compile(r"(?<![0-9a-f])[0-9a-f]{24}(?![0-9a-f])")
_SHORT: Final = 6  # the last digits of an id are the ones that differ


class Names:
    """The names of everything that a trace speaks of, in order of first appearance.

    Things get letters or numbers, as the trace's vocabulary has it, and accounts the name of the
    person whose they are.
    """

    def __init__(self, trace: Trace) -> None:
        self.vocabulary = trace.vocabulary
        self._countable = trace.vocabulary.countable
        self._names: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        for event in trace.events:
            for thing, id in _things(trace, event):
                self._learn(thing, id)

    def of(self, id: object) -> str:
        """Return the name behind an id, or its last six digits."""
        text = str(id)
        return self._names.get(text) or text[-_SHORT:]

    def within(self, text: str) -> str:
        """Return `text` with every id in it replaced."""
        return _ID.sub(lambda found: self.of(found.group()), text)

    def _learn(self, thing: str, id: object) -> None:
        if not isinstance(id, str) or id in self._names:
            return
        if thing not in self._countable:
            self._names[id] = thing
            return
        count = self._counts[thing] = self._counts.get(thing, 0) + 1
        lettered = thing in self.vocabulary.lettered
        self._names[id] = f"{thing} {_letters(count) if lettered else count}"


def _things(trace: Trace, event: TraceEvent) -> Iterator[tuple[str, object]]:
    """Yield what an event brings up: (a thing, id), or (a person's name, id) for an account."""
    words = trace.vocabulary
    if event.kind == "write":
        after = event.get("after") or {}
        thing = words.things.get(f"{event['database']}.{event['collection']}")
        if thing:
            yield thing, event["id"]
        for name, kept in words.kept.items():
            if isinstance(after.get(name), dict):
                yield kept, after[name].get("id")
    elif event.kind == "stored" and isinstance(event["data"], dict):
        thing = str(event["data"].get("type", "")).split(".")[0]
        if thing in words.countable:
            yield thing, event["data"].get("subject")
    elif event.kind == "response":
        yield from _answered(words, trace.events[event["request"]], event.get("body"))


def _answered(words: Vocabulary, asked: TraceEvent, body: Any) -> Iterator[tuple[str, object]]:
    below = (thing for path, thing in words.served if asked["path"].startswith(path))
    thing = next(below, None)
    if thing and isinstance(body, dict):
        yield asked.host if thing == PERSON else thing, body.get("id")


def _letters(count: int) -> str:
    """Return the `count`-th name of A, B … Z, AA, AB …"""
    text = ""
    while count:
        count, letter = divmod(count - 1, 26)
        text = chr(ord("A") + letter) + text
    return text
