"""Services whose replicas are restarted one after another, as while a new version is deployed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from boxoffice.net.host import Host, Life

if TYPE_CHECKING:
    from boxoffice.world.service import ServiceHost
    from boxoffice.world.world import World

LOOK_S: Final = 0.5  # between two looks whether a replica is back
PATIENCE_S: Final = 60.0  # after which the next one is told all the same


class RollingRestarts:
    """Those of one world.  `under_way` is how many services are in the middle of one."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.under_way = 0

    def begin(self, host: Host, notice_s: float, down_s: float) -> None:
        """Restart all replicas of the service that runs on a host."""
        self.under_way += 1
        self._next(self._world.replicas_of(host.service), notice_s, down_s)

    def _next(self, hosts: "Sequence[ServiceHost]", notice_s: float, down_s: float) -> None:
        world = self._world
        if not hosts or world.faults.healed:
            self.under_way -= 1
            return
        world.terminations.terminate(hosts[0], down_s, notice_s)
        give_up_s = world.loop.time() + notice_s + down_s + PATIENCE_S
        self._look(hosts, hosts[0].life, give_up_s, notice_s, down_s)

    def _look(
        self,
        hosts: "Sequence[ServiceHost]",
        old: Life,
        give_up_s: float,
        notice_s: float,
        down_s: float,
    ) -> None:
        host, loop = hosts[0], self._world.loop
        is_back = host.life is not old and host.app is not None
        if is_back or loop.time() > give_up_s:
            self._next(hosts[1:], notice_s, down_s)
        else:
            loop.call_later(LOOK_S, self._look, hosts, old, give_up_s, notice_s, down_s)
