"""What may be said to redis-py when a client is made: honoured, without meaning here, or refused.

Source: https://redis.readthedocs.io/en/stable/connections.html
"""

import inspect
from collections.abc import Mapping
from typing import Any, Final

import redis.asyncio
from redis.asyncio.connection import AbstractConnection

from boxoffice.net.patience import KEEP_ALIVE_S
from boxoffice.servers.redis.unsupported import not_simulated

SOCKET_TIMEOUT_S: Final = 5  # redis-py's own; the links of a world wait as long

# By the pool, the connection, its encoder and its retry, which are redis-py's own.
_HONOURED: Final = frozenset(
    {
        "db", "decode_responses", "encoder_class", "encoding", "encoding_errors", "host",
        "legacy_responses", "max_connections", "port", "retry", "retry_on_error",
        "retry_on_timeout", "single_connection_client", "socket_timeout", "timeout",
    }
)  # fmt: skip
# Each group with the reason why nothing is to be seen of it in a world.
_WITHOUT_MEANING: Final[Mapping[str, tuple[str, ...]]] = {
    "nobody has to log in": ("credential_provider", "password", "username"),
    "a server that is away is known to be at once": (
        "health_check_interval", "socket_connect_timeout", "socket_keepalive",
        "socket_keepalive_options",
    ),
    "a link has no socket, and answers have one form on it": (
        "path", "protocol", "socket_read_size", "socket_type", "ssl", "unix_socket_path",
    ),
    "nobody is asked who the clients are": (
        "auto_close_connection_pool", "client_name", "driver_info", "lib_name", "lib_version",
    ),
    "a server is maintained by faults alone": (
        "event_dispatcher", "himport_registry", "maint_notifications_config",
        "maint_notifications_pool_handler", "maintenance_notification_hash", "maintenance_state",
        "orig_host_address", "orig_socket_connect_timeout", "orig_socket_timeout",
        "oss_cluster_maint_notifications_handler",
    ),
}  # fmt: skip
_MEANINGLESS: Final = frozenset(name for names in _WITHOUT_MEANING.values() for name in names)
_DROPPED: Final = frozenset({"path", "protocol", "ssl", "unix_socket_path"})
_KNOWN: Final = {
    name: it.default
    for made in (AbstractConnection.__init__, redis.asyncio.Redis.__init__)
    for name, it in inspect.signature(made).parameters.items()
}


def patience_s(options: Mapping[str, Any]) -> float:
    """Return for how many seconds a connection waits for an answer."""
    usual = _KNOWN["socket_timeout"]  # 5 s in redis-py 8, and none before
    said = options.get("socket_timeout", usual)
    return SOCKET_TIMEOUT_S if said == usual else said or KEEP_ALIVE_S


def kept_of(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a connection is to be told of the options of a client or of its pool.

    What redis-py does not know is left in, for redis-py to refuse.  Raises: NotSimulated.
    """
    for name, value in options.items():
        if name in _HONOURED or name in _MEANINGLESS or name.startswith("ssl_"):
            continue
        if name in _KNOWN and value is not None and value is not _KNOWN[name]:
            raise not_simulated(name)
    return {
        name: value
        for name, value in options.items()
        if not name.startswith("ssl_") and name not in _DROPPED
    }
