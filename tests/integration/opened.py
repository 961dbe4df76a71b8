"""`boxoffice up` as a process, for whoever wants a shop that is open."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
URLS = ("MONGO_URL", "REDIS_URL", "NATS_URL", "STRIPE_API_BASE")
PATIENCE_S = 60.0  # with a machine that is busy with other things
LOOK_S = 0.05


class Up:
    """A running `boxoffice up`; `said` is what it has printed."""

    def __init__(self, folder: Path, *options: str, **environment: str) -> None:
        self.temporary = folder / "tmp"
        self.temporary.mkdir(exist_ok=True)
        self._errors = folder / "stderr"
        with self._errors.open("w") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "scenarios", "up", "--port", "0", *options],
                cwd=ROOT,
                env={**clean(), "TMPDIR": str(self.temporary), **environment},
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
            )
        self.said = self._read()

    def _read(self) -> str:
        too_late = threading.Timer(PATIENCE_S, self.process.kill)
        too_late.start()
        lines: list[str] = []
        assert self.process.stdout is not None
        for line in self.process.stdout:
            lines.append(line)
            if line.startswith("Ctrl-C"):
                break
        too_late.cancel()
        return "".join(lines)

    @property
    def url(self) -> str:
        return re.findall(r"open at (http://\S+)", self.said)[0]

    @property
    def page(self) -> str:
        """The address of the page, with its token."""
        return re.findall(r"^http://\S+#look=\S+$", self.said, re.MULTILINE)[0]

    @property
    def errors(self) -> str:
        return self._errors.read_text(encoding="utf-8")

    def lines(self) -> list[str]:
        """Return the lines that buy a ticket."""
        return [line for line in self.said.splitlines() if "curl" in line]

    def ends(self, number: int = signal.SIGINT) -> int:
        """Signal the whole group, as a terminal does; return the exit status."""
        os.killpg(self.process.pid, number)
        return self.process.wait(PATIENCE_S)


@contextmanager
def up(folder: Path, *options: str, **environment: str) -> Iterator[Up]:
    running = Up(folder, *options, **environment)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.ends()
        running.process.wait(PATIENCE_S)
        assert running.process.stdout is not None
        running.process.stdout.close()


def clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in URLS}


def eventually(holds: Callable[[], bool]) -> bool:
    """Wait until something holds; tell whether it ever did."""
    for _ in range(round(PATIENCE_S / LOOK_S)):
        if holds():
            return True
        time.sleep(LOOK_S)
    return False
