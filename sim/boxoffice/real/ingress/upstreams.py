"""Which instances of a service are sent requests: those that say that they are ready.

In a cluster the kubelet asks, and the ingress is told.  An instance is out when it has failed to
say so twice, and at once when it says that it drains: a cluster takes a pod out before it tells it
to end, and here nobody else tells.
"""

import asyncio
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import httpx

PERIOD_S: Final = 0.25  # much less than an instance that drains should linger
FAILURES: Final = 2
DRAINING: Final = "draining"  # in the answer of one that will end
PROBE_S: Final = 5.0


class Upstream:
    """One instance."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.url = httpx.URL(url)
        self.is_in = False
        self._failures = 0

    async def probe(self, client: httpx.AsyncClient) -> None:
        """Ask whether it is ready."""
        try:
            answer = await client.get(self.url.join("/readyz"), timeout=PROBE_S)
            ready, leaving = answer.status_code == 200, DRAINING in answer.text
        except httpx.TransportError:
            ready, leaving = False, False
        self._failures = 0 if ready else self._failures + 1
        if ready or leaving or self._failures >= FAILURES:
            self.is_in = ready


class Upstreams:
    """The instances of each service."""

    def __init__(self, urls: Mapping[str, Mapping[str, str]]) -> None:
        self._services = {
            service: [Upstream(name, url) for name, url in instances.items()]
            for service, instances in urls.items()
        }
        self._turns = itertools.count()

    async def watch(self, client: httpx.AsyncClient) -> None:
        """Ask all of them for ever."""
        await asyncio.gather(*(_watch(each, client) for each in self._all()))

    async def look(self, client: httpx.AsyncClient) -> None:
        """Ask all of them once."""
        await asyncio.gather(*(each.probe(client) for each in self._all()))

    def in_turn(self, service: str) -> Sequence[Upstream]:
        """Return who may serve the next request, in the order in which to try them."""
        found = [each for each in self._services[service] if each.is_in]
        first = next(self._turns) % len(found) if found else 0
        return [*found[first:], *found[:first]]

    def names(self) -> Mapping[str, Sequence[str]]:
        """Return who is sent requests, by service."""
        return {
            service: [each.name for each in instances if each.is_in]
            for service, instances in self._services.items()
        }

    def _all(self) -> Iterator[Upstream]:
        return itertools.chain.from_iterable(self._services.values())


async def _watch(upstream: Upstream, client: httpx.AsyncClient) -> None:
    while True:
        await asyncio.sleep(PERIOD_S)
        await upstream.probe(client)
