"""Which client a request comes from: what failures are counted by where nobody is known.

The peer of the connection is sure.  What it says of others is believed only of a proxy that a
setting trusts, read from the right: whatever stands further left, the client may have written.
Source: https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Forwarded-For
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from starlette.requests import HTTPConnection

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

FORWARDED: Final = "x-forwarded-for"
UNKNOWN: Final = "unknown"  # a peer without an address: all of them are one client
ONE_SITE: Final = 64  # bits of an IPv6 address; the rest is free to whoever has them: RFC 6177


class Clients:
    """Tells clients apart; `trusted` are the networks of the proxies in front."""

    def __init__(self, trusted: Sequence[Network]) -> None:
        self._trusted = trusted

    def of(self, request: HTTPConnection) -> str:
        """Return the client of a request: an IPv4 address, or a network of IPv6."""
        peer = _address(request.client.host) if request.client else None
        if peer is None:
            return UNKNOWN
        client = self._behind(peer, request.headers.getlist(FORWARDED))
        site = ONE_SITE if client.version == 6 else client.max_prefixlen
        return str(ip_network((client, site), strict=False))

    def _behind(self, nearest: Address, lines: Sequence[str]) -> Address:
        for text in reversed(",".join(lines).split(",")):
            told = _address(text) if self._trusts(nearest) else None
            if told is None:  # a client; or a proxy that says nothing that can be read
                break
            nearest = told
        return nearest

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def _address(text: str) -> Address | None:
    """Read an address as proxies write it, with a port or without.

    >>> [str(_address(text)) for text in ("192.0.2.1:443", "[2001:db8::1]:443", "::ffff:192.0.2.1")]
    ['192.0.2.1', '2001:db8::1', '192.0.2.1']
    """
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
