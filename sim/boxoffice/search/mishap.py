"""An error of somebody's own code in a line: what it is, and where it was raised."""

from pathlib import Path
from traceback import extract_tb, walk_tb

from boxoffice.clock.sandbox import is_internal


def in_a_line(error: BaseException) -> str:
    """Return an error with the innermost line of somebody's own code that it came through.

    >>> in_a_line(KeyError("red"))
    "KeyError: 'red'"
    """
    said = " ".join(str(error).split())
    return f"{type(error).__name__}{said and f': {said}'}{_place(error)}"


def _place(error: BaseException) -> str:
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    places = [
        place
        for frame, place in zip(frames, extract_tb(error.__traceback__), strict=True)
        if not is_internal(str(frame.f_globals.get("__name__", "")), place.filename)
    ]
    own = [it for it in places if "site-packages" not in it.filename] or places
    return f" ({Path(own[-1].filename).name}:{own[-1].lineno})" if own else ""
