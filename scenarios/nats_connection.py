"""A connection to the shop's NATS, for as long as one command of an operator takes."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import unquote, urlsplit

import nats.errors
from nats.js import JetStreamContext
from nats.js.errors import APIError, NotFoundError

from scenarios.unknown import Unknown
from services.common.connect import INBOX
from services.common.messaging import STREAM
from services.common.steady_nats import SteadyNats

SCHEMES: Final = ("nats", "tls")  # ws and wss need aiohttp, which is not installed
ANSWER_TIMEOUT_S: Final = 5
PAUSE_S: Final = 1  # between two tries
NOT_ALLOWED: Final = "permissions violation"
IS_TOKEN: Final = re.compile(r"[\w-]+").fullmatch


@asynccontextmanager
async def connected(url: str, wait_s: int = 0) -> AsyncIterator[JetStreamContext]:
    """Connect for as long as the block takes; a server that cannot be reached is tried for longer.

    Raises: Unknown, in one line without the password, also for what goes wrong in the block.
    """
    servers = [each.strip() for each in url.split(",")]
    places = ", ".join(map(_place, servers))
    client = SteadyNats()
    refused: list[str] = []

    async def listen(complaint: Exception) -> None:
        """Whatever matters is raised as well, but for what a user may not do: that times out."""
        if NOT_ALLOWED in str(complaint).lower():
            refused.append(" ".join(str(complaint).split()))

    try:
        await client.connect(
            servers,
            name="boxoffice",
            inbox_prefix=_inbox(servers[0]),
            allow_reconnect=False,
            max_reconnect_attempts=1 + wait_s,  # counted at the first connection too
            reconnect_time_wait=PAUSE_S if wait_s else 0,
            connect_timeout=ANSWER_TIMEOUT_S,
            error_cb=listen,
        )
        yield client.jetstream(timeout=ANSWER_TIMEOUT_S)
    except NotFoundError:
        raise Unknown(f"NATS at {places} has no stream {STREAM}: has a service run yet?") from None
    except APIError as refusal:
        said = refusal.description or "JetStream is not switched on there"
        raise Unknown(f"NATS at {places} refuses: {said}") from None
    except (nats.errors.Error, OSError, TimeoutError) as error:
        if refused:
            raise Unknown(f"NATS at {places} refuses this user: {refused[-1]}") from None
        said = " ".join(str(error).split()) or type(error).__name__
        raise Unknown(f"NATS at {places} cannot be reached: {said}") from None
    finally:
        await client.close()


def _place(url: str) -> str:
    # Only host and port are ever shown.
    try:
        parts = urlsplit(url)
        if parts.scheme in SCHEMES and parts.hostname and parts.port != 0:
            return f"{parts.hostname}:{parts.port or 4222}"
    except ValueError:
        pass
    raise Unknown(f"--nats or NATS_URL is bad: not a URL with {' or '.join(SCHEMES)}")


def _inbox(url: str) -> str:
    # A user who may not do all may read answers to itself alone (k8s/users.py).
    user = unquote(urlsplit(url).username or "")
    return f"{INBOX}.{user}" if IS_TOKEN(user) else INBOX
