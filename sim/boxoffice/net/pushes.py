"""One way of a connection, on which no message overtakes another."""

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from boxoffice.clock.loop import SimLoop
from boxoffice.net.host import Host, Life

if TYPE_CHECKING:
    from boxoffice.net.calls import CallFault

Effect = Callable[[], object]


class Lane:
    """Carries messages in their order; one that is late holds up those behind it.

    `travel` has one arrive after a delay, `fault` says what becomes of it, `latency_s` how long it
    travels, and `listens` whether somebody is there to hear it.  It goes `to` a host, unless a
    client takes it as it comes.
    """

    def __init__(
        self,
        loop: SimLoop,
        travel: Callable[..., object],
        fault: "Callable[[str, str], CallFault | None]",
        latency_s: Callable[[], float],
        listens: Callable[[], bool],
        to: Host | None = None,
    ) -> None:
        self.loop = loop
        self._travel = travel
        self._fault = fault
        self._latency_s = latency_s
        self._listens = listens
        self._to = to
        self._under_way: deque[tuple[Effect, CallFault | None]] = deque()
        self._last_s = 0.0

    def send(self, verb: str, about: str, effect: Effect) -> None:
        """Carry a message.  It has its effect later, or never if it is lost."""
        fault = self._fault(verb, about)
        if fault is None or not (fault.lose_request or fault.lose_response):
            delay_s = self._latency_s() + (fault.request_delay_s if fault else 0.0)
            self._last_s = max(self.loop.time() + delay_s, self._last_s)
            self._under_way.append((effect, fault))
            self._travel(self._last_s - self.loop.time(), self._arrive)

    def _arrive(self) -> None:
        if self._to is not None and self._to.life.hold(self._arrive):
            return
        effect, fault = self._under_way.popleft()
        swallowed = fault is not None and fault.way is not None and fault.way.swallows("request")
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
        if not self.gone and not self._server.life.hold(self.send, verb, about, effect):
            self._lane.send(verb, about, effect)

    def when_broken(self, tell: Effect) -> None:
        """Call `tell` if the server goes down before this life of the client ends."""
        waits = self._lane.loop.create_future()
        self._server.life.owed[waits] = lambda: None if self.gone else tell()
