"""Makes one line of many that say the same."""

from dataclasses import replace
from typing import Final

from boxoffice.views.lines import Line
from boxoffice.views.time_format import format_time

WINDOW_US: Final = 10_000_000  # what is further apart than this is not the same occasion


def grouped(lines: list[Line]) -> list[Line]:
    """Return the lines with each crowd at the place of its first member."""
    crowds = [crowd for crowd in _crowds(lines) if len(crowd) >= crowd[0].least]
    first = {crowd[0].number: crowd for crowd in crowds}
    later = {line.number for crowd in crowds for line in crowd[1:]}
    return [
        _one(first[line.number]) if line.number in first else line
        for line in lines
        if line.number not in later
    ]


def _crowds(lines: list[Line]) -> list[list[Line]]:
    crowds: list[list[Line]] = []
    latest: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        if line.key is None:
            continue
        crowd = latest.get(line.key)
        if crowd is None or line.at_us - crowd[-1].at_us > WINDOW_US:
            crowd = latest[line.key] = []
            crowds.append(crowd)
        crowd.append(line)
    return crowds


def _one(crowd: list[Line]) -> Line:
    first, last = crowd[0], crowd[-1]
    hosts = list(dict.fromkeys(line.host for line in crowd))
    until = "" if last.at_us == first.at_us else f" to {format_time(last.at_us)}"
    if len(hosts) > 1:
        return replace(first, host=f"{len(hosts)} people", what=f"{_common(crowd)}{until}")
    times = f" ×{len(crowd)}"
    if first.decision:
        return replace(first, decision=f"{first.decision}{times}{until}")
    return replace(first, what=f"{first.what}{times}{until}")


def _common(crowd: list[Line]) -> str:
    """Return what all lines say, word by word, with … where they differ.

    >>> say = lambda what: Line(0, 0, "ana", what)
    >>> _common([say("looks at order 1 → 200"), say("looks at order 2 → 200 complete")])
    'looks at order … → 200 …'
    """
    halves = [_parts(line.what) for line in crowd]
    return " → ".join(_overlap([half[i] for half in halves]) for i in range(2))


def _parts(what: str) -> tuple[str, str]:
    asked, _, answered = what.partition(" → ")
    return asked, answered


def _overlap(texts: list[str]) -> str:
    words = [text.split() for text in texts]
    shared: list[str] = []
    for at in range(max(map(len, words))):
        here = {tuple(each[at : at + 1]) for each in words}
        word = words[0][at] if len(here) == 1 else "…"
        if shared[-1:] != ["…"] or word != "…":
            shared.append(word)
    return " ".join(shared)
