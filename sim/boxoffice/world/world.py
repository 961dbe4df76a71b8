"""The composition root for the simulation: the five services on fakes, under one virtual clock."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from ipaddress import IPv4Network
from typing import Any, Final, TypeVar

import httpx
import simpy
from pydantic import SecretStr

import services.auth.service
import services.expiration.service
import services.orders.service
import services.payments.service
import services.tickets.service
from boxoffice.clock import ambient
from boxoffice.clock.clock import HostClock, HostIds
from boxoffice.clock.loop import SimLoop
from boxoffice.clock.randomness import Randomness
from boxoffice.faults.engine import Faults
from boxoffice.faults.schedule import Fault
from boxoffice.net.gateway import ADDRESS, PEER, Gateway, PersonalTransport
from boxoffice.net.host import Host, Life, adopt_by_host
from boxoffice.net.network import CLUSTER_S, INTERNET_S, Link, Network
from boxoffice.servers.jetstream import FakeNats, StoredMessage
from boxoffice.servers.mongo import FakeMongoClient
from boxoffice.servers.redis import FakeRedis
from boxoffice.servers.stripe import fake_stripe
from boxoffice.trace.trace import Trace
from boxoffice.world import calm
from boxoffice.world.backends import WITH_DATABASE, Backends
from boxoffice.world.leaving import Dismissals, ServiceHost
from boxoffice.world.recorder import Recorder
from scenarios.shop.mailbox import FakeMail
from services.common.drivers import Drivers
from services.common.parting import Parting
from services.common.service import Service
from services.common.settings import Settings

T = TypeVar("T")

ASSEMBLE: Final[dict[str, Callable[[Drivers], Service]]] = {
    "auth": lambda drivers: services.auth.service.assemble(drivers),
    "tickets": lambda drivers: services.tickets.service.assemble(drivers),
    "orders": lambda drivers: services.orders.service.assemble(drivers),
    "payments": lambda drivers: services.payments.service.assemble(drivers),
    "expiration": lambda drivers: services.expiration.service.assemble(drivers),
}
SETTINGS: Final = Settings(
    jwt_key=SecretStr("a key that is only good in a world"),
    salt_factory=4,  # bcrypt's cheapest: nobody attacks these passwords
    expiration_window_s=900,
    trusted_proxies=(IPv4Network(PEER[0]),),
)


class World:
    """Five services, the servers they need, the people outside, and what goes wrong.

    `replicas` is how many hosts run each service.  `env` may be any SimPy environment, also a
    `simpy.rt.RealtimeEnvironment`, which plays the same run at a chosen pace.
    """

    def __init__(
        self,
        seed: int = 0,
        faults: Sequence[Fault] = (),
        replicas: int = 1,
        settings: Settings = SETTINGS,
        env: simpy.Environment | None = None,
    ) -> None:
        self.seed = seed
        self.settings = settings
        self.mail_domain = "example.com"
        self.randomness = Randomness(seed)
        self.env = env or simpy.Environment()
        self.loop = SimLoop(self.env)
        self.loop.on_task = adopt_by_host
        self.trace = Trace(self.loop.time)
        self.recorder = Recorder(self.trace)
        self.network = Network(self.loop, self.randomness, self.trace)
        self.backends = Backends(self.loop, self.trace, self.recorder)
        self.gateway = Gateway(self.trace, self.replicas_of)
        self.hosts = self._service_hosts(replicas)
        self.people: dict[str, Host] = {}
        self.returning = 0  # hosts that are down and will be back
        self.dismissals = Dismissals(self.trace, self.crash)
        self.faults = Faults(
            faults,
            self.randomness,
            self.trace,
            self.loop.time,
            self.crash,
            self._host,
            self._fail_over_soon,
            self.backends.copied,
        )
        self._keep_copies()
        self.network.fate_of = self.faults.fate_of
        self.faults.put = self.backends.put
        self.backends.nats.arrivals = self._arrivals

    # --- running ------------------------------------------------------------------------------

    def run(self, script: Callable[["World"], Awaitable[T]]) -> T:
        """Start everything, play `script` to its end, and end everything.

        Raises: whatever the script raises, and `boxoffice.clock.loop.Stuck`.
        """
        # An empty context: what was bound outside, a trace or a log's fields, is not of this world.
        return Context().run(self._run, script)

    def _run(self, script: Callable[["World"], Awaitable[T]]) -> T:
        with ambient.virtual(self.backends.now_s, self.randomness):
            try:
                self.loop.run_until_complete(self.start())
                return self.loop.run_until_complete(script(self))
            finally:
                self._end()

    async def start(self) -> None:
        """Bring up all services; returns when they are ready."""
        await asyncio.gather(*(self._boot(host) for host in self.hosts.values()))

    def _end(self) -> None:
        # What still runs ends here, and leaves no trace: the run is over.
        recorded = len(self.trace.events)
        lives = [host.life for host in (*self.hosts.values(), *self.people.values())]
        tasks = [task for life in lives for task in life.tasks]
        for life in lives:
            life.end()
        if tasks:
            self.loop.run_until_complete(asyncio.wait(tasks))
        del self.trace.events[recorded:]
        self.loop.close()

    # --- servers ------------------------------------------------------------------------------

    def _keep_copies(self) -> None:
        # Only what may fail over pays for being able to.
        for name, server in self.backends.copied.items():
            lag_s = self.faults.lag_s(name)
            if lag_s:
                server.keep(lag_s, self.loop)

    def _fail_over_soon(self, name: str, after_s: float, loses_s: float) -> None:
        self.loop.call_later(after_s, self._fail_over, name, loses_s)

    def _fail_over(self, name: str, loses_s: float) -> None:
        if not self.faults.healed and self.backends.hosts[name].up:
            self.trace.record(name, "failover", loses_s=loses_s)
            self.backends.copied[name].fail_over(loses_s)

    # --- services -----------------------------------------------------------------------------

    def replicas_of(self, service: str) -> list[ServiceHost]:
        """Return the hosts that run a service."""
        return [host for host in self.hosts.values() if host.service == service]

    def crash(self, name: str, down_s: float | None = None, notice_s: float = 0.0) -> None:
        """Kill a host now; it comes back after `down_s` seconds, or when told to.

        A service that is given notice ends as its process does, and is killed at the end.
        """
        if notice_s:
            return self.dismissals.tell(self._host(name), down_s, notice_s)
        if down_s is not None:
            self.returning += 1
        self.loop.call_soon(self._crash, name, down_s)

    def _crash(self, name: str, down_s: float | None) -> None:
        host = self._host(name)
        if host.up:
            self.trace.record(name, "crash")
            host.crash()
            if isinstance(host, ServiceHost):
                host.app = host.door = None
        if down_s is not None:
            self.loop.call_later(down_s, self._return, name)

    def _return(self, name: str) -> None:
        self.returning -= 1
        self.restart(name)

    def restart(self, name: str) -> None:
        """Let a crashed host come back."""
        host = self._host(name)
        if host.up:
            return
        host.revive()
        if isinstance(host, ServiceHost):
            host.spawn(self._boot(host))
        else:
            self.trace.record(name, "start")

    async def _boot(self, host: ServiceHost) -> None:
        service = ASSEMBLE[host.service](self._drivers(host))
        await host.spawn(service.start())
        host.app, host.door, host.running = service.app, Parting(service.app), service
        self.trace.record(host.name, "start")

    def _service_hosts(self, replicas: int) -> dict[str, ServiceHost]:
        names = {
            service if number == 1 else f"{service}-{number}": service
            for service in ASSEMBLE
            for number in range(1, replicas + 1)
        }
        return {name: ServiceHost(name, service, self.loop) for name, service in names.items()}

    def _host(self, name: str) -> Host:
        known: dict[str, Host] = {**self.hosts, **self.backends.hosts, **self.people}
        if name not in known:
            raise ValueError(f"there is no host {name!r}; there are {', '.join(known)}")
        return known[name]

    def _drivers(self, host: ServiceHost) -> Drivers:
        life, service, backends = host.life, host.service, self.backends
        clock = HostClock(self.loop.time)
        given: dict[str, Any] = {}
        if service in WITH_DATABASE:
            link = self._link(life, f"{service}-db")
            given["database"] = FakeMongoClient(backends.mongo[service], link)[service]
        if service != "auth":
            given["nats"] = FakeNats(backends.nats, self._link(life, "nats"))
        if service == "expiration":
            given["redis"] = FakeRedis(backends.redis, self._link(life, "redis"))
        if service == "payments":
            given["stripe"] = fake_stripe(
                backends.stripe, self._link(life, "stripe", INTERNET_S, 10.0)
            )
        if service == "auth":
            given["mail"] = FakeMail(backends.mailbox, self._link(life, "mail"))
        return Drivers(
            settings=self.settings,
            clock=clock,
            ids=HostIds(clock, self.randomness.stream(f"ids of {host.name}")),
            log=self.recorder.log_of(life),
            **given,
        )

    def _link(
        self,
        life: Life,
        to: str,
        latency_s: tuple[float, float] = CLUSTER_S,
        timeout_s: float = 5.0,
    ) -> Link:
        return self.network.link(life, self.backends.hosts[to], latency_s, timeout_s)

    def _arrivals(self, consumer: str, message: StoredMessage) -> list[float]:
        return self.faults.arrivals(consumer, message.subject)

    # --- people -------------------------------------------------------------------------------

    def browser(self, person: str) -> httpx.AsyncClient:
        """Return an HTTP client with a cookie jar of its own, on the far side of the internet."""
        host = self.people.setdefault(person, Host(person, self.loop))
        links: dict[str, Link] = {}

        def link_to(target: Host) -> Link:
            if target.name not in links:
                links[target.name] = self.network.link(host.life, target, INTERNET_S, 30.0)
            return links[target.name]

        transport = PersonalTransport(person, self.gateway, link_to)
        return httpx.AsyncClient(transport=transport, base_url=ADDRESS, timeout=None)

    # --- as a stage ---------------------------------------------------------------------------

    async def passes(self, seconds: float) -> None:
        """Let virtual time pass."""
        await asyncio.sleep(seconds)

    async def quiet(self) -> bool:
        """Wait until nothing is in motion; return whether it came to that."""
        return await calm.quiet(self)

    def holder_of(self, ticket: str) -> str | None:
        """Return the order that holds a ticket, as tickets has it."""
        document = self.backends.mongo["tickets"].find_by_id("tickets", "tickets", ticket)
        return (document or {}).get("holder")

    def status_of(self, order: str) -> str:
        """Return the status of an order, as orders has it."""
        document = self.backends.mongo["orders"].find_by_id("orders", "orders", order)
        return str((document or {}).get("status"))

    def letters_to(self, address: str) -> list[str]:
        """Return the text of each letter that has come to an address, oldest first."""
        return [letter.text for letter in self.backends.mailbox.to(address)]

    def kept_cents(self, order: str) -> int:
        """Return what Stripe has taken for an order and not given back."""
        charges = self.backends.stripe.charges.values()
        mine = [it for it in charges if it["metadata"]["order_id"] == order]
        return sum(it["amount"] - it["amount_refunded"] for it in mine)
