"""Where the events of a run are kept: in memory, in a file, or nowhere."""

from os import PathLike
from pathlib import Path

from boxoffice.trace.events import Events
from boxoffice.trace.file import Streamed
from boxoffice.trace.untold import Untold

Keeping = bool | str | PathLike[str]  # where events are kept: in memory, nowhere, in a file


def kept(where: Keeping) -> Events | Untold:
    """Return events that are kept in memory (True), in a file of this path, or nowhere (False).

    Raises: Misuse, if the file cannot be written.
    """
    if isinstance(where, bool):
        return Events() if where else Untold()
    return Streamed(Path(where))
