"""A shop of processes as a stage."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any, Final

import httpx
import pymongo
import stripe
from nats.js import JetStreamContext
from stripe.params import RefundCreateParams

from boxoffice import Deed
from boxoffice.clock import Randomness
from boxoffice.trace import Trace, TraceEvent
from boxoffice.world import Faults
from scenarios.nats_connection import connected
from scenarios.shop.outside.calm import quiet
from scenarios.shop.outside.witness import Witness
from scenarios.shop.real.shop import ProcessShop
from scenarios.shop.stage import BY_HAND, CannotBeTold
from scenarios.shop.system import service_for
from scenarios.shop.targets.browsers import Browsers, Place
from scenarios.shop.targets.decisions import decisions
from scenarios.town import Town
from services.common.stripe_client import stripe_client

ADDRESS: Final = "http://127.0.0.1"  # cookies are kept for it; which port answers is decided later
# An acknowledgement, a lease and a growing delay may each take 30 s, and real minutes are dear.
QUIET_S: Final = 120.0
PAGE: Final = 100  # the most that Stripe gives at once


class ShopStage(Town):
    """Real processes, asked over HTTP; the servers behind them are looked at, never touched.

    The story's clock runs `speed` times as fast as the machine's.
    """

    mail_domain = "example.com"
    size = 0
    deeds: Sequence[Deed] = ()

    def __init__(
        self,
        shop: ProcessShop,
        seen: Witness,
        faults: Faults,
        seed: int,
        trace: Trace,
        speed: float,
    ) -> None:
        self.shop = shop
        self.witness = seen
        self.faults = faults
        self.randomness = Randomness(seed)
        self.browsers = Browsers(trace, self._places)
        self._speed = speed
        self._people: dict[tuple[str, str | None], httpx.AsyncClient] = {}
        self._returning: set[asyncio.Task[None]] = set()
        self._turns = 0
        self._stores: Any = pymongo.MongoClient(shop.mongo_url)
        self._transport = stripe.HTTPXClient(allow_sync_methods=True)
        self._stripe = stripe_client("sk_test_witness", self._transport, shop.stripe_url)

    # --- what a story needs -------------------------------------------------------------------

    def client(self, person: str, service: str | None = None) -> httpx.AsyncClient:
        """Return an HTTP client with a cookie jar of its own; with a `service`, of it alone."""
        key = person, service
        if key not in self._people:
            places = None if service is None else partial(self._in_turn, service)
            self._people[key] = self.browsers.browser(person, ADDRESS, places)
        return self._people[key]

    def jetstream(self, operator: str) -> AbstractAsyncContextManager[JetStreamContext]:
        """Connect to NATS, where the services are."""
        return connected(self.shop.nats_url)

    async def passes(self, seconds: float = 0.0, *, minutes: float = 0.0) -> None:
        """Let the story's time pass, in fewer of the machine's seconds."""
        await asyncio.sleep((seconds + 60.0 * minutes) / self._speed)

    async def quiet(self) -> bool:
        """Wait until nothing is in motion; return whether it came to that."""
        return await quiet(self.witness, self.in_flight, QUIET_S)

    def holder_of(self, ticket: str) -> str | None:
        """Return the order that holds a ticket, as tickets has it."""
        found = self._stores["tickets"]["tickets"].find_one({"_id": ticket})
        return (found or {}).get("holder")

    def status_of(self, order: str) -> str:
        """Return the status of an order, as orders has it."""
        found = self._stores["orders"]["orders"].find_one({"_id": order})
        return str((found or {}).get("status"))

    def kept_cents(self, order: str) -> int:
        """Return what Stripe has taken for an order and not given back."""
        return sum(it.amount - it.amount_refunded for it in self._charges_for(order))

    def give_back(self, order: str) -> None:
        """Give back what Stripe has taken for an order, by hand, as on its own pages."""
        for charge in self._charges_for(order):
            if not charge.refunded:
                asked: RefundCreateParams = {
                    "charge": charge.id,
                    "metadata": {"order_id": order, BY_HAND: "yes"},
                }
                self._stripe.v1.refunds.create(asked)

    def leave_debris(self, what: str) -> None:
        """Whoever looks at these stores could not read it either.  Raises: CannotBeTold."""
        raise CannotBeTold("what nobody can read is left in the stores of a world alone")

    def _charges_for(self, order: str) -> list[stripe.Charge]:
        charges = self._stripe.v1.charges.list({"limit": PAGE}).auto_paging_iter()
        return [it for it in charges if it.status == "succeeded" and _order_of(it) == order]

    def letters_to(self, address: str) -> list[str]:
        """There is no mail server.  Raises: CannotBeTold."""
        raise CannotBeTold("letters are not posted between real processes")

    def crash(self, host: str, down_s: float | None = None) -> None:
        """Kill a process as a power cut would; it starts again after `down_s` seconds."""
        self.shop.kill(host)
        if down_s is not None:
            self._comes_back(host, down_s)

    def restart(self, host: str) -> None:
        """Let a killed process start again."""
        self._comes_back(host, 0.0)

    # --- what a judge needs -------------------------------------------------------------------

    def http(self) -> Sequence[TraceEvent]:
        """Return what was taken down so far: requests, responses, deliveries and decisions."""
        events = self.browsers.trace.events
        instances = [name for names in self.shop.instances.values() for name in names]
        logs = {name: self.shop.log_of(name) for name in instances}
        return [*events, *decisions(logs, self.witness.began, len(events))]

    def in_flight(self) -> int:
        """Return how many requests are not answered, and how many messages are held up."""
        return self.browsers.in_flight + sum(link.waiting for link in self.shop.links.values())

    async def heal(self) -> None:
        """Break nothing any more, and have everybody back.  Raises: CannotOpen."""
        self.faults.heal()
        self.shop.heal()
        await asyncio.gather(*self._returning)
        for name in self.shop.ended():
            await self.shop.start(name)
        await self.shop.ready()

    async def aclose(self) -> None:
        """Let go of all connections."""
        for task in self._returning:
            task.cancel()
        for client in self._people.values():
            await client.aclose()
        await self.browsers.aclose()
        self._stores.close()
        self._transport.close()  # type: ignore[no-untyped-call]
        await self._transport.close_async()  # type: ignore[no-untyped-call]

    # --- within -------------------------------------------------------------------------------

    def _places(self, path: str) -> Sequence[Place]:
        # In turn, as a gateway does; who is gone refuses, and the next one is asked.
        return self._in_turn(service_for(path), path)

    def _in_turn(self, service: str, path: str) -> Sequence[Place]:
        instances = self.shop.instances[service]
        self._turns += 1
        first = self._turns % len(instances)
        turn = [*instances[first:], *instances[:first]]
        return [Place(name, self.shop.url_of(name)) for name in turn]

    def _comes_back(self, host: str, after_s: float) -> None:
        async def later() -> None:
            await asyncio.sleep(after_s)
            await self.shop.start(host)

        task = asyncio.create_task(later())
        self._returning.add(task)
        task.add_done_callback(self._returning.discard)


def _order_of(charge: stripe.Charge) -> str | None:
    order: str | None = None if charge.metadata is None else charge.metadata["order_id"]
    return order
