"""A result in a file of the user's choice."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from boxoffice.terminal import atomic_write, unwritable
from scenarios.unknown import Unknown


def write_json(path: Path, content: Any) -> None:
    """Write `content` as JSON, as a whole or not at all.  Raises: Unknown."""
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    write(path, lambda there: there.write_text(text, encoding="utf-8"))


def check_files(given: Mapping[str, Path | None]) -> None:
    """Look at the files that options name, before anything is played.  Raises: Unknown."""
    by_file: dict[Path, str] = {}
    for option, path in given.items():
        if path is None:
            continue
        if path == Path():  # which is what becomes of "", too
            raise Unknown(f"{option} names no file")
        there = path.resolve()
        if why := unwritable(path):  # what was long in coming would be lost in the end
            raise Unknown(f"cannot write {path}: {why}")
        if there in by_file and not (there.exists() and not there.is_file()):
            raise Unknown(f"{by_file[there]} and {option} would both write {path}")
        by_file[there] = option


def write(path: Path, content: Callable[[Path], object]) -> None:
    """Have `content` write to a file, as a whole or not at all.  Raises: Unknown."""
    try:
        with atomic_write(path) as there:
            content(there)
    except OSError as error:
        raise Unknown(f"cannot write {path}: {error.strerror}") from None


def printable(text: str) -> str:
    """Return `text` with what could steer a terminal written out: others decide what is in it."""
    return "".join(it if it.isprintable() else it.encode("unicode_escape").decode() for it in text)
