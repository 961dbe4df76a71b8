"""The clients of MongoDB and Redis: a URL says where they are and who we are, the rest is ours.

Both drivers take options from a URL's query, and redis-py lets it win.  What the services depend on
(how long they wait, what an answer looks like, what counts as stored) is set here whatever it says.
"""

import warnings
from typing import Any, Final

import pymongo
import redis.asyncio
from redis.asyncio.connection import SSLConnection, parse_url

# In PyMongo keyword arguments win over the URL.
MONGO: Final[dict[str, Any]] = {
    "w": "majority",
    "journal": True,
    "wTimeoutMS": 0,  # the socket's patience is enough
    "readConcernLevel": "local",
    "readPreference": "primary",
    "retryReads": True,
    "retryWrites": True,
    "timeoutMS": None,
    "maxPoolSize": 100,
    "minPoolSize": 0,
    "tz_aware": False,
    "datetime_conversion": "DATETIME",
    "unicode_decode_error_handler": "strict",
}
REDIS: Final[dict[str, Any]] = {
    "decode_responses": False,
    "encoding": "utf-8",
    "encoding_errors": "strict",
    "protocol": 2,
    "legacy_responses": True,
    "socket_keepalive": True,
    "retry": None,  # our loops try again
    "retry_on_timeout": False,
    "retry_on_error": [],
    "health_check_interval": 0,
    "max_connections": 100,
}
_WHERE_AND_WHO: Final = frozenset(
    {"connection_class", "host", "port", "path", "db", "username", "password", "client_name"}
)


def mongo_client(url: str, patience_s: float) -> pymongo.AsyncMongoClient[dict[str, Any]]:
    """Return a client that waits so long for an answer.

    Raises: ValueError, whose words may show the password, also for an option or a file of keys and
    certificates that makes no sense.
    """
    patience_ms = round(patience_s * 1000)
    waits = ("serverSelection", "connect", "socket", "waitQueue")
    patience: dict[str, Any] = {f"{wait}TimeoutMS": patience_ms for wait in waits}
    with warnings.catch_warnings():
        # PyMongo only warns of an option it cannot read, and goes on without: `tls=yes` is no TLS.
        warnings.filterwarnings("error", module=r"pymongo\.uri_parser")
        try:
            return pymongo.AsyncMongoClient(url, **MONGO, **patience)
        except (pymongo.errors.PyMongoError, LookupError, TypeError, OSError, Warning) as error:
            raise ValueError(str(error)) from None


def redis_client(url: str, patience_s: float) -> redis.asyncio.Redis:
    """Return a client that waits so long for an answer.

    Raises: ValueError, also for an option that is neither about where nor about who, and for a file
    of keys and certificates that makes no sense.
    """
    patience = {"socket_timeout": patience_s, "socket_connect_timeout": patience_s}
    ours, asked = REDIS | patience, dict(parse_url(url))
    kept = {name: value for name, value in asked.items() if name not in ours}
    if any(name not in _WHERE_AND_WHO and not name.startswith("ssl_") for name in kept):
        raise ValueError("an option of the URL is not known")
    pool = redis.asyncio.ConnectionPool(**_over_sockets(kept, ours))
    try:
        # Connects nothing, and tells whether the options fit.
        connection = pool.make_connection()  # type: ignore[no-untyped-call]
        if isinstance(connection, SSLConnection):
            connection.ssl_context.get()
    except (TypeError, OSError) as error:
        raise ValueError(str(error)) from None
    return redis.asyncio.Redis.from_pool(pool)


def _over_sockets(kept: dict[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
    if "path" not in kept:
        return kept | ours
    return kept | {name: value for name, value in ours.items() if name != "socket_keepalive"}
