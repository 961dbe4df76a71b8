"""What the manifests have to agree with, asked of the code itself."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import httpx
from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

from scenarios.shop.system import ADDRESS, ROUTES
from services.__main__ import _parser
from services.assembly import NAMES, assemble_of
from services.common.connect import connections
from services.common.messaging import STREAM, Consumer
from services.common.process import tell_of_process
from services.common.run import PATIENCE_S
from services.common.service import Service
from services.common.settings import NEEDED, Settings, read
from services.common.telemetry import MEASURES, Telemetry

T = TypeVar("T")

SERVICES: Final = NAMES
PORT: Final[int] = _parser().get_default("port")
SETTINGS: Final = frozenset(name.upper() for name in Settings.model_fields)
SECRETS: Final = ("JWT_KEY", "SALT_FACTORY", "STRIPE_KEY")  # those of the original shop
DRAIN_S: Final = PATIENCE_S
NAMESPACE: Final = "boxoffice"
HOST: Final = urlsplit(ADDRESS).hostname or ""
SUFFIXES: Final[Mapping[str, Sequence[str]]] = {
    "counter": ("_total",),
    "histogram": ("_bucket", "_count", "_sum"),
    "summary": ("_count", "_sum"),
}
# Good enough to read the settings and to put a service together, which connects nothing.
PLAUSIBLE: Final = {
    "JWT_KEY": "plausible " * 4,
    "SALT_FACTORY": "12",
    "STRIPE_KEY": "plausible",
    "MONGO_URL": "mongodb://127.0.0.1:1",
    "NATS_URL": "nats://127.0.0.1:1",
    "REDIS_URL": "redis://127.0.0.1:1",
    "SMTP_URL": "smtp://127.0.0.1:1",
}

__all__ = ["NEEDED", "ROUTES", "STREAM", "read"]


@cache
def answer(service: str, path: str) -> int:
    """Return the status of a GET while every server that the service needs is away."""

    async def ask(assembled: Service) -> int:
        transport = httpx.ASGITransport(assembled.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://pod") as client:
            return (await client.get(path)).status_code

    return asyncio.run(_with(service, ask))


@cache
def durables() -> Mapping[str, str]:
    """Return the name of the durable consumer of each service that has one."""

    async def ask(assembled: Service) -> list[str]:
        behind = (getattr(loop, "__self__", None) for loop in assembled._loops)
        consumers = (each for each in behind if isinstance(each, Consumer))
        return [str(each._config().durable_name) for each in consumers]

    asked = {service: asyncio.run(_with(service, ask)) for service in SERVICES}
    return {service: names[0] for service, names in asked.items() if names}


async def _with(service: str, ask: Callable[[Service], Awaitable[T]]) -> T:
    """Put a service together, which connects nothing, and let go of it again."""
    made = connections(service, read(service, PLAUSIBLE), _Silence())
    try:
        return await ask(assemble_of(service)(made.drivers))
    finally:
        for close in made.close:
            with suppress(Exception):  # what never connected need not be closed
                await close()


class _Silence:
    def __init__(self, *_: object, **__: object) -> None: ...

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: None


@cache
def metrics() -> Mapping[str, frozenset[str]]:
    """Return each metric that a service shows, with the names of its labels."""
    shown: dict[str, frozenset[str]] = {f"boxoffice_{name}": frozenset() for name in MEASURES}
    for collector in vars(Telemetry("orders", _Silence())).values():
        if isinstance(collector, MetricWrapperBase):
            family = next(iter(collector.describe()))
            for suffix in SUFFIXES.get(family.type, ("",)):
                shown[family.name + suffix] = frozenset(collector._labelnames)
    registry = CollectorRegistry()
    tell_of_process(registry)
    for told in (sample for family in registry.collect() for sample in family.samples):
        shown[told.name] = frozenset(told.labels)
    return shown
