"""How much travels: requests, answers and messages that have not arrived yet.

What waits at a server until there is something for it, a message say, does not travel.
"""

from collections.abc import Callable

Travel = Callable[..., object]  # called with a delay in seconds, and what is to be called then


class Legs:
    """Counts what is on its way; `under_way` is how much that is now."""

    def __init__(self) -> None:
        self.under_way = 0

    def counted(self, travel: Travel) -> Travel:
        """Return the same way, on which all is counted until it arrives."""

        def go(delay_s: float, arrive: Callable[..., object], *args: object) -> None:
            self.under_way += 1
            travel(delay_s, self._landed, arrive, *args)

        return go

    def _landed(self, arrive: Callable[..., object], *args: object) -> None:
        self.under_way -= 1
        arrive(*args)
