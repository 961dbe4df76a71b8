"""What may be said to nats-py when it connects: honoured, without meaning here, or refused.

Source: https://nats-io.github.io/nats.py/modules.html
"""

import inspect
from collections.abc import Mapping
from typing import Any, Final

from nats.aio.client import Client
from nats.errors import NoServersError

from boxoffice.servers.jetstream.unsupported import not_simulated

_HONOURED: Final = frozenset(
    {
        "allow_reconnect", "closed_cb", "disconnected_cb", "error_cb", "inbox_prefix",
        "max_reconnect_attempts", "reconnect_time_wait", "reconnected_cb", "servers",
    }
)  # fmt: skip
# Each group with the reason why nothing is to be seen of it in a world.
_WITHOUT_MEANING: Final[Mapping[str, tuple[str, ...]]] = {
    "nobody has to log in": (
        "nkeys_seed", "nkeys_seed_str", "password", "signature_cb", "token", "user",
        "user_credentials", "user_jwt_cb",
    ),
    "a link is not encrypted, and has no headers of its own": (
        "tls", "tls_handshake_first", "tls_hostname", "ws_connection_headers",
    ),
    "a server that is away is known to be at the next call": (
        "connect_timeout", "max_outstanding_pings", "ping_interval",
    ),
    "there is one server, which never announces its end": (
        "discovered_server_cb", "dont_randomize", "lame_duck_mode_cb",
    ),
    "what is sent leaves at once": (
        "drain_timeout", "flush_timeout", "flusher_queue_size", "pending_size",
    ),
    "it is told in no answer": ("name", "pedantic", "verbose"),
}  # fmt: skip
_MEANINGLESS: Final = frozenset(name for names in _WITHOUT_MEANING.values() for name in names)
_SIGNATURE: Final = inspect.signature(Client.connect)
KNOWN: Final = {name: it.default for name, it in _SIGNATURE.parameters.items()}


def client_servers_and_options(
    arguments: tuple[Any, ...], named: Mapping[str, Any]
) -> tuple[Any, Any, dict[str, Any]]:
    """Return what `connect` was called with; it gives up after as many attempts as nats-py.

    Raises: TypeError, as that does.
    """
    made = dict(_SIGNATURE.bind(*arguments, **named).arguments)
    client, servers = made.pop("self"), made.pop("servers", KNOWN["servers"])
    return client, servers, {"max_reconnect_attempts": KNOWN["max_reconnect_attempts"], **made}


def first_of(servers: Any) -> Any:
    """Return the first of the URLs that `connect` was given, as long as nats-py takes them.

    Raises: nats.errors.Error, as that does: also NoServersError, for an empty list.
    """
    asked = Client()
    asked._setup_server_pool(servers)  # what is wrong with a URL is nats-py's to say
    if not asked._server_pool:
        raise NoServersError
    return servers[0] if isinstance(servers, list) else servers


def check(options: Mapping[str, Any]) -> None:
    """Let pass what a connection can be told.

    Raises: NotSimulated for what would change what it does, TypeError for what nats-py does not
    know.
    """
    for name, value in options.items():
        if name not in KNOWN:
            raise TypeError(f"connect() got an unexpected keyword argument {name!r}")
        if name not in _HONOURED and name not in _MEANINGLESS and value != KNOWN[name]:
            raise not_simulated("NATS.connect", name)
