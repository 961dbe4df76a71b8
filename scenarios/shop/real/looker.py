"""Where a shop on this machine lets somebody look: this one looks at nothing, and changes none."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp

from services.common.clock import Clock
from services.common.mail import Letter


@dataclass(frozen=True, slots=True)
class Place:
    """A shop that is about to open: its broker, its own port, and its clock."""

    nats_url: str
    port: int
    speed: float
    clock: Clock


class Looker:
    """Each method is a place from which something can be seen."""

    @asynccontextmanager
    async def linked(self, nats_url: str, speed: float) -> AsyncIterator[str]:
        """Give the URL at which the services are to connect to the shop's own broker.

        For a broker that somebody has named it is not asked: that may want TLS, or be a cluster.
        """
        yield nats_url

    def heard(self, service: str, said: Mapping[str, Any]) -> None:
        """Hear what a service logs."""

    def posted(self, letter: Letter) -> None:
        """Hear of a letter that was handed over."""

    @asynccontextmanager
    async def before(self, door: ASGIApp, place: Place) -> AsyncIterator[ASGIApp]:
        """Give what answers at the shop's port; `door` leads to the services."""
        yield door

    def let_go(self) -> None:
        """Keep nobody any longer: the shop is about to close."""
