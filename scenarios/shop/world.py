"""The world of the shop, in virtual time: a stage for its stories."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import simpy
from nats.js import JetStreamContext

from boxoffice import World as AnyWorld
from boxoffice.clock import as_datetime
from boxoffice.faults import Fault
from boxoffice.world import ServiceHost
from scenarios.shop import life
from scenarios.shop.debris import DEBRIS, STRAYS, document_of, message_of
from scenarios.shop.life import SETTINGS
from scenarios.shop.mailbox import Mailbox
from scenarios.shop.stage import BY_HAND
from scenarios.shop.system import SHOP
from scenarios.town import Town
from services.common.clock import iso
from services.common.drivers import Drivers
from services.common.settings import Settings


class World(AnyWorld, Town):
    """Five services, the servers they need, the people outside, and what goes wrong."""

    def __init__(
        self,
        seed: int = 0,
        faults: Sequence[Fault] = (),
        replicas: int = 1,
        settings: Settings = SETTINGS,
        env: simpy.Environment | None = None,
        rolled_out: Settings | None = None,
    ) -> None:
        super().__init__(SHOP, seed, faults, replicas, env)
        self.settings = settings
        self.rolled_out = rolled_out
        self._first_lives: dict[str, object] = {}
        self.mail_domain = "example.com"

    def drivers(self, host: ServiceHost) -> Drivers:
        """Return drivers as a service has them, for the present life of its host."""
        return life.drivers(self.drivers_of(host))

    def settings_of(self, host: str) -> Settings:
        """Return what the present life of a host was configured with.

        Whoever comes up again has what was rolled out meanwhile.
        """
        life = self.hosts[host].life
        is_first = self._first_lives.setdefault(host, life) is life
        return self.settings if is_first or self.rolled_out is None else self.rolled_out

    @property
    def mailbox(self) -> Mailbox:
        """All letters that have come."""
        found: Mailbox = self.backends.own["mail"]
        return found

    @asynccontextmanager
    async def jetstream(self, operator: str) -> AsyncIterator[JetStreamContext]:
        """Connect to NATS from an operator's machine, which may do there what expiration may."""
        host = ServiceHost(operator, "expiration", self.loop)
        connection = self.drivers_of(host).nats
        try:
            yield connection.jetstream()
        finally:
            await connection.close()

    # --- as a stage ---------------------------------------------------------------------------

    def holder_of(self, ticket: str) -> str | None:
        """Return the order that holds a ticket, as tickets has it."""
        document = self.backends.mongo["tickets-db"].find_by_id("tickets", "tickets", ticket)
        return (document or {}).get("holder")

    def status_of(self, order: str) -> str:
        """Return the status of an order, as orders has it."""
        document = self.backends.mongo["orders-db"].find_by_id("orders", "orders", order)
        return str((document or {}).get("status"))

    def letters_to(self, address: str) -> list[str]:
        """Return the text of each letter that has come to an address, oldest first."""
        return [letter.text for letter in self.mailbox.to(address)]

    def kept_cents(self, order: str) -> int:
        """Return what Stripe has taken for an order and not given back."""
        return sum(it["amount"] - it["amount_refunded"] for it in self._charges_for(order))

    def give_back(self, order: str) -> None:
        """Give back what Stripe has taken for an order, by hand, as on its own pages."""
        for charge in self._charges_for(order):
            if not charge["refunded"]:
                form = {"charge": charge["id"], "metadata[order_id]": order}
                form[f"metadata[{BY_HAND}]"] = "yes"
                self.backends.stripe.handle("post", "/v1/refunds", form, None)

    def leave_debris(self, what: str) -> None:
        """Put what nobody can read where it is in the way of `what`, by hand."""
        if what in STRAYS:
            message = message_of(what, iso(as_datetime(self.backends.now_s())))
            self.backends.nats.publish(what, json.dumps(message).encode(), {})
            return
        one = DEBRIS[what]
        store, document = self.backends.mongo[f"{one.service}-db"], document_of(what)
        if store.find_by_id(one.service, one.collection, document["_id"]) is None:
            store.put(one.service, one.collection, document)

    def _charges_for(self, order: str) -> list[dict[str, Any]]:
        charges = self.backends.stripe.charges.values()
        paid = (it for it in charges if it["status"] == "succeeded")  # declined ones are listed too
        return [it for it in paid if it["metadata"].get("order_id") == order]
