"""Where people are on the internet: each at an address of their own, as a proxy would see it.

Every other one has IPv6, and with it more addresses than anybody can count: each request comes from
another of them, all in one network.
"""

from ipaddress import IPv4Address, IPv6Address
from typing import Final

# Set apart for tests of networks, and in no private range.
# Source: RFC 2544, appendix C.2.2; RFC 5180, section 8
FIRST: Final = IPv4Address("198.18.0.0")
FIRST_OF_6: Final = IPv6Address("2001:2::")
SITE: Final = 2**64  # addresses that whoever has IPv6 may choose among.  Source: RFC 6177


class Addresses:
    """Gives out addresses in the order in which people first say something."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}
        self._chosen: dict[str, int] = {}

    def of(self, person: str) -> str:
        """Return where somebody is now.

        >>> addresses = Addresses()
        >>> [addresses.of(it) for it in ("Ann", "Ben", "Ann", "Ben")]
        ['198.18.0.1', '2001:2:0:2::1', '198.18.0.1', '2001:2:0:2::2']
        """
        number = self._given.setdefault(person, len(self._given) + 1)
        if number % 2:
            return str(FIRST + number)
        self._chosen[person] = self._chosen.get(person, 0) + 1
        return str(FIRST_OF_6 + number * SITE + self._chosen[person])
