"""Where people are on the internet: each at an address of their own, as a proxy would see it."""

from ipaddress import IPv4Address
from typing import Final

# Set apart for tests of networks, and in no private range.  Source: RFC 2544, appendix C.2.2
FIRST: Final = IPv4Address("198.18.0.0")


class Addresses:
    """Gives out addresses in the order in which people first say something."""

    def __init__(self) -> None:
        self._given: dict[str, str] = {}

    def of(self, person: str) -> str:
        """Return where somebody is."""
        return self._given.setdefault(person, str(FIRST + 1 + len(self._given)))
