"""What a service is handed: the servers it talks to, the clock, and its settings.

These are the drivers' own clients.  Whoever assembles a service decides whether a real server or a
fake one stands behind them; the service cannot tell.
"""

from dataclasses import dataclass
from typing import Any, Final

from nats.aio.client import Client as Nats
from pymongo.asynchronous.database import AsyncDatabase
from redis.asyncio import Redis
from stripe import StripeClient

from services.common.clock import Clock
from services.common.durable import durable
from services.common.ids import Ids
from services.common.mail import Mail
from services.common.settings import Settings
from services.common.spans import UNRECORDED, Spans

_NOT_HANDED: Final[Any] = None


@dataclass(frozen=True)
class Drivers:
    """Everyone gets the first four; of the servers, each service gets those that it talks to."""

    settings: Settings
    clock: Clock
    ids: Ids
    log: Any  # a structlog logger
    database: AsyncDatabase[dict[str, Any]] = _NOT_HANDED
    nats: Nats = _NOT_HANDED
    redis: Redis = _NOT_HANDED
    stripe: StripeClient = _NOT_HANDED
    mail: Mail = _NOT_HANDED
    spans: Spans = UNRECORDED

    def __post_init__(self) -> None:
        # Here, since whoever hands it over cannot forget it.
        if self.database is not _NOT_HANDED:
            object.__setattr__(self, "database", durable(self.database))
