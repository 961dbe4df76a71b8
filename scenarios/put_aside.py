"""What was remembered and cannot be read any more: kept beside it, and told."""

import sys
from contextlib import suppress
from itertools import count
from pathlib import Path


def put_aside(damaged: Path) -> None:
    """Rename a file that is damaged, and say where it is."""
    beside = next(it for n in count(1) if not (it := Path(f"{damaged}.damaged-{n}")).exists())
    with suppress(OSError):  # of a folder in which nothing may be written nothing is lost
        damaged.rename(beside)
        said = f"{damaged} is damaged: it is kept as {beside.name}, and begun anew"
        print(said, file=sys.stderr, flush=True)
