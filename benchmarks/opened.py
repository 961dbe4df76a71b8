"""`boxoffice up` as a child process, on a free port."""

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from boxoffice.real.guard import guarded

OPEN_S: Final = 60.0
CLOSE_S: Final = 60.0


class DidNotOpen(Exception):
    """The message is one line: what `boxoffice up` had to say."""


@contextmanager
def opened() -> Iterator[str]:
    """Open a shop and give its URL; close it, whatever happens meanwhile.  Raises: DidNotOpen."""
    process = subprocess.Popen(
        guarded([sys.executable, "-m", "scenarios", "up", "--port", "0"]),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C is for us; the shop is told when we have finished
    )
    try:
        yield _url(process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        _leave(process)


def _url(process: subprocess.Popen[str]) -> str:
    too_late = threading.Timer(OPEN_S, process.kill)
    too_late.start()
    said = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line.strip())
        if line.startswith("Ctrl-C"):
            break
    too_late.cancel()
    found = re.search(r"open at (http://\S+)", " ".join(said))
    if found is None:
        raise DidNotOpen(said[-1] if said else f"boxoffice up did not open in {OPEN_S:g} s")
    return found[1]


def _leave(process: subprocess.Popen[str]) -> None:
    try:
        process.communicate(timeout=CLOSE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
