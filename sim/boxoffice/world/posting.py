"""How an event reaches an endpoint: by HTTP over a link, to the service whose it is."""

from typing import TYPE_CHECKING

import httpx

from boxoffice.net.host import Host
from boxoffice.net.network import INTERNET_S, Link
from boxoffice.net.transport import PersonalTransport
from boxoffice.world.endpoint import Endpoint

if TYPE_CHECKING:
    from boxoffice.world.world import World


async def posted(
    world: "World",
    endpoint: Endpoint,
    stripe: Host,
    payload: str,
    headers: dict[str, str],
    within_s: float,
) -> httpx.Response | None:
    """Post what has happened to an endpoint; return its answer, or None where there is none.

    It is waited for `within_s` virtual seconds.
    """

    def link_to(target: Host) -> Link:
        return world.network.link(stripe.life, target, INTERNET_S, within_s)

    transport = PersonalTransport(stripe.name, world.gateway, link_to, endpoint.service)
    address = world.system.address
    async with httpx.AsyncClient(transport=transport, base_url=address, timeout=None) as client:
        try:
            return await client.post(endpoint.path, content=payload, headers=headers)
        except httpx.TransportError:
            return None
