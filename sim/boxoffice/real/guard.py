"""Children that do not outlive their parent, even one that was killed and could not say so."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

# It becomes the program, so that the program has the number and the pipes of what was started.
_GUARD: Final = """
import ctypes, os, sys
PR_SET_PDEATHSIG, SIGKILL = 1, 9
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, ctypes.c_ulong(SIGKILL))
parent, *command = sys.argv[1:]
if os.getppid() != int(parent):
    sys.exit("its parent is gone")
try:
    os.execvp(command[0], command)
except OSError as error:
    sys.exit(f"cannot run {command[0]}: {error.strerror}")
"""


def guarded(command: Sequence[str | Path]) -> list[str]:
    """Return a command line whose process Linux kills as soon as this one is gone.

    Linux means the thread that starts it (prctl(2), PR_SET_PDEATHSIG): start it from one that
    lives as long as the child is wanted, such as the one of the event loop.  Elsewhere than on
    Linux the command stays as it is.
    """
    words = [str(word) for word in command]
    if sys.platform != "linux":
        return words
    return [sys.executable, "-I", "-S", "-c", _GUARD, str(os.getpid()), *words]
