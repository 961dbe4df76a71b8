"""The two servers that every case is played on: the fake in virtual time, and the real one."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from itertools import compress
from pathlib import Path
from typing import Any, TypeVar

import pytest
import simpy
from nats.aio.client import Client

from boxoffice.clock.loop import SimLoop
from boxoffice.net.network import Lost, Refused
from boxoffice.servers.jetstream import FakeNats, JetStreamServer
from services.common.steady_fetch import MISSED
from tests.conformance.jetstream.bench import Bench
from tests.conformance.jetstream.pulse import Pulse
from tests.conformance.jetstream.server import NatsServer

T = TypeVar("T")
Case = Callable[[Bench], Awaitable[None]]
EPOCH_S = 1_800_000_000.0
ADVISORY = "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES."
AT_ONCE = 12  # cases that share the real server, so that they do not make each other late
AGAIN = 5  # plays of a case that failed while the machine was late


class Wire:
    """A link without latency that breaks when its server goes away."""

    def __init__(self) -> None:
        self.up = True
        self._told: list[Callable[[], object]] = []
        self._waiting: dict[asyncio.Future[None], asyncio.Future[Any]] = {}

    async def call(self, verb: str, about: str, effect: Callable[[], T | Awaitable[T]]) -> T:
        if not self.up:
            raise Refused(verb)
        answer = effect()
        if not inspect.isawaitable(answer):
            return answer
        cut: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        work = asyncio.ensure_future(answer)
        self._waiting[cut] = work
        try:
            await asyncio.wait([work, cut], return_when=asyncio.FIRST_COMPLETED)
            if cut.done():
                raise Lost(verb)
            return work.result()
        finally:
            work.cancel()
            del self._waiting[cut]

    def send(self, verb: str, about: str, effect: Callable[[], object]) -> None:
        if self.up:
            effect()

    def in_order(self) -> Wire:
        return self

    def pushes(self) -> Wire:
        return self

    gone = False

    def when_broken(self, tell: Callable[[], object]) -> None:
        self._told.append(tell)

    def cut(self) -> None:
        self.up = False
        told, self._told = self._told, []
        for tell in told:
            tell()
        for cut, work in self._waiting.items():
            work.cancel()
            cut.set_result(None)


class FakeBackend:
    """A fake server in virtual time; what it stores survives when it goes away."""

    real = False

    def __init__(self, loop: SimLoop) -> None:
        self._loop = loop
        self._server = JetStreamServer(self.now, loop.call_later)
        self._wire = Wire()
        self.lateness_s: list[float] = []
        self.nats = FakeNats(self._server, self._wire)
        self.nats.missed_heartbeats = MISSED  # as the client that the other arm has

    def now(self) -> float:
        return EPOCH_S + self._loop.time()

    async def another(self) -> FakeNats:
        return FakeNats(self._server, self._wire)

    async def advisories(self, stream: str, count: int) -> list[dict[str, Any]]:
        return [it for it in self._server.advisories if it["stream"] == stream][:count]

    async def stop(self) -> None:
        self._wire.cut()
        self._server.lose_memory()

    kill = stop

    async def start(self) -> None:
        self._wire.up = True


class NatsBackend:
    """A connection to a real server in real time."""

    real = True

    def __init__(self, server: NatsServer, connection: Client) -> None:
        self._server = server
        self.nats = connection
        self.lateness_s: list[float] = []
        self._others: list[Client] = []
        self._advisories: list[dict[str, Any]] = []
        self._news = asyncio.Event()

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    async def another(self) -> Client:
        self._others.append(await self._server.connect())
        return self._others[-1]

    async def leave(self) -> None:
        """Close what was connected for a case."""
        for connection in self._others:
            await connection.close()

    async def listen(self) -> None:
        """Take note of what the server tells its operators."""

        async def note(message: Any) -> None:
            self._advisories.append(json.loads(message.data))
            self._news.set()

        await self.nats.subscribe(f"{ADVISORY}>", cb=note)

    async def advisories(self, stream: str, count: int) -> list[dict[str, Any]]:
        async with asyncio.timeout(5):
            while len(self._told_of(stream)) < count:
                self._news.clear()
                await self._news.wait()
        return self._told_of(stream)[:count]

    def _told_of(self, stream: str) -> list[dict[str, Any]]:
        return [it for it in self._advisories if it["stream"] == stream]

    async def stop(self) -> None:
        await asyncio.to_thread(self._server.stop)

    async def kill(self) -> None:
        await asyncio.to_thread(self._server.kill)

    async def start(self) -> None:
        self._server.start()
        await self._server.listening()


def play_on_the_fake(case: Case) -> None:
    """Play one case in virtual time."""
    loop = SimLoop(simpy.Environment())

    async def play() -> None:
        await case(Bench(FakeBackend(loop), "S"))

    loop.run_until_complete(play())


class Concert:
    """Plays cases on real servers, many at once, and keeps how each of them ended.

    The cases are about moments, and a failure on a machine that was late itself says nothing of
    the server.  So such a case is played again, alone, until it passes or fails undisturbed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._plays = 0
        self.lateness_s: list[float] = []
        self.outcomes: dict[str, BaseException | None] = {}
        self.again: list[str] = []

    def play(self, cases: dict[str, Case]) -> None:
        """Play every case by its name."""
        with asyncio.Runner() as runner:
            runner.run(self._play(cases))

    async def _play(self, cases: dict[str, Case]) -> None:
        shared = NatsServer(self._folder / "shared")
        shared.start()
        try:
            async with _pulse(shared) as pulse:
                turns = asyncio.Semaphore(AT_ONCE)
                plays = (self._in_turn(turns, *it, shared, pulse) for it in cases.items())
                late = await asyncio.gather(*plays)
                for name in compress(cases, late):
                    await self._again(name, cases[name], shared, pulse)
        finally:
            shared.kill()

    async def _in_turn(self, turns: asyncio.Semaphore, *played: Any) -> bool:
        async with turns:
            return await self._one(*played)

    async def _again(self, name: str, *played: Any) -> None:
        for _ in range(AGAIN):
            self.again.append(name)
            if not await self._one(name, *played):
                return

    async def _one(self, name: str, case: Case, shared: NatsServer, pulse: Pulse) -> bool:
        """Play a case; tell whether it failed while the machine was late."""
        self._plays += 1
        stream, began_s = f"C{self._plays}", asyncio.get_running_loop().time()
        # Those that stop the server have one of their own.
        alone = "restart" in name or "reconnect" in name
        server = NatsServer(self._folder / stream) if alone else shared
        try:
            await self._on(server, stream, case)
        except (Exception, pytest.fail.Exception) as error:  # `raises` raises the second
            self.outcomes[name] = error
            return await pulse.disturbed(began_s)
        self.outcomes[name] = None
        return False

    async def _on(self, server: NatsServer, stream: str, case: Case) -> None:
        own = server.folder.name != "shared"
        if own:
            server.start()
        connection = await server.connect()
        backend = NatsBackend(server, connection)
        try:
            await backend.listen()
            async with asyncio.timeout(40):
                await case(Bench(backend, stream))
            self.lateness_s += backend.lateness_s
        finally:
            # It was never found again; TypeError: Python 3.12 and 3.13 write to a closed transport.
            with suppress(OSError, TypeError):
                await backend.leave()
                await connection.close()
            if own:
                server.kill()


@asynccontextmanager
async def _pulse(server: NatsServer) -> AsyncIterator[Pulse]:
    connection = await server.connect()
    pulse = Pulse(connection)
    beating = asyncio.create_task(pulse.run())
    try:
        yield pulse
    finally:
        beating.cancel()
        await asyncio.wait([beating])
        await connection.close()
