"""The servers behind services as processes: NATS from its wheel, the rest found or embedded."""

import json
import shutil
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from boxoffice.real.broker import executable
from boxoffice.real.process import HOST, Process

SETTINGS: Final = {
    "nats": "NATS_URL",
    "mongo": "MONGO_URL",
    "redis": "REDIS_URL",
    "stripe": "STRIPE_API_BASE",
}

Environment = Mapping[str, str] | None


def nats_server(folder: Path, environment: Environment = None) -> Process:
    """Return a NATS server that keeps its streams in `folder`.  Raises: CannotOpen."""
    program, store = executable(), folder / "jetstream"

    def command(port: int) -> list[str | Path]:
        listen = ["--addr", HOST, "--port", str(port)]
        return [program, *listen, "--jetstream", "--store_dir", store]

    return Process("nats", command, folder, environment=environment)


def redis_server(folder: Path, environment: Environment = None) -> Process | None:
    """Return the machine's Redis, keeping all it accepts in `folder`; None if it has none."""
    program = shutil.which("redis-server")
    if program is None:
        return None

    def command(port: int) -> list[str | Path]:
        listen = ["--bind", HOST, "--port", str(port)]
        kept = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        return [program, *listen, "--dir", folder, *kept]

    return Process("redis", command, folder, environment=environment)


class Servers:
    """Those of one system.  A store that `given` names by its setting is used and not started.

    So is the NATS at `broker`, if one is named.  Redis is the machine's, if it has one; the stores
    that are left are embedded.
    Raises: CannotOpen, if there is no NATS server.
    """

    def __init__(
        self,
        folder: Path,
        given: Mapping[str, str],
        environment: Environment = None,
        broker: str = "",
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._elsewhere = {
            name: given[setting]
            for name, setting in SETTINGS.items()
            if given.get(setting) and name != "nats"
        }
        self.processes: dict[str, Process] = {}
        if broker:
            self._elsewhere["nats"] = broker
        else:
            self.processes["nats"] = nats_server(folder, environment)
        redis = None if "redis" in self._elsewhere else redis_server(folder, environment)
        if redis is not None:
            self.processes["redis"] = redis
        without = {*self._elsewhere, *self.processes}
        self._embedded: Embedded | None = None
        if without != set(SETTINGS):
            self._embedded = Embedded(folder, sorted(without - {"nats"}), environment)
            self.processes["stores"] = self._embedded.process

    @property
    def urls(self) -> dict[str, str]:
        """Return where each server is, once they are up."""
        own = {}
        if "nats" in self.processes:
            own["nats"] = f"nats://{self.processes['nats'].address}"
        if "redis" in self.processes:
            own["redis"] = f"redis://{self.processes['redis'].address}/0"
        embedded = self._embedded.urls if self._embedded else {}
        return {**embedded, **own, **self._elsewhere}

    @property
    def settings(self) -> dict[str, str]:
        """Return the settings that name the servers, once they are up."""
        return {SETTINGS[name]: url for name, url in self.urls.items()}


class Embedded:
    """The world's own stores as one process.

    It keeps its addresses when it is started again, and has then forgotten everything.
    """

    def __init__(
        self, folder: Path, without: Collection[str], environment: Environment = None
    ) -> None:
        self.process = Process(
            "stores",
            self._command,
            folder,
            environment=environment,
            is_up=lambda _: len(self._said()) == self._lives,
        )
        self._without = without
        self._lives = 0

    @property
    def urls(self) -> Mapping[str, str]:
        """Return where each store is, once they are up."""
        return self._said()[-1]

    def _command(self, _: int) -> list[str]:
        known = self._said()[-1:]
        self._lives = len(self._said()) + 1
        ports = [
            word
            for urls in known
            for name, url in urls.items()
            for word in (f"--{name}-port", url.rpartition(":")[2].partition("/")[0])
        ]
        left_out = [word for name in self._without for word in ("--without", name)]
        return [sys.executable, "-m", "boxoffice.real.stores", *left_out, *ports]

    def _said(self) -> list[dict[str, str]]:
        lines = self.process.log().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line[0] == "{" and line[-1] == "\n"]
