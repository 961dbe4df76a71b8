"""The town in which a story is told: the shop's own words for what there is and who does what.

A world of the shop is one, and so is whatever else a story can be told on.
"""

import asyncio
from collections.abc import Awaitable
from functools import cached_property
from typing import Any

from boxoffice.clock import Random
from scenarios.actors import Buyer, Order, Ordered, Person, Seller, Ticket, placed
from scenarios.shop.stage import Stage


class Town(Stage):
    """A stage as a storyteller sees it."""

    # --- people -------------------------------------------------------------------------------

    def seller(self, name: str) -> Seller:
        """Return the seller of that name."""
        seller: Seller = self.person(name, Seller)
        return seller

    def buyer(self, name: str) -> Buyer:
        """Return the buyer of that name."""
        buyer: Buyer = self.person(name, Buyer)
        return buyer

    def buyers(self, *names: str) -> list[Buyer]:
        """Return buyers by their names."""
        return [self.buyer(name) for name in names]

    def crowd(self, size: int) -> list[Buyer]:
        """Return so many buyers without faces."""
        return [self.buyer(f"Buyer{number:03d}") for number in range(1, size + 1)]

    @cached_property
    def _persons(self) -> dict[str, Person]:
        return {}

    def person(self, name: str, role: type[Any]) -> Any:
        """Return the person of that name, who has this role from the first time on."""
        if name not in self._persons:
            self._persons[name] = role(name, self.client(name), self.mail_domain)
        return self._persons[name]

    def chance(self, name: str) -> Random:
        """Return a stream of chance of one's own, drawn from the seed."""
        return self.randomness.stream(f"story {name}")

    async def together(self, *deeds: Awaitable[Any]) -> list[Any]:
        """Do several things in the same instant; return what came of each."""
        return list(await asyncio.gather(*deeds))

    # --- what is ------------------------------------------------------------------------------

    def holder(self, ticket: Ticket) -> Buyer | None:
        """Return whose order holds a ticket, as tickets has it."""
        order = self.holder_of(ticket.id)
        return next(
            (it for it in self._buyers() if order in [one.id for one in it.orders_placed]), None
        )

    def orders_placed(self) -> list[Order]:
        """Return the orders of all, each buyer's in the order in which they were placed."""
        return [order for buyer in self._buyers() for order in buyer.orders_placed]

    def status(self, order: Ordered) -> str:
        """Return the status of an order, as orders has it."""
        return self.status_of(placed(order).id)

    def paid_cents(self, order: Ordered) -> int:
        """Return what Stripe has taken for an order and not given back."""
        return self.kept_cents(placed(order).id)

    def letters(self, person: Person) -> list[str]:
        """Return the letters that somebody has got, oldest first."""
        return self.letters_to(person.address)

    def _buyers(self) -> list[Buyer]:
        return [it for it in self._persons.values() if isinstance(it, Buyer)]
