"""The world: the services of a system on fakes, under one virtual clock."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import Context
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self, TypeVar

import simpy

from boxoffice.clock import ambient
from boxoffice.clock.loop import SimLoop
from boxoffice.clock.randomness import Randomness
from boxoffice.faults.before import check_before
from boxoffice.faults.engine import Faults
from boxoffice.faults.replicas import asked_of
from boxoffice.faults.schedule import Fault
from boxoffice.nearest import nearest
from boxoffice.net.gateway import Gateway
from boxoffice.net.host import Host, current_life
from boxoffice.net.network import INTERNET_S, Link, Network
from boxoffice.trace.trace import Trace
from boxoffice.world import calm
from boxoffice.world.backends import Backends
from boxoffice.world.blows import Blows
from boxoffice.world.drivers import Drivers
from boxoffice.world.end import documents_of
from boxoffice.world.forgotten import Forgotten
from boxoffice.world.holding import refuse_what_is_held
from boxoffice.world.interception import intercepting
from boxoffice.world.known_targets import known_targets
from boxoffice.world.metrics import isolated_registries
from boxoffice.world.module_isolation import isolated_imports, load
from boxoffice.world.processes import Processes
from boxoffice.world.recorder import Recorder
from boxoffice.world.service import ServiceHost, built_from, call_factory, running, starting
from boxoffice.world.shutdown import end_all, whose
from boxoffice.world.signals import install_signal_handling
from boxoffice.world.storm import Deed
from boxoffice.world.system import System
from boxoffice.world.termination import Terminations
from boxoffice.world.webhooks import Webhooks

if TYPE_CHECKING:
    import httpx

    from boxoffice.servers.jetstream import StoredMessage

T = TypeVar("T")


class World:
    """Services, the servers they need, the people outside, and what goes wrong.

    `replicas` is how many hosts run each service at least.  `env` may be any SimPy environment,
    also a `simpy.rt.RealtimeEnvironment`, which plays the same run at a chosen pace.

    `hosts` has each service's hosts by name, `backends` the servers, `trace` what has happened,
    `loop.time()` the seconds since the world began, `randomness` its chance, `faults` what breaks.
    """

    def __init__(
        self,
        system: System,
        seed: int = 0,
        faults: Sequence[Fault] = (),
        replicas: int = 1,
        env: simpy.Environment | None = None,
    ) -> None:
        self.system, self.seed = system, seed
        self.randomness = Randomness(seed)
        self.env = env or simpy.Environment()
        self.loop = SimLoop(self.env)
        self.forgotten = Forgotten(self.loop)
        self.loop.whose = lambda task: whose(task, self._every_host())
        words = replace(system.vocabulary, services=tuple(system.services))
        self.trace = Trace(self.loop.time, words)
        self.recorder = Recorder(self.trace, system.secrets)
        self.network = Network(self.loop, self.randomness, self.trace)
        self.backends = Backends(system, self.loop, self.trace, self.recorder)
        self.gateway = Gateway(
            self.trace, self.replicas_of, system.service_for, system.peer, system.redacted
        )
        self.hosts = self._service_hosts(replicas, faults)
        self.people: dict[str, Host] = {}
        self.size = 0  # of the crowd, in a story that has one
        self.deeds: Sequence[Deed] = ()  # of a storm
        self.webhooks = Webhooks(self)
        self.asked: dict[str, None] = {}  # the documents that were asked for while it ran
        self.judged_by: dict[str, None] = {}  # and at its end
        self.astir: list[str] = []  # what the system's own functions named when last asked
        self.returning = 0  # hosts that are down and will be back
        self.processes = Processes()
        self.terminations = Terminations(self.trace, self.crash)
        install_signal_handling(self.loop)
        self.blows = Blows(self)
        check_before(faults, known_targets(self), bool(system.own_servers))
        self.faults = Faults(
            faults,
            self.randomness,
            self.trace,
            self.loop.time,
            self.crash,
            self.host,
            self.blows.fail_over_soon,
            {name: self.backends.kinds[name] for name in self.backends.copied},
        )
        self.blows.keep_copies()
        self.faults.deal = self.blows.deal
        self.network.fault_for, self.network.done = self.faults.fault_for, self.faults.done
        if self.faults.slows_threads:
            self.loop.thread_s = self._thread_s
        self.faults.put = self.backends.put
        for broker in self.backends.brokers.values():
            broker.delivery_delays = self._delivery_delays

    # --- running ------------------------------------------------------------------------------

    def run(self, script: Callable[[Self], Awaitable[T]]) -> T:
        """Start everything, play `script` to its end, and end everything.

        Raises: whatever the script raises, and `boxoffice.clock.stuck.Stuck`.
        """
        # An empty context: what was bound outside, a trace or a log's fields, is not of this world.
        return Context().run(self._run, script)

    def _run(self, script: Callable[[Self], Awaitable[T]]) -> T:
        with self.inside():
            try:
                self.loop.run_until_complete(self.start())
                return self.loop.run_until_complete(script(self))
            finally:
                self.end()

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Let clocks, entropy, drivers and modules be this world's."""
        named = any(isinstance(it.make, str) for it in self.system.services.values())
        with (
            ambient.virtual(self.backends.now_s, self.randomness, self._wall_s, self.processes),
            intercepting(self),
            isolated_registries(),
            isolated_imports() if named else nullcontext(),
        ):
            yield

    async def start(self) -> None:
        """Bring up all services; returns when they are ready, or have died meanwhile.

        Raises: SandboxViolation, if their code holds a real clock; and whatever a service raises.
        """
        refuse_what_is_held(self.system)
        boots = [it.life.while_it_lasts(self._boot(it)) for it in self.hosts.values()]
        await asyncio.gather(*boots)

    def end(self) -> None:
        """End everything that still runs; nothing of it is recorded."""
        end_all(self.loop, self._every_host(), self.trace)

    def listen_for_dead_tasks(self) -> None:
        """Take each task that has died unheard as an error that nobody took care of."""
        self.forgotten.listen_for_dead_tasks([*self.hosts.values(), *self.people.values()])

    def _every_host(self) -> list[Host]:
        return [*self.hosts.values(), *self.backends.hosts.values(), *self.people.values()]

    # --- services -----------------------------------------------------------------------------

    def replicas_of(self, service: str) -> list[ServiceHost]:
        """Return the hosts that run a service."""
        return [host for host in self.hosts.values() if host.service == service]

    def crash(
        self, name: str, down_s: float | None = None, notice_s: float = 0.0, at_once: bool = False
    ) -> None:
        """Kill a host now; it comes back after `down_s` seconds, or when told to.

        A service that is given notice ends as its process does, and is killed at the end.  What is
        being done ends with it only `at_once`; else it is done first.
        """
        host = self.host(name)
        if notice_s:
            return self.terminations.terminate(host, down_s, notice_s)
        if down_s is not None:
            self.returning += 1
        if at_once:
            return self._crash(name, down_s)
        self.loop.call_soon(self._crash, name, down_s)

    def _crash(self, name: str, down_s: float | None) -> None:
        host = self.host(name)
        if host.up:
            self.trace.record(name, "crash")
            host.crash()
            if name in self.backends.brokers:
                self.backends.brokers[name].lose_memory()
            if isinstance(host, ServiceHost):
                host.app = host.door = None
        if down_s is not None:
            self.loop.call_later(down_s, self._return, name)

    def _return(self, name: str) -> None:
        self.returning -= 1
        self.restart(name)

    def restart(self, name: str) -> None:
        """Let a crashed host come back."""
        if (host := self.host(name)).up:
            return
        host.revive()
        if isinstance(host, ServiceHost):
            Context().run(host.spawn, self._boot(host))  # it goes back to nobody's request
        else:
            self.trace.record(name, "start")

    async def _boot(self, host: ServiceHost) -> None:
        make = self.system.services[host.service].make
        with starting(host.name, make):
            if isinstance(make, str):
                made = await host.spawn(self._loaded(make, host))
            else:
                made = host.inside(call_factory, make, self.drivers_of(host))
            life = running(made, host.name)
            await host.spawn(life.start())
        host.app, host.door, host.running = life.app, life.door, life
        self.trace.record(host.name, "start")

    async def _loaded(self, target: str, host: ServiceHost) -> Any:
        # In a task of the host, where drivers that are made at import are its own.
        found = load(target, host.life)
        return built_from(found, self.drivers_of(host))

    def _service_hosts(self, least: int, faults: Sequence[Fault]) -> dict[str, ServiceHost]:
        names = {
            service.name if number == 1 else f"{service.name}-{number}": service.name
            for service in self.system.services.values()
            for number in range(1, max(least, service.replicas, asked_of(service.name, faults)) + 1)
        }
        return {name: ServiceHost(name, service, self.loop) for name, service in names.items()}

    def drivers_of(self, host: ServiceHost) -> Drivers:
        """Return drivers for the present life of a host."""
        return Drivers(self, host)

    def host(self, name: str) -> Host:
        """Return a host: a service's, a server's or a person's.  Raises: ValueError."""
        found: Host | None = self.hosts.get(name) or self.backends.hosts.get(name)
        if (found := found or self.people.get(name)) is None:
            known = [*self.hosts, *self.backends.hosts, *self.people]
            raise ValueError(f"there is no host {name!r}{nearest(name, known)}")
        return found

    def _delivery_delays(self, consumer: str, message: "StoredMessage") -> list[float]:
        return self.faults.delivery_delays(consumer, message.subject)

    def _thread_s(self, function: str) -> float:
        life = current_life.get()
        host = None if life is None else life.host
        return 0.0 if host is None else self.faults.thread_s(function, host.name, host.service)

    def _wall_s(self) -> float:
        life = current_life.get()
        skew_s = 0.0 if life is None else self.faults.skew_s(life.host.name)
        return self.backends.now_s() + skew_s

    # --- people -------------------------------------------------------------------------------

    def client(self, person: str, service: str | None = None) -> "httpx.AsyncClient":
        """Return an HTTP client; with a `service`, of that one alone.  Raises: ValueError."""
        from boxoffice.net.transport import client_of  # loads httpx, and not all have people

        if service is not None and service not in self.system.services:
            raise ValueError(f"no service {service!r}{nearest(service, self.system.services)}")
        host = self.people.setdefault(person, Host(person, self.loop))

        def link(target: Host) -> Link:
            return self.network.link(host.life, target, INTERNET_S, 30.0)

        return client_of(person, self.gateway, link, self.system.address, service)

    async def together(self, *deeds: Awaitable[Any]) -> list[Any]:
        """Do several things in the same instant; return what came of each."""
        async with self.randomness.together():
            return list(await asyncio.gather(*deeds))

    async def passes(self, seconds: float = 0.0, *, minutes: float = 0.0) -> None:
        """Let virtual time pass."""
        await asyncio.sleep(seconds + 60.0 * minutes)

    def documents(self, store: str) -> Mapping[Any, Any]:
        """Return the documents of `database.collection` as they are now, by id.

        Raises: NoSuchStore, for a name that can be none; the run raises it for a mistyped one.
        """
        return documents_of(self, store)

    async def quiet(self) -> bool:
        """Wait until nothing is in motion; return whether it came to that."""
        return await calm.quiet(self)
