"""The town in which a story is told: its people, its time, and its services to be tampered with."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from boxoffice.clock import Random
from scenarios.actors import Buyer, Ordered, Person, Seller, Ticket, placed
from scenarios.shop.stage import Stage


class Town:
    """A stage as a storyteller sees it."""

    def __init__(self, stage: Stage, size: int = 0) -> None:
        self.size = size  # of the crowd, in a story that has one
        self._stage = stage
        self._people: dict[str, Person] = {}

    # --- people -------------------------------------------------------------------------------

    def seller(self, name: str) -> Seller:
        """Return the seller of that name."""
        seller: Seller = self._person(name, Seller)
        return seller

    def buyer(self, name: str) -> Buyer:
        """Return the buyer of that name."""
        buyer: Buyer = self._person(name, Buyer)
        return buyer

    def buyers(self, *names: str) -> list[Buyer]:
        """Return buyers by their names."""
        return [self.buyer(name) for name in names]

    def crowd(self, size: int) -> list[Buyer]:
        """Return so many buyers without faces."""
        return [self.buyer(f"Buyer{number:03d}") for number in range(1, size + 1)]

    def _person(self, name: str, role: type[Any]) -> Any:
        if name not in self._people:
            browser = self._stage.browser(name)
            self._people[name] = role(name, browser, self._stage.mail_domain)
        return self._people[name]

    def chance(self, name: str) -> Random:
        """Return a stream of chance of one's own, drawn from the seed."""
        return self._stage.randomness.stream(f"story {name}")

    # --- time ---------------------------------------------------------------------------------

    async def together(self, *deeds: Awaitable[Any]) -> list[Any]:
        """Do several things in the same instant; return what came of each."""
        return list(await asyncio.gather(*deeds))

    async def passes(self, seconds: float = 0.0, *, minutes: float = 0.0) -> None:
        """Let time pass."""
        await self._stage.passes(seconds + 60.0 * minutes)

    async def quiet(self) -> None:
        """Wait until nothing is in motion any more."""
        await self._stage.quiet()

    # --- what is ------------------------------------------------------------------------------

    def holder(self, ticket: Ticket) -> Buyer | None:
        """Return whose order holds a ticket, as tickets has it."""
        order = self._stage.holder_of(ticket.id)
        people = [it for it in self._people.values() if isinstance(it, Buyer)]
        return next((it for it in people if order in [one.id for one in it.orders_placed]), None)

    def status(self, order: Ordered) -> str:
        """Return the status of an order, as orders has it."""
        return self._stage.status_of(placed(order).id)

    def paid_cents(self, order: Ordered) -> int:
        """Return what Stripe has taken for an order and not given back."""
        return self._stage.kept_cents(placed(order).id)

    def letters(self, person: Person) -> list[str]:
        """Return the letters that somebody has got, oldest first."""
        return self._stage.letters_to(person.address)

    # --- tampering ----------------------------------------------------------------------------

    def crash(self, host: str, down_s: float | None = None) -> None:
        """Kill a service or a server; without `down_s` it stays away until told to come back."""
        self._stage.crash(host, down_s)

    def restart(self, host: str) -> None:
        """Let a killed service or server come back."""
        self._stage.restart(host)
