"""Several NATS servers as one cluster, each a process with a disk of its own."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import httpx

from boxoffice.clock.stopwatch import Stopwatch
from boxoffice.real.broker import executable
from boxoffice.real.environment import minimal_environment
from boxoffice.real.errors import NotReady
from boxoffice.real.process import HOST, STOP_S, Process, end_all, free_port

CLUSTER: Final = "boxoffice"
CAUGHT_UP_S: Final = 60.0
LOOK_S: Final = 0.1
LEAVE_S: Final = 60.0  # twice what the server's lame duck may take
ANSWER_S: Final = 5.0

# 30 s is the least that the server takes for the lame duck, but it sends a client away each second,
# and is gone with the last of them.
_RULES: Final = """
server_name: {name}
listen: "{address}"
http: "{monitor}"
jetstream {{
  store_dir: "{store}"
  sync_interval: always
}}
lame_duck_grace_period: 5s
lame_duck_duration: 30s
cluster {{
  name: {cluster}
  listen: "{route}"
  routes: [{routes}]
}}
"""


class NatsCluster:
    """`processes` are its members by name.  `url` names them all, as a client takes it."""

    def __init__(self, folder: Path, size: int = 3, name: str = CLUSTER) -> None:
        names = [f"nats-{number}" for number in range(1, size + 1)]
        self._routes = {each: f"{HOST}:{free_port()}" for each in names}
        self._monitors = {each: f"{HOST}:{free_port()}" for each in names}
        self.processes: Mapping[str, Process] = {
            each: _member(each, folder, name, self._routes, self._monitors[each]) for each in names
        }

    @property
    def url(self) -> str:
        """Return the URLs of all members."""
        return ",".join(f"nats://{each.address}" for each in self.processes.values())

    async def ready(self, names: Sequence[str] = (), within_s: float = CAUGHT_UP_S) -> None:
        """Wait until members have all that they should keep; of all of them, if none is named.

        Raises: NotReady.
        """
        watch = Stopwatch()
        async with httpx.AsyncClient(trust_env=False, timeout=ANSWER_S) as client:
            for name in names or self.processes:
                while why := await _ailment(client, self._monitors[name]):
                    if watch.elapsed_s() > within_s:
                        raise NotReady(f"not ready in {within_s:g} s: {name}: {why}")
                    await asyncio.sleep(LOOK_S)

    async def start(self, name: str) -> None:
        """Start a member where it was, and wait until it has caught up.  Raises: CannotOpen."""
        await self.processes[name].come_up()
        await self.ready([name])

    async def retire(self, name: str) -> None:
        """End a member as its pod ends: it sends its clients elsewhere, one by one, before."""
        process = self.processes[name]
        await asyncio.to_thread(
            subprocess.run,
            [executable(), "--signal", f"ldm={process.pid}"],
            check=True,
            capture_output=True,
        )
        await asyncio.to_thread(process.wait, LEAVE_S)


@asynccontextmanager
async def running_cluster(
    folder: Path, size: int = 3, name: str = CLUSTER
) -> AsyncIterator[NatsCluster]:
    """Run `size` members that keep their files in `folder`; give them once they have a leader.

    Raises: CannotOpen.
    """
    cluster = NatsCluster(folder, size, name)
    members = cluster.processes.values()
    try:
        # A member alone has no quorum, and none waits for the others with its clients' port.
        await asyncio.gather(*(each.come_up() for each in members))
        await cluster.ready()
        yield cluster
    finally:
        await asyncio.to_thread(end_all, members, STOP_S)


def _member(
    name: str, folder: Path, cluster: str, routes: Mapping[str, str], monitor: str
) -> Process:
    own = folder / name
    own.mkdir(parents=True)
    rules = own / "nats.conf"

    def command(port: int) -> list[str | Path]:
        words = {
            "name": name,
            "cluster": cluster,
            "address": f"{HOST}:{port}",
            "monitor": monitor,
            "store": own / "jetstream",
            "route": routes[name],
            "routes": ", ".join(f'"nats://{each}"' for each in routes.values()),
        }
        rules.write_text(_RULES.format(**words), encoding="utf-8")
        return [executable(), "--config", rules]

    return Process(name, command, own, environment=minimal_environment())


async def _ailment(client: httpx.AsyncClient, monitor: str) -> str:
    try:
        answer = await client.get(f"http://{monitor}/healthz")
    except httpx.TransportError:
        return "no answer"
    return "" if answer.status_code == 200 else answer.text
