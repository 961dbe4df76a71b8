"""Files that are there as a whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Give a file beside `path` to write to, and put it in its place once it is complete.

    Raises: OSError.
    """
    if path.exists() and not path.is_file():  # a pipe or a terminal, which cannot be replaced
        yield path
        return
    target = path.resolve()
    beside = target.with_name(f".{target.name}.part")
    try:
        yield beside
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
