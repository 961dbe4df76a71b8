"""A run in which a test that hangs fails, and holds up none that comes after it.

`python -m pytest -p tests.real.no_hangs`.  One that never ends takes a worker with it, and all that
one hears of it is that whoever waits for the run has given up.
"""

import signal
from collections.abc import Generator
from typing import Final

import pytest

from tests.real.tiers import IS_NIGHT

# Five times what the longest takes on a busy machine.
HANGS_S: Final = 3_600.0 if IS_NIGHT else 600.0


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    def hangs(*_: object) -> None:
        raise TimeoutError(f"{item.nodeid} hangs")

    before = signal.signal(signal.SIGALRM, hangs)
    signal.setitimer(signal.ITIMER_REAL, HANGS_S, HANGS_S)  # what is torn down may hang, too
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
