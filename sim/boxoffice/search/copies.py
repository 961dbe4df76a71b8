"""Copies of this process that work for it, and end with it, however it ends.

A copy whose parent was killed would wait for ever for what to do next: nobody else ends it.
"""

from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context, parent_process
from os import _exit  # the real one: inside a world os has another
from threading import Thread
from typing import Final

from boxoffice.clock.ambient import ready

ORPHAN: Final = 1  # the status of a copy whose parent has gone

_lasting = ExitStack()  # what answers in worlds stays in place from one run to the next


def copies(jobs: int) -> ProcessPoolExecutor:
    """Return so many copies, made once the first work is handed out."""
    return ProcessPoolExecutor(jobs, mp_context=get_context("fork"), initializer=_begin)


def end(pool: ProcessPoolExecutor) -> None:
    """End copies on the spot, whatever they are doing."""
    for process in list((pool._processes or {}).values()):
        process.terminate()
    pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is asked to stop ends them
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Thread(target=_end_with_parent, daemon=True).start()
    _lasting.enter_context(ready())


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None, "it is a copy"
    parent.join()
    _exit(ORPHAN)
