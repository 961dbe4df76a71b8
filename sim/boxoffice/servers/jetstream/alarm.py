"""One timer that rings at the earliest of the moments asked for."""

from collections.abc import Callable

from boxoffice.servers.jetstream.hooks import Hooks, Timer


class Alarm:
    """Calls `ring` at the earliest moment asked for, and forgets the later ones."""

    def __init__(self, hooks: Hooks, ring: Callable[[], None]) -> None:
        self._hooks = hooks
        self._ring = ring
        self._timer: Timer | None = None
        self._at_s = 0.0

    def at(self, moment_s: float) -> None:
        """Ring at `moment_s`, seconds since 1970, unless it rings before."""
        if self._timer is not None:
            if self._at_s <= moment_s:
                return
            self._timer.cancel()
        self._at_s = moment_s
        self._timer = self._hooks.later(max(0.0, moment_s - self._hooks.now()), self._rang)

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _rang(self) -> None:
        self._timer = None
        self._ring()
