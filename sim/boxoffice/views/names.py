"""Names that people can keep apart, in place of ids of 24 digits."""

import re
from collections.abc import Iterator
from typing import Any, Final

from boxoffice.trace.trace import Trace, TraceEvent
from boxoffice.trace.vocabulary import PERSON, Vocabulary

_ID: Final = re.compile(r"(?<![0-9a-f])[0-9a-f]{24}(?![0-9a-f])")
_LETTER: Final = re.compile(r"[A-Z]{1,2}")
_SHORT: Final = 6  # the last digits of an id are the ones that differ


class Names:
    """The names of everything that a trace speaks of, in order of first appearance.

    Things get letters or numbers, as the trace's vocabulary has it, and accounts the name of the
    person whose they are.  Who is called by a letter of their own keeps it.
    """

    def __init__(self, trace: Trace) -> None:
        self.vocabulary = trace.vocabulary
        self._countable = trace.vocabulary.countable
        self._names: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._taken: set[str] = set()
        for event in trace.events:
            for thing, id, own in _things(trace, event):
                self._learn(thing, id, own)
        kinds = "|".join(map(re.escape, sorted(self._countable))) or r"(?!)"
        self._spelt = re.compile(rf"\b(?:(?:{kinds})s? )?([0-9a-f]{{{_SHORT}}})\b")
        written = sorted({str(event["id"]) for event in trace.of_kind("write")})
        self._short = {id[-_SHORT:]: self.of(id) for id in written if _ID.fullmatch(id)}

    def of(self, id: object) -> str:
        """Return the name behind an id, or its last six digits."""
        text = str(id)
        return self._names.get(text) or text[-_SHORT:]

    def within(self, text: str) -> str:
        """Return `text` with every id in it replaced."""
        return _ID.sub(lambda found: self.of(found.group()), text)

    def known(self, id: object) -> str | None:
        """Return the name behind an id, if it has one."""
        return self._names.get(str(id))

    def said(self, text: str) -> str:
        """Return what a check has found, whether it spells ids out or says their last digits."""
        return self._spelt.sub(lambda it: self._short.get(it[1], it[0]), self.within(text))

    def _learn(self, thing: str, id: object, own: object = None) -> None:
        if not isinstance(id, str) or id in self._names:
            return
        if thing not in self._countable:
            self._names[id] = thing
            return
        name = f"{thing} {own}"
        if not (isinstance(own, str) and _LETTER.fullmatch(own)) or name in self._taken:
            name = self._counted(thing)
        self._taken.add(name)
        self._names[id] = name

    def _counted(self, thing: str) -> str:
        while True:
            count = self._counts[thing] = self._counts.get(thing, 0) + 1
            lettered = thing in self.vocabulary.lettered
            name = f"{thing} {_letters(count) if lettered else count}"
            if name not in self._taken:
                return name


def _things(trace: Trace, event: TraceEvent) -> Iterator[tuple[str, object, object]]:
    """Yield what an event brings up: a thing, its id, and what it is called.

    For an account it is a person's name in place of a thing.
    """
    words = trace.vocabulary
    if event.kind == "write":
        after = event.get("after") or {}
        thing = words.things.get(f"{event['database']}.{event['collection']}")
        if thing:
            yield thing, event["id"], after.get(words.called.get(thing))
        for name, kept in words.kept.items():
            if isinstance(after.get(name), dict):
                yield kept, after[name].get("id"), None
    elif event.kind == "stored" and isinstance(event["data"], dict):
        thing = str(event["data"].get("type", "")).split(".")[0]
        if thing in words.countable:
            inner = event["data"].get("data")
            own = inner.get(words.called.get(thing)) if isinstance(inner, dict) else None
            yield thing, event["data"].get("subject"), own
    elif event.kind == "response":
        yield from _answered(words, trace.events[event["request"]], event.get("body"))


def _answered(
    words: Vocabulary, asked: TraceEvent, body: Any
) -> Iterator[tuple[str, object, object]]:
    below = (thing for path, thing in words.served if asked["path"].startswith(path))
    thing = next(below, None)
    if thing and isinstance(body, dict):
        own = body.get(words.called.get(thing))
        yield asked.host if thing == PERSON else thing, body.get("id"), own


def _letters(count: int) -> str:
    """Return the `count`-th name of A, B … Z, AA, AB …"""
    text = ""
    while count:
        count, letter = divmod(count - 1, 26)
        text = chr(ord("A") + letter) + text
    return text
