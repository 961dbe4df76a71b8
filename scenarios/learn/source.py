"""A learner's code: read, looked at once before any world, and loaded anew in each life of one."""

import ast
import inspect
import linecache
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any, Final

from scenarios.learn.loops import COUNT, Counted, Endless, counting, turn
from scenarios.learn.mistakes import Mistake, placed

HANDLE: Final = "handle"
SHAPE: Final = "async def handle(message, store, bus):"
CELL: Final = "<your cell>"
LARGEST: Final = 100_000  # characters; a service of this kind has some two thousand

Handle = Callable[..., Any]


@dataclass(frozen=True)
class Source:
    """Code under a name that people know it by: a path, or a cell."""

    name: str
    text: str
    code: CodeType

    def loaded(self, say: Callable[[str], None]) -> Handle:
        """Run the code in a module of its own; `say` hears what it prints.

        Raises: Mistake.
        """
        space: dict[str, Any] = {
            "__name__": "shop",
            COUNT: turn,
            "print": _printing(say),
            "input": _no_input,
        }
        try:
            with counting():
                exec(self.code, space)
        except (Exception, SystemExit, Endless) as error:
            raise placed(error, [self.name]) from None
        return _checked(space.get(HANDLE), self.name)


def source_of(given: str | Path) -> Source:
    """Return the code in a file, or the code itself if it is a text of several lines.

    Raises: Mistake.
    """
    if isinstance(given, str) and "\n" in given:
        return source(given, CELL)
    path = Path(given)
    try:
        if path.stat().st_size > LARGEST:
            raise Mistake(f"it has more than {LARGEST:,} characters", str(path))
        return source(path.read_text(encoding="utf-8-sig"), str(path))
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        raise Mistake(f"cannot be read: {said}", str(path)) from None
    except UnicodeDecodeError:
        raise Mistake("it is no text in UTF-8", str(path)) from None


def source(text: str, name: str) -> Source:
    """Return code that compiles, and has a `handle` that can be called.  Raises: Mistake."""
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    try:
        tree = Counted().visit(ast.parse(text, name))
        made = Source(name, text, compile(tree, name, "exec", dont_inherit=True))
    except (SyntaxError, ValueError, RecursionError) as error:
        raise placed(error, [name]) from None
    made.loaded(lambda said: None)
    return made


def _checked(handle: Any, name: str) -> Handle:
    if handle is None:
        raise Mistake(f"it has no `{HANDLE}` yet: write `{SHAPE}`", name)
    line = getattr(getattr(handle, "__code__", None), "co_firstlineno", 0)
    if not inspect.iscoroutinefunction(handle):
        raise Mistake(f"`{HANDLE}` is no async function: write `{SHAPE}`", name, line)
    takes = inspect.signature(handle).parameters.values()
    places = [it for it in takes if it.kind in (it.POSITIONAL_ONLY, it.POSITIONAL_OR_KEYWORD)]
    needed = [it for it in takes if it.default is it.empty and it not in places]
    if not 3 <= len(places) <= 4 or any(it.kind is it.KEYWORD_ONLY for it in needed):
        raise Mistake(f"`{HANDLE}` takes (message, store, bus), or cards as well", name, line)
    found: Handle = handle
    return found


def _printing(say: Callable[[str], None]) -> Callable[..., None]:
    def heard(*values: Any, sep: str | None = " ", **_: Any) -> None:
        say((" " if sep is None else sep).join(map(str, values)))

    return heard


def _no_input(*_: Any) -> None:
    raise Mistake("nobody is there to answer an `input`")
