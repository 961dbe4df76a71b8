"""A service that is told to end, as its process is before a restart."""

import asyncio
import signal
from collections.abc import Callable
from contextvars import Context

from boxoffice.net.host import Host
from boxoffice.trace.trace import Trace
from boxoffice.world.service import Running, ServiceHost


class Terminations:
    """Those of one world.  `under_way` is how many hosts are about to go."""

    def __init__(self, trace: Trace, crash: Callable[[str, float | None], None]) -> None:
        self.under_way = 0
        self._trace = trace
        self._crash = crash

    def terminate(self, host: Host, down_s: float | None, notice_s: float) -> None:
        """Have a host end in good order, unless it does already; whoever is down is let be."""
        if isinstance(host, ServiceHost) and host.app is not None and host.running is not None:
            service, host.running = host.running, None
            host.spawn(self._leave(host, service, down_s, notice_s))

    async def _leave(
        self, host: ServiceHost, service: Running, down_s: float | None, notice_s: float
    ) -> None:
        self.under_way += 1
        try:
            self._trace.record(host.name, "leave")
            service.drain()
            if signal.SIGTERM in host.life.signals:
                told = host.life.signals[signal.SIGTERM]
                Context().run(host.inside, asyncio.get_running_loop().call_soon, told)
            await asyncio.sleep(notice_s)
            host.app = None  # nobody is let in any more
            # What is finished goes back to others than whatever has cost this life.
            await Context().run(host.spawn, service.finish())
            self._crash(host.name, down_s)
        finally:  # also where a crash comes before
            self.under_way -= 1
