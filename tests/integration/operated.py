"""A service as an operator runs it: `python -m services NAME`, with an environment and a log."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

SECRET = "s3cret-that-nobody-may-see-in-any-log"
AWAY = "127.0.0.1:9"  # the port of "discard", on which nobody listens
ENVIRONMENT = {
    "JWT_KEY": SECRET,
    "SALT_FACTORY": "4",
    "MONGO_URL": f"mongodb://ana:{SECRET}@{AWAY}",
    "NATS_URL": f"nats://ana:{SECRET}@{AWAY}",
    "REDIS_URL": f"redis://ana:{SECRET}@{AWAY}",
    "SMTP_URL": f"smtp://ana:{SECRET}@{AWAY}",
    "STRIPE_KEY": SECRET,
}
TO_LEAVE_S = 30.0
LOOK_S = 0.05


def surroundings(given: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment with only the given settings in it."""
    kept = {name: value for name, value in os.environ.items() if name not in ENVIRONMENT}
    return kept | {"PYTHONWARNINGS": "error"} | given


def eventually(holds: Callable[[], Any], within_s: float = 30.0) -> Any:
    """Ask until the answer is true, and return it; fail once `within_s` seconds have passed."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if answer := holds():
            return answer
        time.sleep(LOOK_S)
    raise AssertionError(f"not within {within_s} s: {holds.__name__}")


class Operated:
    """A running service."""

    def __init__(self, name: str, log: Path, environment: Mapping[str, str]) -> None:
        self._log = log
        with log.open("wb") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "services", name, "--host", "127.0.0.1", "--port", "0"],
                stderr=stderr,
                env=surroundings(environment),
            )
        try:
            serving = eventually(lambda: self.said("serving"))[0]
        except BaseException:  # or it would live on, and fail other tests
            self.process.kill()
            self.process.wait()
            raise
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{serving['port']}", timeout=10)

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def is_ready(self) -> bool:
        return self.get("/readyz").status_code == 200

    def reason(self) -> str:
        """Return why the service says that it is not ready."""
        errors = self.get("/readyz").json().get("errors", [{"message": ""}])
        return str(errors[0]["message"])

    def text(self) -> str:
        return self._log.read_text()

    def said(self, event: str = "") -> list[dict[str, Any]]:
        """Return the lines of the log, or those about one event."""
        lines = [json.loads(line) for line in self.text().splitlines(keepends=True) if "\n" in line]
        return [line for line in lines if line["event"] == event or not event]

    def leaves(self, told: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and return the exit status."""
        self.process.send_signal(told)
        return self.process.wait(TO_LEAVE_S)


@contextmanager
def operated(name: str, log: Path, **given: str) -> Iterator[Operated]:
    """Run a service, and end it whatever happens meanwhile."""
    service = Operated(name, log, ENVIRONMENT | given)
    try:
        yield service
    finally:
        service.client.close()
        service.process.kill()
        service.process.wait()
