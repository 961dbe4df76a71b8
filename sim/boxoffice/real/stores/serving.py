"""The three servers of one process."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from boxoffice.real.clock import SystemClock
from boxoffice.real.stores.mongo import serve_mongo
from boxoffice.real.stores.redis import serve_redis
from boxoffice.real.stores.stripe import serve_stripe

HOST: Final = "127.0.0.1"
STORES: Final = ("mongo", "redis", "stripe")


@asynccontextmanager
async def stores(ports: Mapping[str, int]) -> AsyncIterator[dict[str, str]]:
    """Serve those of `STORES` that have a port, 0 for any free one; give their URLs.

    They forget everything when the context is left.  Raises: OSError.
    """
    async with AsyncExitStack() as stack:
        urls: dict[str, str] = {}
        if "mongo" in ports:
            serving = serve_mongo(HOST, ports["mongo"], SystemClock())
            urls["mongo"] = await stack.enter_async_context(serving)
        if "redis" in ports:
            urls["redis"] = await stack.enter_async_context(serve_redis(HOST, ports["redis"]))
        if "stripe" in ports:
            urls["stripe"] = await stack.enter_async_context(serve_stripe(HOST, ports["stripe"]))
        yield urls
