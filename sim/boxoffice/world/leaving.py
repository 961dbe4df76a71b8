"""A service that is told to end, as its process is before a restart: `services/common/run.py`."""

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp

from boxoffice.clock.loop import SimLoop
from boxoffice.net.host import Host
from boxoffice.trace.trace import Trace
from services.common.parting import Parting
from services.common.run import FINISHING_S, TELLING_S
from services.common.service import Service


class ServiceHost(Host):
    """A host that runs one of the services; `app`, and the `door` before it, while it serves."""

    def __init__(self, name: str, service: str, loop: SimLoop) -> None:
        super().__init__(name, loop)
        self.service = service
        self.app: ASGIApp | None = None
        self.door: Parting | None = None
        self.running: Service | None = None  # until it is told to end


class Dismissals:
    """Those of one world.  `under_way` is how many hosts are about to go."""

    def __init__(self, trace: Trace, crash: Callable[[str, float | None], None]) -> None:
        self.under_way = 0
        self._trace = trace
        self._crash = crash

    def tell(self, host: Host, down_s: float | None, notice_s: float) -> None:
        """Have a host end in good order, unless it does already; whoever is down is let be."""
        if isinstance(host, ServiceHost) and host.app is not None and host.running is not None:
            service, host.running = host.running, None
            host.spawn(self._leave(host, service, down_s, notice_s))

    async def _leave(
        self, host: ServiceHost, service: Service, down_s: float | None, notice_s: float
    ) -> None:
        self.under_way += 1
        try:
            self._trace.record(host.name, "leave")
            assert host.door is not None, "it serves"
            host.door.begin()
            service.drain()
            await asyncio.sleep(notice_s)
            host.app = None  # nobody is let in any more
            host.door.end()
            await asyncio.sleep(TELLING_S)
            await service.finish(FINISHING_S)
            self._crash(host.name, down_s)
        finally:  # also where a crash comes before
            self.under_way -= 1
