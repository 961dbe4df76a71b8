"""What a server sends of its own accord: messages to one life of a client, in their order."""

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from boxoffice.clock.loop import SimLoop
from boxoffice.net.host import Host, Life

if TYPE_CHECKING:
    from boxoffice.net.network import Fate

Effect = Callable[[], object]


class Pushes:
    """The way back of a connection.

    A message can be lost, and none overtakes another: one that is late holds up those behind it.
    """

    def __init__(
        self,
        loop: SimLoop,
        client: Life,
        server: Host,
        fate: Callable[[str, str], "Fate | None"],
        latency_s: Callable[[], float],
    ) -> None:
        self._loop = loop
        self._client = client
        self._server = server
        self._fate = fate
        self._latency_s = latency_s
        self._under_way: deque[tuple[Effect, Fate | None]] = deque()
        self._last_s = 0.0

    @property
    def gone(self) -> bool:
        """Whether the client is no longer there."""
        return not self._client.alive

    def send(self, verb: str, about: str, effect: Effect) -> None:
        """Carry a message to the client.  It has its effect later, or never if it is lost."""
        if self.gone:
            return
        fate = self._fate(verb, about)
        refused = fate is not None and fate.says and not fate.done
        if fate is None or not (fate.lose_request or fate.lose_response or refused):
            delay_s = self._latency_s() + (fate.request_delay_s if fate else 0.0)
            self._last_s = max(self._loop.time() + delay_s, self._last_s)
            self._under_way.append((effect, fate))
            self._loop.call_at(self._last_s, self._arrive)

    def when_broken(self, tell: Effect) -> None:
        """Call `tell` if the server goes down before this life of the client ends."""
        waits = self._loop.create_future()
        self._server.life.owed[waits] = lambda: None if self.gone else tell()

    def _arrive(self) -> None:
        effect, fate = self._under_way.popleft()
        swallowed = fate is not None and fate.way is not None and fate.way.swallows("request")
        if not (self.gone or swallowed):
            effect()
