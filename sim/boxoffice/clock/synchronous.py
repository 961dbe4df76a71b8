"""Drivers that wait for their answer: within a world nobody else would get on meanwhile."""

import platform
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

_STRIPE: Final = "stripe without its StripeClient"
_ITS_CLIENT: Final = "use a StripeClient, and its methods that end in _async"


def drivers() -> Iterator[tuple[Any, str, str, str]]:
    """Yield where each of those installed begins to reach out, what it is called, and what to do.

    What stands in for a server inherits from a driver, so a client can be made, but for PyMongo's,
    which reaches out at once.
    """
    with suppress(ImportError):
        from pymongo import MongoClient

        yield MongoClient, "__init__", "pymongo.MongoClient", "use pymongo.AsyncMongoClient"
    with suppress(ImportError):
        from redis.connection import Connection, UnixDomainSocketConnection

        for kind in (Connection, UnixDomainSocketConnection):
            yield kind, "_connect", "redis.Redis", "use redis.asyncio.Redis"
    with suppress(ImportError):
        from httpx import HTTPTransport

        yield HTTPTransport, "handle_request", "httpx.Client", "use httpx.AsyncClient"
    with suppress(ImportError):
        from stripe import HTTPXClient, RequestsClient

        # It tells Stripe of this machine, and Python asks a process for it, but once.
        platform.processor()
        for name in ("request_with_retries", "request_with_retries_async"):
            yield RequestsClient, name, _STRIPE, _ITS_CLIENT
            yield HTTPXClient, name, _STRIPE, _ITS_CLIENT
    with suppress(ImportError):
        from requests import Session

        yield Session, "request", "requests", "use httpx.AsyncClient"
