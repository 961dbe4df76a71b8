"""What nats-py has and the fake has not, each with what to do instead."""

from typing import Any, Final, NoReturn

from nats.aio.client import Client

from boxoffice.errors import NotSimulated

_ONE_SERVER: Final = "there is one server, and its links fail by faults"
_OTHERWISE: Final = "put it behind a function of your own, or test it on a real server"
INSTEAD: Final = {
    "account_info": "its limits are in the stream's and the consumer's configuration",
    "force_reconnect": _ONE_SERVER,
    "pause_consumer": "stop fetching",
    "publish_async": "use publish, several at once with asyncio.gather",
    "publish_async_completed": "use publish",
    "reset_consumer": "delete it, and make it anew",
    "resume_consumer": "stop fetching, and fetch again",
    "server_pool": _ONE_SERVER,
    "set_server_pool": _ONE_SERVER,
}


def not_simulated(kind: str, name: str) -> NotSimulated:
    """Return the error for what `kind`, a class of nats-py's, has under this name."""
    return NotSimulated(f"{kind}.{name}", INSTEAD.get(name, _OTHERWISE))


def refuse_attribute(name: str) -> NoReturn:
    """Answer for what a connection has not.  Raises: NotSimulated, AttributeError."""
    if not name.startswith("_") and hasattr(Client, name):
        raise not_simulated("NATS", name)
    raise AttributeError(f"'NATS' object has no attribute {name!r}")


def refusing(name: str) -> Any:
    """Return a method of a JetStream context that is not simulated."""

    async def refused(self: Any, *_: Any, **__: Any) -> NoReturn:
        raise not_simulated("JetStreamContext", name)

    return refused
