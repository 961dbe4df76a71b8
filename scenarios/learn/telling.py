"""What came of a check, in lines of at most 80 columns."""

import textwrap
from collections.abc import Iterator
from typing import Final

from boxoffice import Deed
from boxoffice.search import Shrunk
from scenarios.learn.checking import Result
from scenarios.learn.rungs import RUNGS, Rung
from scenarios.learn.steps import steps_of

WIDTH: Final = 80
PRINTED: Final = 10  # lines


def told(result: Result) -> str:
    """Return what came of a check, without a line break at its end."""
    return "\n".join(_lines(result))


def _lines(result: Result) -> Iterator[str]:
    rung = result.rung
    if result.holds:
        yield f"✓ {_titled(rung)}: holds in {_stories(result.runs)}"
        yield from _next(rung, result.runs, result.played - result.runs)
        return
    if result.mistake:
        where = f" in story {result.runs} of rung {rung.name}" if result.runs else ""
        yield from _wrapped(f"✗ the code itself{where}:", "  ")
        yield from _wrapped(f"  {result.mistake}", "    ")
        yield from _printed(result)
        return
    below = "" if rung == result.asked else f", below rung {result.asked.name}"
    yield f"✗ {_titled(rung)}{below}: falls in story {result.runs}"
    yield from _wrapped(f"  {result.promise}: {_summary(result)}", "    ")
    if result.shrunk is None:
        yield from _wrapped(f"  {result.said}", "    ")
    else:
        yield from _story(result, result.shrunk)
    yield from _printed(result)
    yield f"next: boxoffice learn hint {rung.name}"


def _stories(number: int) -> str:
    return "1 story" if number == 1 else f"{number} stories"


def _titled(rung: Rung) -> str:
    return f"rung {rung.name} · {rung.title}"


def _summary(result: Result) -> str:
    found = (it.summary for it in result.rung.promises if it.name == result.promise)
    return next(found, "the shop never comes to rest")


def _next(rung: Rung, runs: int, below: int) -> Iterator[str]:
    if below:
        yield f"  and the rungs below it hold in {_stories(below)} more"
    if runs < rung.seeds:
        yield f"  The bar is {_stories(rung.seeds)}, so that nothing is passed by this."
        return
    place = RUNGS.index(rung) + 1
    if place == len(RUNGS):
        yield "  That was the last one: this shop survives all of it."
    else:
        yield f"  next: rung {RUNGS[place].name}, {RUNGS[place].title}: boxoffice learn"


def _story(result: Result, shrunk: Shrunk) -> Iterator[str]:
    yield "the smallest story in which it falls:"
    for number, deed in enumerate(shrunk.kept, 1):
        yield from _wrapped(f"  {number}. {_deed(deed)}", "     ")
    for moment, who, what, is_proof in steps_of(shrunk):
        line = f"{'✗' if is_proof else ' '} {moment:<9} {who:<7} {what}"
        yield from _wrapped(line, " " * 22)
    yield from _wrapped(f"so {result.said}", "  ")


def _deed(deed: Deed) -> str:
    pause = f"after {deed.after_s:g} s, " if deed.after_s else ""
    about = [str(deed.what["order"])]
    if deed.does == "orders":
        about.append(f"a seat: {deed.what['seat']}")
    return f"{pause}{deed.who} {deed.does} {', '.join(about)}"


def _printed(result: Result) -> Iterator[str]:
    if result.printed:
        yield "it printed:"
        yield from (f"  {it[: WIDTH - 2]}" for it in result.printed[:PRINTED])
        if len(result.printed) > PRINTED:
            yield f"  … and {len(result.printed) - PRINTED} lines more"


def _wrapped(line: str, indent: str) -> list[str]:
    return textwrap.wrap(
        line,
        WIDTH,
        subsequent_indent=indent,
        drop_whitespace=True,
        break_on_hyphens=False,
    ) or [""]
