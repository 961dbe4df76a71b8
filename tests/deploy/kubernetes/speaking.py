"""A real NATS server with the users of an installation, and how to speak to it as one of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import nats
import structlog

from boxoffice.real.broker import executable
from boxoffice.real.process import Process
from k8s.users import AUDITOR
from services.common.clock import SystemClock, iso
from services.common.events import TicketCreated, enclose
from services.common.telemetry import Telemetry
from tests.deploy.kubernetes import brokerage
from tests.deploy.kubernetes.documents import Documents
from tests.deploy.kubernetes.secrets import drawn


def server(documents: Documents, folder: Path) -> Process:
    """Return the server of an installation, on ports of this machine that are free."""
    page = brokerage.laid_down(documents, folder)
    for name, port in (("monitor.conf", "8222"), ("cluster.conf", "6222\n")):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace(port, port.replace(port[:4], "-1")))

    def command(port: int) -> list[str | Path]:
        return [executable(), "--config", page, "--addr", "127.0.0.1", "--port", str(port)]

    given = dict(brokerage.variables(documents))
    return Process("nats-server", command, folder, environment=given)


def url(broker: Process, user: str) -> str:
    """Return the URL that the secret holds for a user, with the server where it is here."""
    held = drawn()[brokerage.USERS] | {AUDITOR: drawn()[AUDITOR]["nats"]}
    usual = held.get(user) or f"nats://{user}:{held[f'{user}-password']}@nats:4222"
    return usual.replace("nats:4222", broker.address)


@asynccontextmanager
async def connected(broker: Process, user: str) -> AsyncIterator[tuple[Any, list[str]]]:
    """Connect as a user; give JetStream, and what the server has complained about."""
    violations: list[str] = []

    async def hear(error: Exception) -> None:
        violations.append(str(error))

    client = await nats.connect(
        url(broker, user), inbox_prefix=f"_INBOX.{user}", error_cb=hear, allow_reconnect=False
    )
    try:
        yield client.jetstream(), violations
    finally:
        await client.close()


def telemetry() -> Telemetry:
    return Telemetry("orders", structlog.wrap_logger(None, processors=[_drop]))


def _drop(*_: object) -> Any:
    raise structlog.DropEvent


def event() -> bytes:
    event = TicketCreated(id="t", version=0, title="Front row", price=4_500, user_id="sue")
    enclosed = enclose(event, source="/services/tickets", time=iso(SystemClock().now()))
    return enclosed.model_dump_json().encode()
