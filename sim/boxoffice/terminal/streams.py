"""Standard streams, whatever the machine has made of them.

One may be closed, be on a full disk, know fewer characters than we print, or lose its reader.
"""

import errno
import io
import os
import sys
from typing import Final

LAST: Final = 2  # of the numbers that standard streams have
LOST: Final = {errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


def prepare() -> None:
    """Open what is closed, so that no other file takes its number, and let all text be printed."""
    descriptor = 0
    while descriptor <= LAST:
        descriptor = os.open(os.devnull, os.O_RDWR)
        os.set_inheritable(descriptor, descriptor <= LAST)
    os.close(descriptor)
    sys.stdout = sys.stdout or nowhere()
    sys.stderr = sys.stderr or nowhere()
    if isinstance(sys.stdout, io.TextIOWrapper):  # a character that it lacks is no reason to end
        sys.stdout.reconfigure(errors="replace")


def is_lost(error: OSError) -> bool:
    """Tell whether an error is that of a stream that takes no more; if so, let go of stdout."""
    if error.errno not in LOST:
        return False
    with nowhere() as nobody:  # or the interpreter's last flush would fail once more
        os.dup2(nobody.fileno(), sys.stdout.fileno())
    return True


def nowhere() -> io.TextIOWrapper:
    """Open a stream that leads nowhere."""
    return open(os.devnull, "w", encoding="utf-8")
