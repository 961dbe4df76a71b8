"""Real servers as processes: on loopback, on free ports, ended by their own handle."""

import contextlib
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

STARTS = 3  # someone else may take the port between finding it free and listening on it
START_S = 30.0  # a virtual machine on a busy core is slow to come up
STOP_S = 10.0
LOOK_S = 0.02  # between two looks whether a server answers


class DidNotStart(Exception):
    """A server ended, or did not answer in time; the message has the end of what it said."""


@dataclass(slots=True)
class Process:
    """A server that can be stopped, killed and started again on the same port.

    `command` makes the command line for a port.
    """

    name: str
    command: Callable[[int], Sequence[str | Path]]
    folder: Path
    port: int = 0
    _running: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Return the number of the process while it runs."""
        return None if self._running is None else self._running.pid

    @property
    def address(self) -> str:
        """Return host and port."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and wait until the port answers.  Raises: DidNotStart."""
        if self.port:
            return self._start()
        for attempt in range(STARTS):
            self.port = free_port()
            try:
                return self._start()
            except DidNotStart:
                if attempt == STARTS - 1:
                    raise

    def stop(self) -> None:
        """Ask the server to end, and wait until it has."""
        self._end(subprocess.Popen.terminate)

    def kill(self) -> None:
        """End the server as a power cut would."""
        self._end(subprocess.Popen.kill)

    def log(self) -> str:
        """Return what the server said."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def _log(self) -> Path:
        return self.folder / f"{self.name}.log"

    def _start(self) -> None:
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(
                [str(word) for word in self.command(self.port)],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait_until_it_answers(self._running)
        except DidNotStart:
            self.kill()
            raise

    def _wait_until_it_answers(self, running: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            if running.poll() is not None:
                raise DidNotStart(f"{self.name} ended with {running.poll()}: {self.log()[-2000:]}")
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=1.0).close()
                return
            time.sleep(LOOK_S)
        raise DidNotStart(f"{self.name} did not answer in {START_S} s: {self.log()[-2000:]}")

    def _end(self, how: Callable[[subprocess.Popen[bytes]], None]) -> None:
        running, self._running = self._running, None
        if running is None:
            return
        how(running)
        try:
            running.wait(STOP_S)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def free_port() -> int:
    """Return a port of the loopback address on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextlib.contextmanager
def running(process: Process) -> Iterator[Process]:
    """Start a server, and end it whatever happens meanwhile."""
    process.start()
    try:
        yield process
    finally:
        process.stop()
