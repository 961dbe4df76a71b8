"""A node: namespaces around one process, whose end is the end of all that is in them.

Its network has no way out, its mounts are seen by nobody else, and what it wants of the kernel's
settings is either its own network's or a file in front of them.
"""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from boxoffice.real.process import Process
from tests.deploy.cluster.places import ADMIN, CGROUP, LOGS, NAME, NODE, PROGRAMS, STATE

INIT: Final = Path(__file__).with_name("init.sh")
APART: Final = ("--mount", "--net", "--pid", "--uts", "--ipc")
CGROUPS: Final = Path("/sys/fs/cgroup")


class Node:
    """A context in which the node is there."""

    def __init__(self) -> None:
        self._first = Process("init", self._beginning, LOGS, is_up=_has_come_up)
        self._daemons: list[Process] = []
        self._pid = 0

    def __enter__(self) -> Self:
        """Raises: DidNotStart."""
        shutil.rmtree(STATE, ignore_errors=True)
        LOGS.mkdir(parents=True)
        for hierarchy in _hierarchies():
            (hierarchy / CGROUP).mkdir(exist_ok=True)
        self._first.start()
        assert self._first.pid is not None, "it has come up"
        self._pid = _child_of(self._first.pid)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is being ended already
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)  # and the kernel ends whatever else is in there
        for process in (*self._daemons, self._first):
            process.wait(None)
        for hierarchy in _hierarchies():
            _remove(hierarchy / CGROUP)

    def daemon(self, name: str, *words: str | Path, more: Mapping[str, str] | None = None) -> None:
        """Run a program in the node for as long as there is one; its log has its name."""
        environment = self.environment | (more or {})
        process = Process(
            name,
            lambda port: self.command(*words),
            LOGS,
            environment=environment,
            is_up=lambda process: True,  # whoever needs it asks it itself
        )
        process.start()
        self._daemons.append(process)

    def command(self, *words: str | Path) -> list[str]:
        """Return the command line that runs a program in the node."""
        return ["nsenter", "--target", str(self._pid), *APART, "--", *map(str, words)]

    def run(self, *words: str | Path, within_s: float = 120) -> str:
        """Return what a program in the node prints.  Raises: CalledProcessError, TimeoutExpired."""
        done = subprocess.run(
            self.command(*words),
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=within_s,
        )
        return done.stdout

    @property
    def environment(self) -> dict[str, str]:
        """What programs in the node find there; proxies of this machine are of no use to them."""
        kept = {key: it for key, it in os.environ.items() if not key.lower().endswith("proxy")}
        path = f"{PROGRAMS}:{os.environ['PATH']}:/usr/sbin:/sbin"
        return kept | {"PATH": path, "HOME": str(STATE), "KUBECONFIG": str(ADMIN)}

    def end(self, name: str) -> None:
        """End a daemon."""
        process = next(it for it in self._daemons if it.name == name)
        assert process.pid is not None, f"{name} runs"
        os.kill(_child_of(process.pid), signal.SIGTERM)
        process.wait(None)
        self._daemons.remove(process)

    def ended(self) -> Sequence[str]:
        """Return the daemons that have ended, which none of them should."""
        return [it.name for it in self._daemons if it.pid is None]

    @staticmethod
    def _beginning(_: int) -> list[str | Path]:
        apart = [*APART, "--fork", "--kill-child=KILL", "--mount-proc", "--propagation", "private"]
        return ["unshare", *apart, "bash", INIT, NAME, NODE, STATE]


def _has_come_up(_: Process) -> bool:
    return (STATE / "up").exists()


def _child_of(pid: int) -> int:
    """Return the process that unshare and nsenter have started, and wait for."""
    (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)


def _hierarchies() -> list[Path]:
    if (CGROUPS / "cgroup.controllers").exists():  # version 2 has one
        return [CGROUPS]
    return [it for it in CGROUPS.iterdir() if it.is_dir() and not it.is_symlink()]


def _remove(cgroup: Path) -> None:
    for folder, _, _ in os.walk(cgroup, topdown=False):
        with contextlib.suppress(FileNotFoundError):
            os.rmdir(folder)
