"""One way of a connection, on which no message overtakes another."""

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from boxoffice.clock.loop import SimLoop
from boxoffice.net.host import Host, Life

if TYPE_CHECKING:
    from boxoffice.net.calls import Fate

Effect = Callable[[], object]


class Lane:
    """Carries messages in their order; one that is late holds up those behind it.

    `fate` says what becomes of a message, `latency_s` how long it travels, and `listens` whether
    somebody is there to hear it.
    """

    def __init__(
        self,
        loop: SimLoop,
        fate: "Callable[[str, str], Fate | None]",
        latency_s: Callable[[], float],
        listens: Callable[[], bool],
    ) -> None:
        self.loop = loop
        self._fate = fate
        self._latency_s = latency_s
        self._listens = listens
        self._under_way: deque[tuple[Effect, Fate | None]] = deque()
        self._last_s = 0.0

    def send(self, verb: str, about: str, effect: Effect) -> None:
        """Carry a message.  It has its effect later, or never if it is lost."""
        fate = self._fate(verb, about)
        if fate is None or not (fate.lose_request or fate.lose_response):
            delay_s = self._latency_s() + (fate.request_delay_s if fate else 0.0)
            self._last_s = max(self.loop.time() + delay_s, self._last_s)
            self._under_way.append((effect, fate))
            self.loop.call_at(self._last_s, self._arrive)

    def _arrive(self) -> None:
        effect, fate = self._under_way.popleft()
        swallowed = fate is not None and fate.way is not None and fate.way.swallows("request")
        if self._listens() and not swallowed:
            effect()


class Pushes:
    """What a server sends of its own accord to one life of a client."""

    def __init__(self, lane: Lane, client: Life, server: Host) -> None:
        self._lane = lane
        self._client = client
        self._server = server

    @property
    def gone(self) -> bool:
        """Whether the client is no longer there."""
        return not self._client.alive

    def send(self, verb: str, about: str, effect: Effect) -> None:
        """Carry a message to the client.  It has its effect later, or never if it is lost."""
        if not self.gone:
            self._lane.send(verb, about, effect)

    def when_broken(self, tell: Effect) -> None:
        """Call `tell` if the server goes down before this life of the client ends."""
        waits = self._lane.loop.create_future()
        self._server.life.owed[waits] = lambda: None if self.gone else tell()
