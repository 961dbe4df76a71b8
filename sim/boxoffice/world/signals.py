"""Signals that a service has handlers for; each life has its own, as each process has."""

import signal
from collections.abc import Callable
from functools import partial
from typing import Any

from boxoffice.clock.loop import SimLoop
from boxoffice.net.host import current_life


def install_signal_handling(loop: SimLoop) -> None:
    """Let services set handlers on their loop: SIGTERM's is called when they are told to end."""
    loop.add_signal_handler = _add
    loop.remove_signal_handler = _remove


def isolated_signal(real: Callable[..., Any]) -> Callable[..., Any]:
    """Return a `signal.signal` that never sets what a service sets for the test's process."""

    def handle(number: int, handler: Any) -> Any:
        life = current_life.get()
        if life is None:
            return real(number, handler)
        before = life.signals.pop(number, None)
        if callable(handler):
            life.signals[number] = partial(handler, number, None)
        return before.func if isinstance(before, partial) else signal.SIG_DFL

    return handle


def _add(number: int, callback: Callable[..., object], *arguments: Any) -> None:
    life = current_life.get()
    if life is None:
        SimLoop.add_signal_handler(number)  # which refuses it
    else:
        life.signals[number] = partial(callback, *arguments)


def _remove(number: int) -> bool:
    life = current_life.get()
    return life is not None and life.signals.pop(number, None) is not None
