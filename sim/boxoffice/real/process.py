"""Servers and services as processes: on loopback, on free ports, ended by their own handle."""

import asyncio
import contextlib
import socket
import subprocess
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from boxoffice.clock.stopwatch import Stopwatch
from boxoffice.real.errors import CannotOpen
from boxoffice.real.guard import guarded

HOST: Final = "127.0.0.1"  # everything listens on this machine alone
STARTS: Final = 3  # someone else may take the port between finding it free and listening on it
START_S: Final = 30.0  # a virtual machine on a busy core is slow to come up
STOP_S: Final = 10.0  # within which a server has to end before it is killed
LOOK_S: Final = 0.02  # between two looks whether a server answers
ANSWER_S: Final = 1.0


class DidNotStart(CannotOpen):
    """A process ended, or did not answer in time; the message has the last line that it said."""


def listens(process: "Process") -> bool:
    """Tell whether somebody accepts connections on the port of a process."""
    try:
        socket.create_connection((HOST, process.port), timeout=ANSWER_S).close()
    except OSError:
        return False
    return True


@dataclass(slots=True)
class Process:
    """A process that can be stopped, killed and started again on the same port.

    `command` makes the command line for a port; `environment` is this process's own unless given;
    `is_up` tells when it has started.  What it prints is kept in `folder`, over all its lives.
    Its standard input stays open until it ends, and it is killed when this process is gone; so
    start it from a thread that lives as long as it should.
    """

    name: str
    command: Callable[[int], Sequence[str | Path]]
    folder: Path
    port: int = 0
    environment: Mapping[str, str] | None = None
    is_up: Callable[["Process"], bool] = listens
    _running: subprocess.Popen[bytes] | None = None
    _returncode: int | None = None

    @property
    def pid(self) -> int | None:
        """Return the number of the process while it runs."""
        running = self._running
        return running.pid if running is not None and running.poll() is None else None

    @property
    def returncode(self) -> int | None:
        """Return how its last life ended: a status, or less than 0 for a signal; or None."""
        return self._returncode if self._running is None else self._running.poll()

    @property
    def address(self) -> str:
        """Return host and port."""
        return f"{HOST}:{self.port}"

    @property
    def log_file(self) -> Path:
        """Return where it keeps what the process prints."""
        return self.folder / f"{self.name}.log"

    def log(self) -> str:
        """Return what the process has printed."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def start(self) -> None:
        """Start, and wait until it is up.  Raises: DidNotStart."""
        with contextlib.closing(self._starting()) as looks:
            for _ in looks:
                threading.Event().wait(LOOK_S)

    async def come_up(self) -> None:
        """Start as `start` does, and let others run meanwhile.  Raises: DidNotStart."""
        with contextlib.closing(self._starting()) as looks:
            for _ in looks:
                await asyncio.sleep(LOOK_S)

    def stop(self, within_s: float = STOP_S) -> None:
        """Ask it to end, and wait until it has; kill it if it takes too long."""
        end_all([self], within_s)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._running is not None:
            self._running.kill()
            self.wait(None)

    def ask_to_end(self) -> None:
        """Send SIGTERM, if it runs."""
        if self._running is not None:
            self._running.terminate()

    def wait(self, within_s: float | None) -> None:
        """Wait until it has ended; kill it after `within_s` seconds."""
        running = self._running
        if running is None:
            return
        try:
            running.wait(within_s)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
        self._forget(running)

    def _starting(self) -> Generator[None, None, None]:
        assert self.pid is None, f"{self.name} runs already"
        if self.port:
            yield from self._coming_up()
            return
        for left in reversed(range(STARTS)):
            self.port = free_port()
            try:
                yield from self._coming_up()
                return
            except DidNotStart:
                if not left:
                    raise

    def _coming_up(self) -> Generator[None, None, None]:
        watch = Stopwatch()
        self._running = self._spawn()
        try:
            while not self._looks_up(self._running):
                if watch.elapsed_s() > START_S:
                    raise DidNotStart(self._because(f"did not answer in {START_S:.0f} s"))
                yield
        except BaseException:
            self.kill()
            raise

    def _looks_up(self, running: subprocess.Popen[bytes]) -> bool:
        if running.poll() is not None:
            raise DidNotStart(self._because(f"ended with {running.poll()}"))
        return self.is_up(self)

    def _spawn(self) -> subprocess.Popen[bytes]:
        if self._running is not None:
            self._forget(self._running)
        with self.log_file.open("ab") as log:
            # In a session of its own, so that Ctrl-C reaches it only through us.
            return subprocess.Popen(
                guarded(self.command(self.port)),
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _forget(self, ended: subprocess.Popen[bytes]) -> None:
        assert ended.stdin is not None, "it was started with a pipe"
        ended.stdin.close()
        self._returncode, self._running = ended.poll(), None

    def _because(self, what: str) -> str:
        *_, last = ["it said nothing", *filter(None, map(str.strip, self.log().splitlines()))]
        return f"{self.name} {what}: {last}; its log is {self.log_file}"


def end_all(processes: Iterable[Process], within_s: float = STOP_S) -> None:
    """Ask processes to end, all at once, and wait; kill those that take too long."""
    asked, watch = list(processes), Stopwatch()
    for process in asked:
        process.ask_to_end()
    for process in asked:
        process.wait(max(0.0, within_s - watch.elapsed_s()))


def free_port() -> int:
    """Return a port of the loopback address on which nobody listens."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


@contextlib.contextmanager
def running(process: Process) -> Iterator[Process]:
    """Start a process, and end it whatever happens meanwhile."""
    process.start()
    try:
        yield process
    finally:
        process.stop()
