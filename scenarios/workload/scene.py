"""What the people of a storm know of each other: seats, and whose order is for which."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from scenarios.actors import Order, Ticket
from scenarios.workload.patron import Patron

if TYPE_CHECKING:
    from boxoffice import Deed
    from scenarios.town import Town


class Scene:
    """One storm while it is played.

    A seat is known by its title.  Whoever wants one that somebody will list waits for that; one
    that nobody lists is None.
    """

    def __init__(self, town: "Town", deeds: "Iterable[Deed]") -> None:
        self.town = town
        self.prices: dict[str, set[float]] = {}  # that a seat may have, by title
        self.names: dict[str, set[str]] = {}  # that a seat may have beside its title
        self.payments: dict[str, str] = {}  # of an order, as it was first answered
        self.signed_up: dict[str, str] = {}  # by address
        self._once: set[tuple[str, str]] = set()  # who has done what is counted for a while
        self.signed_in_at: set[tuple[str, str]] = set()  # who has, beside their browser, and where
        listed = [deed.what["seat"] for deed in deeds if deed.does == "lists"]
        self._seats = {title: asyncio.get_running_loop().create_future() for title in listed}

    @property
    def titles(self) -> list[str]:
        """The seats that somebody lists, or has listed."""
        return [*self._seats]

    def now_s(self) -> float:
        """Return the time, in seconds."""
        return asyncio.get_running_loop().time()

    def patron(self, name: str) -> Patron:
        """Return the person of that name."""
        found: Patron = self.town.person(name, Patron)
        return found

    def listed(self, title: str, ticket: Ticket | None) -> None:
        """Tell all who wait for a seat; None, if it could not be listed."""
        if not self._seats[title].done():
            self._seats[title].set_result(ticket)

    async def seat(self, title: str) -> Ticket | None:
        """Return a seat once it is listed."""
        found: Ticket | None = await self._seats[title] if title in self._seats else None
        return found

    def order(self, who: str, title: str) -> Order | None:
        """Return the latest order of somebody for a seat, if there is one."""
        mine = [it for it in self.patron(who).orders_placed if it.ticket.title == title]
        return mine[-1] if mine else None

    def is_first(self, who: str, what: str) -> bool:
        """Tell whether somebody has not done that before, which would be counted still."""
        is_first = (who, what) not in self._once
        self._once.add((who, what))
        return is_first

    def has_done(self, who: str, what: str) -> bool:
        """Tell whether somebody has done that, or is doing it."""
        return (who, what) in self._once

    def asked_for(self, title: str, price: str | float) -> None:
        """Take down that a seat may have this price from now on."""
        self.prices.setdefault(title, set()).add(float(price))
