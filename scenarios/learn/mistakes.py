"""What is wrong with a learner's code itself, in one line that names file and line."""

import linecache
from collections.abc import Iterable
from dataclasses import dataclass
from traceback import walk_tb
from types import TracebackType

from scenarios.learn.loops import Endless


@dataclass
class Mistake(Exception):
    """Something that no message and no failure has brought about: the code does not do.

    `file` and `line` say where, as far as that is known.
    """

    said: str
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        if not self.line:
            return f"{self.file}: {self.said}" if self.file else self.said
        text = linecache.getline(self.file, self.line).strip()
        shown = f" (`{text}`)" if text else ""
        return f"{self.file}, line {self.line}: {self.said}{shown}"


def placed(error: BaseException, files: Iterable[str]) -> Mistake:
    """Return an error as a mistake, at the last line of the learner's that it came through."""
    if isinstance(error, Mistake):
        return error if error.line else _at(error.said, error.__traceback__, set(files))
    if isinstance(error, SyntaxError):
        return Mistake(f"{type(error).__name__}: {error.msg}", error.filename or "", _line(error))
    if isinstance(error, SystemExit):
        return _at("it ends the process", error.__traceback__, set(files))
    if isinstance(error, Endless):
        return _at(str(error), error.__traceback__, set(files))
    said = " ".join(str(error).split())
    name = type(error).__name__
    return _at(f"{name}: {said}" if said else name, error.__traceback__, set(files))


def _line(error: SyntaxError) -> int:
    return error.lineno or 0


def _at(said: str, trace: TracebackType | None, files: set[str]) -> Mistake:
    own = [(it.f_code.co_filename, line) for it, line in walk_tb(trace)]
    file, line = next((it for it in reversed(own) if it[0] in files), (min(files, default=""), 0))
    return Mistake(said, file, line)
