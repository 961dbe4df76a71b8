"""Which host answers a request: routed by path, as the ingress does."""

from collections.abc import Callable, Sequence
from typing import Any

from boxoffice.net.addresses import Addresses
from boxoffice.net.host import Host
from boxoffice.trace.trace import Trace
from boxoffice.trace.unhandled import Unhandled


class Gateway:
    """Knows which hosts serve a path, and takes them in turn.

    `service_for` gives the service that serves a path, `redacted` what may be shown of a body, and
    `peer` where services see each request come from.
    """

    def __init__(
        self,
        trace: Trace,
        hosts_of: Callable[[str], Sequence[Host]],
        service_for: Callable[[str], str],
        peer: tuple[str, int],
        redacted: Callable[[Any], Any] = lambda body: body,
    ) -> None:
        self.trace = trace
        self.peer = peer
        self.redacted = redacted
        self.unhandled = Unhandled()
        self.in_flight = 0
        self.addresses = Addresses()
        self._hosts_of = hosts_of
        self._service_for = service_for
        self._turns = 0

    def host_for(self, path: str) -> Host:
        """Return the host that serves `path` next, one that is up if there is one."""
        return self.turn_of(self._service_for(path))

    def turn_of(self, service: str) -> Host:
        """Return the host of a service whose turn it is, one that is up if there is one."""
        hosts = self._hosts_of(service)
        self._turns += 1
        ready = [host for host in hosts if host.up and getattr(host, "app", None)]
        chosen = ready or hosts
        return chosen[self._turns % len(chosen)]
