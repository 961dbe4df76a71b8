"""What a shop that runs lets be seen of itself; the last of it is kept.

| seen | where |
|---|---|
| requests that may change something, and their answers | at the shop's own port |
| messages that were stored | in the stream, by its broker's time |
| messages that were delivered, each time | on the link between the services and NATS |
| what was decided about a message | in the services' logs |
| letters | where they are handed over |

What happens within a store, in Redis or at Stripe is not seen.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

KEPT: Final = 1_000  # a purchase is some forty


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """`at_us` counts from when the shop opened; `trace` is what it shares with what led to it.

    `about` is the request that an answer answers.
    """

    at_us: int
    host: str
    kind: str
    fields: dict[str, Any]
    trace: str = ""
    about: "Sighting | None" = None


class Sightings:
    """The last `KEPT`; `count` is how many there were.  `now_us` tells the machine's time."""

    def __init__(self, now_us: Callable[[], int]) -> None:
        self.count = 0
        self._began_us = now_us()
        self._now_us = now_us
        self._kept = deque[Sighting](maxlen=KEPT)
        self._watchers = set[asyncio.Event]()

    def note(
        self,
        host: str,
        kind: str,
        fields: dict[str, Any],
        trace: str = "",
        about: Sighting | None = None,
        at_us: int | None = None,
    ) -> Sighting:
        """Keep what was seen just now, or at a moment of the machine's time."""
        moment = (self._now_us() if at_us is None else at_us) - self._began_us
        seen = Sighting(max(moment, 0), host, kind, fields, trace, about)
        self._kept.append(seen)
        self.count += 1
        self.wake()
        return seen

    def kept(self) -> list[Sighting]:
        """Return what is kept, in the order of time; of answers those whose request is."""
        there = set(self._kept)
        known = (it for it in self._kept if it.about is None or it.about in there)
        return sorted(known, key=lambda it: it.at_us)

    @contextmanager
    def watched(self) -> Iterator[asyncio.Event]:
        """Give what is set whenever something is seen."""
        watcher = asyncio.Event()
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)

    def wake(self) -> None:
        """Have whoever watches look, though nothing was seen."""
        for watcher in self._watchers:
            watcher.set()
