"""A result in a file of the user's choice, there as a whole or not at all."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from boxoffice.atomic_files import atomic_write, unwritable
from boxoffice.misuse import Misuse


def check_writable(*paths: Path | None) -> None:
    """Let pass what can be written, before any work is done for it.  Raises: Misuse."""
    for path in filter(None, paths):
        if why := unwritable(path):
            raise Misuse(f"cannot write {path}: {why}")


def write(path: Path, content: Callable[[Path], object]) -> None:
    """Have `content` write to a file.  Raises: Misuse, if it cannot be written."""
    try:
        with atomic_write(path) as there:
            content(there)
    except OSError as error:
        raise Misuse(f"cannot write {path}: {error.strerror}") from None


def write_text(path: Path, text: str) -> None:
    """Write a text.  Raises: Misuse, if it cannot be written."""
    write(path, lambda there: there.write_text(text, encoding="utf-8"))


def write_json(path: Path, said: Any) -> None:
    """Write JSON.  Raises: Misuse, if it cannot be written."""
    write_text(path, json.dumps(said, indent=2, ensure_ascii=False) + "\n")
