"""What befalls the hosts of a world beside their deaths."""

from collections.abc import Callable
from contextvars import Context
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any, Final

from boxoffice.faults.blows import Blow
from boxoffice.faults.targets import demand
from boxoffice.net.host import Host, Life
from boxoffice.world.rolling import RollingRestarts

if TYPE_CHECKING:
    from boxoffice.world.world import World

_DEADLY: Final = ("restart",)


class Blows:
    """Deals to hosts what faults ask for, each by its name."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._paused: dict[Life, None] = {}
        self._limited: dict[str, float] = {}  # brokers, and until when in seconds
        self.rolling = RollingRestarts(world)
        self._deal: dict[str, Callable[..., None]] = {
            "pause": self._pause,
            "restart": self._restart,
            "step": lambda host, by_s: None,  # whoever looks at the clock sees it
            "store-again": self._store_again,
            "forget-keys": self._forget_keys,
            "limit": self._limit,
            "charge-others": self._charge_others,
            "roll": self.rolling.begin,
        }

    def deal(self, blow: Blow, at_once: bool = False) -> None:
        """Do to a host what is asked for; unless `at_once`, a death waits for what is done."""
        deal, host = self._deal[blow.name], self._world.host(blow.host)
        if at_once or blow.name not in _DEADLY:
            deal(host, **blow.how)
        else:
            self._world.loop.call_soon(partial(deal, host, **blow.how))

    @property
    def paused(self) -> list[str]:
        """The hosts that sleep."""
        return [life.host.name for life in self._paused if life.alive]

    def keep_copies(self) -> None:
        """Have copies of those servers that may fail over: only these pay for being able to.

        Raises: NoSuchTarget, for one that is to forget and cannot.
        """
        world = self._world
        for fault in world.faults.each:
            blow = getattr(fault, "blow", None)
            if isinstance(blow, Blow) and (loses_s := blow.how.get("loses_s")):
                able = world.backends.redises if loses_s == inf else world.backends.copied
                demand(fault, "server that forgets so much", [blow.host], able)
        for name, server in world.backends.copied.items():
            if lag_s := world.faults.lag_s(name):
                server.keep(lag_s, world.loop)

    def fail_over_soon(self, name: str, after_s: float, loses_s: float) -> None:
        """Have a server go on as its copy, `after_s` from now, unless all is healed by then."""
        self._world.loop.call_later(after_s, self._fail_over, name, loses_s)

    def _fail_over(self, name: str, loses_s: float) -> None:
        world = self._world
        if not world.faults.healed and world.backends.hosts[name].up:
            world.trace.record(name, "failover", loses_s=loses_s)
            world.backends.copied[name].fail_over(loses_s)

    def heal(self) -> None:
        """Wake whoever sleeps, and take away what limits."""
        for life in list(self._paused):
            self._wake(life)
        for name, lifted_s in list(self._limited.items()):
            self._lift(name, lifted_s)

    def _pause(self, host: Host, for_s: float) -> None:
        if host.up and host.life not in self._paused:
            self._tell(host, "pause", s=for_s)
            host.pause()
            self._paused[host.life] = None
            self._world.loop.call_later(for_s, self._wake, host.life)

    def _restart(self, host: Host, down_s: float, loses_s: float) -> None:
        world, name = self._world, host.name
        if not host.up:
            return
        world.crash(name, down_s, at_once=True)
        if loses_s:
            self._tell(host, "forgets", s=None if loses_s == inf else loses_s)
        if loses_s == inf:
            world.backends.redises[name].forget()
        elif loses_s:
            world.backends.copied[name].fail_over(loses_s)

    def _store_again(self, host: Host, subject: str, seq: int, after_s: float) -> None:
        def store() -> None:
            if host.up and not world.faults.healed:
                world.backends.brokers[host.name].publish_again(subject, seq)

        world = self._world
        world.loop.call_later(after_s, store, context=Context())  # which is nobody's doing

    def _forget_keys(self, host: Host, older_s: float) -> None:
        if self._world.backends.stripes[host.name].forget_keys(older_s):
            self._tell(host, "forgets", s=None, what="keys")

    def _limit(self, host: Host, most_bytes: int, lasts_s: float) -> None:
        broker = self._world.backends.brokers[host.name]
        self._limited[host.name] = lifted_s = self._world.loop.time() + lasts_s
        if lasts_s < inf:
            self._world.loop.call_at(lifted_s, self._lift, host.name, lifted_s)
        if broker.max_payload != most_bytes:
            broker.max_payload = most_bytes
            self._tell(host, "limit", most_bytes=most_bytes)

    def _lift(self, name: str, lifted_s: float) -> None:
        if self._limited.get(name) == lifted_s:
            del self._limited[name]
            broker = self._world.backends.brokers[name]
            del broker.max_payload  # which was its own, above that of all
            self._tell(self._world.host(name), "limit", most_bytes=broker.max_payload)

    def _charge_others(self, host: Host, others: int) -> None:
        self._world.backends.stripes[host.name].charge_others(others)

    def _wake(self, life: Life) -> None:
        if self._paused.pop(life, True) is None and life.held is not None:
            self._tell(life.host, "wake")
            life.wake()

    def _tell(self, host: Host, kind: str, **fields: Any) -> None:
        self._world.trace.record(host.name, kind, **fields)
