"""Whether services are ready, as their own probes say."""

import asyncio
from collections.abc import Mapping
from typing import Final

import httpx

PROBE_S: Final = 5.0  # a probe of a server that is away takes two
NO_ANSWER: Final = "no answer"


async def reasons(client: httpx.AsyncClient, urls: Mapping[str, str]) -> dict[str, str]:
    """Ask each of `urls` (name → URL) at once; return why those that are not ready are not."""
    said = await asyncio.gather(*(_reason(client, url) for url in urls.values()))
    return {name: why for name, why in zip(urls, said, strict=True) if why}


async def _reason(client: httpx.AsyncClient, url: str) -> str:
    try:
        answer = await client.get(f"{url}/readyz", timeout=PROBE_S)
        if answer.status_code == 200:
            return ""
        message = answer.json()["errors"][0]["message"]
    except (httpx.TransportError, ValueError, LookupError, TypeError):
        return NO_ANSWER
    return str(message).removeprefix("Not ready: ")
