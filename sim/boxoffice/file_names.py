"""File names for what has a name of any kind."""

import hashlib
import re
from typing import Final

LONGEST: Final = 120  # bytes of a file's name; some file systems bear no more than 143


def file_name(nodeid: str) -> str:
    """Return a name for a file of its own, whatever the names of items hold.

    >>> file_name("stories/last_parcel.py::last-parcel[0]")
    'stories-last_parcel.py-last-parcel-0'
    """
    name = re.sub(r"[^\w.]+", "-", nodeid).strip("-.")
    if len(name.encode()) <= LONGEST:
        return name
    short = name.encode()[-LONGEST + 9 :].decode(errors="ignore")  # its end says most
    return f"{short}-{hashlib.sha256(nodeid.encode()).hexdigest()[:8]}"
