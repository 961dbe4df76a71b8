"""The real drivers, from the settings.

Making one connects nothing, and a server that is away keeps no process from starting: each driver
tries again for as long as it takes.  Every wait for an answer ends, after about five seconds.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import pymongo
import redis.asyncio
import stripe

from services.common.clock import SystemClock
from services.common.drivers import Drivers
from services.common.ids import SystemIds
from services.common.mail import sender
from services.common.settings import NEEDED, BadSetting, Settings
from services.common.smtp import SmtpMail, mail_server
from services.common.spans import UNRECORDED, Spans
from services.common.steady_nats import SteadyNats
from services.common.stores import mongo_client, redis_client
from services.common.stripe_client import stripe_client

ANSWER_TIMEOUT_S: Final = 5
STRIPE_TIMEOUT_S: Final = 10.0
RECONNECT_S: Final = 1
PING_S: Final = 5  # a broker that says nothing for three of these is gone
INBOX: Final = "_INBOX"  # NATS' own word, in front of a service's name: nobody else need read there
_log = logging.getLogger("nats")


@dataclass
class Connections:
    """The drivers of one service, and how to let go of them."""

    drivers: Drivers
    open: list[Callable[[], Awaitable[object]]] = field(default_factory=list)
    close: list[Callable[[], Awaitable[object]]] = field(default_factory=list)


def connections(service: str, settings: Settings, log: Any) -> Connections:
    """Make what `service` needs to reach its servers.  Raises: BadSetting."""
    made = Connections(Drivers(settings, SystemClock(), SystemIds(), log))
    given: dict[str, Any] = {"spans": _spans(service, settings, made)}
    needed = NEEDED[service]
    if "MONGO_URL" in needed:
        given["database"] = _mongo(settings, made)[service]
    if "NATS_URL" in needed:
        given["nats"] = _nats(service, settings, made)
    if "REDIS_URL" in needed:
        given["redis"] = _redis(settings, made)
    if "STRIPE_KEY" in needed:
        given["stripe"] = _stripe(settings, made)
    if "SMTP_URL" in needed:
        given["mail"] = _mail(settings)
    made.drivers = Drivers(settings, SystemClock(), SystemIds(), log, **given)
    return made


def _mongo(settings: Settings, made: Connections) -> pymongo.AsyncMongoClient[dict[str, Any]]:
    try:
        client = mongo_client(settings.mongo_url.get_secret_value(), ANSWER_TIMEOUT_S)
    except ValueError:  # its words may show the password
        raise BadSetting(
            "MONGO_URL is bad: not a MongoDB URL, or with an option or a file that cannot be read"
        ) from None
    made.close.append(client.close)
    return client


def _nats(service: str, settings: Settings, made: Connections) -> SteadyNats:
    url = settings.nats_url.get_secret_value()
    servers = [each.strip() for each in url.split(",")]
    client = SteadyNats()

    async def connect() -> None:
        await client.connect(
            servers,
            name=service,
            inbox_prefix=f"{INBOX}.{service}",
            max_reconnect_attempts=-1,
            reconnect_time_wait=RECONNECT_S,
            connect_timeout=ANSWER_TIMEOUT_S,
            ping_interval=PING_S,
            error_cb=_say,
        )

    made.open.append(connect)
    made.close.append(client.close)
    return client


async def _say(error: Exception) -> None:
    _log.warning("%s: %s", type(error).__name__, error)


def _redis(settings: Settings, made: Connections) -> redis.asyncio.Redis:
    try:
        client = redis_client(settings.redis_url.get_secret_value(), ANSWER_TIMEOUT_S)
    except ValueError:
        raise BadSetting(
            "REDIS_URL is bad: not a Redis URL, or with an option or a file that cannot be read"
        ) from None
    made.close.append(client.aclose)
    return client


def _stripe(settings: Settings, made: Connections) -> stripe.StripeClient:
    transport = stripe.HTTPXClient(timeout=STRIPE_TIMEOUT_S)
    made.close.append(transport.close_async)
    return stripe_client(
        settings.stripe_key.get_secret_value(), transport, settings.stripe_api_base
    )


def _mail(settings: Settings) -> SmtpMail:
    try:
        server = mail_server(settings.smtp_url.get_secret_value())
    except ValueError as error:
        raise BadSetting(f"SMTP_URL is bad: {error}") from None
    return SmtpMail(server, sender(settings.mail_sender), SystemClock(), SystemIds())


def _spans(service: str, settings: Settings, made: Connections) -> Spans:
    if not settings.exports_spans:
        return UNRECORDED
    endpoint = _collector(settings)
    try:
        # An optional extra: whoever has no collector need not have OpenTelemetry.
        from services.common.otel import exported
    except ImportError:
        raise BadSetting(
            "OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_TRACES_EXPORTER is set, but OpenTelemetry is "
            "not installed: pip install 'boxoffice-shop[otel]'"
        ) from None
    try:
        spans = exported(service, endpoint, SystemClock(), SystemIds())
    except ValueError:
        raise BadSetting(
            "one of OTEL_BSP_* or OTEL_EXPORTER_OTLP_* is bad: OpenTelemetry refuses it"
        ) from None
    made.close.append(spans.close)
    return spans


def _collector(settings: Settings) -> str:
    if whole := settings.otel_exporter_otlp_traces_endpoint:
        return whole
    url = settings.otel_exporter_otlp_endpoint or "http://localhost:4318"
    return f"{url.removesuffix('/')}/v1/traces"
