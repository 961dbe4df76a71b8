"""A shop small enough to be attacked two hundred times in a few seconds.

Only the services that an exercise is about run.  What an absent one would say, the story has in the
stream for it.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Iterator, Sequence
from typing import Any, Final

from boxoffice.clock import HostClock, Random
from boxoffice.faults import Fault
from boxoffice.net import Call, CallFault
from scenarios.lab.client import Request, UseCase, UseCaseClient
from scenarios.shop import checks
from scenarios.shop.checks.evidence import Evidence
from scenarios.shop.checks.restless import moving
from scenarios.shop.life import SETTINGS
from scenarios.shop.world import World
from services.common.clock import iso
from services.common.errors import NotFound, Refusal
from services.common.events import Event, PaymentCreated, TicketCreated, TicketUpdated, enclose

CALLS: Final = 500  # to all servers in one run; an honest one makes one or two hundred
QUIET_S: Final = 90.0  # a lease and an acknowledgement may take 30 s each
PATIENCE: Final = 40  # looks, before somebody gives up
PAUSE_S: Final = 0.25
SOON_S: Final = 0.01
PRICE_CENTS: Final = 4500


class Shop:
    """Some of the services of a world, and people who use them.  People have plain names."""

    def __init__(
        self, seed: int, services: Sequence[str], faults: Sequence[Fault], window_s: int
    ) -> None:
        settings = SETTINGS.model_copy(update={"expiration_window_s": window_s})
        self.world = World(seed, faults, settings=settings)
        for name, host in [*self.world.hosts.items()]:
            if host.service not in services:
                del self.world.hosts[name]
        self.exhausted = False
        self._client = UseCaseClient(self.world)
        self.world.network.fault_for = self._fault_for

    # --- deeds --------------------------------------------------------------------------------

    async def lists(self, seller: str) -> str:
        """Put a ticket up for sale; return its id."""
        if "tickets" not in self.world.hosts:
            return await self._listed(seller)
        title = _title(seller)
        request = Request(seller, "tickets", "POST", "/api/tickets", _offer(title, PRICE_CENTS))
        ticket = await self._client.ask(
            request, lambda it: it.offer(_id(seller), title, PRICE_CENTS)
        )
        return "" if ticket is None else str(ticket.id)

    async def edits(self, seller: str, ticket: str, price_cents: int) -> bool:
        """Change the price of a ticket; return whether that was done."""
        title = _title(seller)
        path, body = f"/api/tickets/{ticket}", _offer(title, price_cents)
        return await self._done(
            Request(seller, "tickets", "PUT", path, body),
            lambda it: it.edit(ticket, _id(seller), title, price_cents, None),
        )

    async def orders(self, buyer: str, ticket: str) -> str | None:
        """Order a ticket; return the order's id, or None if it was refused."""
        request = Request(buyer, "orders", "POST", "/api/orders", {"ticketId": ticket})
        for _ in range(PATIENCE):
            try:
                order = await self._client.ask(request, lambda it: it.place(_id(buyer), ticket))
            except NotFound:  # orders has not heard of the ticket yet
                await asyncio.sleep(PAUSE_S)
                continue
            except Refusal:
                return None
            return None if order is None else str(order.id)
        return None

    async def cancels(self, buyer: str, order: str | None) -> bool:
        """Cancel an order; return whether that was done."""
        return await self._done(
            Request(buyer, "orders", "DELETE", f"/api/orders/{order}"),
            lambda it: it.cancel(order, _id(buyer)),
        )

    async def pays(self, buyer: str, order: str | None, card: str = "tok_visa") -> bool:
        """Pay for an order; return whether Stripe took the money, or may have."""
        body = {"orderId": order, "token": card}
        request = Request(buyer, "payments", "POST", "/api/payments", body)
        for _ in range(PATIENCE):
            try:
                paid = await self._client.ask(request, lambda it: it.pay(order, _id(buyer), card))
            except NotFound:
                await asyncio.sleep(PAUSE_S)
                continue
            except Refusal:
                return False
            return paid is not None
        return False

    async def _done(self, request: Request, use: UseCase) -> bool:
        try:
            await self._client.ask(request, use)
        except Refusal:
            return False
        return True

    # --- what an absent service would say -----------------------------------------------------

    async def reserves(self, seller: str, order: str | None) -> None:
        """Say that the ticket of `seller` is reserved, where tickets does not run."""
        await self._say(
            TicketUpdated(
                id=_id(f"ticket of {seller}"),
                version=1,
                title=_title(seller),
                price=PRICE_CENTS,
                user_id=_id(seller),
                order_id=order,
            )
        )

    async def settles(self, order: str | None) -> None:
        """Say that an order was paid for, where payments does not run."""
        await self._say(
            PaymentCreated(
                id=_id(f"payment for {order}"),
                version=0,
                order_id=order or "",
                stripe_id="ch_1",
                amount=PRICE_CENTS,
            )
        )

    async def _listed(self, seller: str) -> str:
        ticket = _id(f"ticket of {seller}")
        await self._say(
            TicketCreated(
                id=ticket,
                version=0,
                title=_title(seller),
                price=PRICE_CENTS,
                user_id=_id(seller),
            )
        )
        return ticket

    async def _say(self, event: Event) -> None:
        now = iso(HostClock(self.world.loop.time).now())
        said = enclose(event, source=f"/services/{event.type.split('.')[0]}s", time=now)
        headers = {"Nats-Msg-Id": said.id}
        payload = said.model_dump_json().encode()
        nats = self.world.backends.nats
        for _ in range(PATIENCE):
            if nats.publish(event.type, payload, headers) is not None:
                return
            await asyncio.sleep(SOON_S)  # the first service to come up makes the stream

    # --- time, chance and what is -------------------------------------------------------------

    def chance(self) -> Random:
        """Return the story's own stream of chance."""
        return self.world.randomness.stream("story")

    async def sees(self, order: str | None, status: str) -> bool:
        """Look at an order until it has that status; return whether it ever did."""
        for _ in range(PATIENCE):
            if self.status(order) == status:
                return True
            await asyncio.sleep(PAUSE_S)
        return False

    def status(self, order: str | None) -> str:
        """Return the status of an order, as orders has it."""
        return self.world.status_of(order or "")

    def holder(self, ticket: str) -> str | None:
        """Return the order that holds a ticket, as tickets has it."""
        return self.world.holder_of(ticket)

    def rings(self, order: str | None) -> bool:
        """Return whether the timer of an order is still set."""
        score = self.world.backends.redis.execute("ZSCORE", "timers", order or "")
        return score is not None and float(score) > 0.0

    def announced(self, order: str | None) -> bool:
        """Return whether the stream has it that the time of an order is over."""
        stored = self.world.trace.of_kind("stored")
        said = [it["data"] for it in stored if it["subject"] == "expiration.complete"]
        return any(it["data"]["orderId"] == order for it in said)

    @property
    def slept(self) -> bool:
        """Whether anybody has stood still so far."""
        return any(True for _ in self.world.trace.of_kind("pause"))

    async def passes(self, seconds: float) -> None:
        """Let virtual time pass."""
        await asyncio.sleep(seconds)

    async def together(self, *deeds: Awaitable[Any]) -> list[Any]:
        """Do several things in the same instant."""
        return list(await asyncio.gather(*deeds))

    async def quiet(self) -> bool:
        """Wait until nothing is in motion; return whether it came to that."""
        waited_s, step_s = 0.0, 0.05
        while not self.exhausted and (self._client.under_way or any(self._moving())):
            if waited_s >= QUIET_S:
                return False
            await asyncio.sleep(step_s)
            waited_s, step_s = waited_s + step_s, min(1.0, step_s * 1.5)
        return not self.exhausted

    def restless(self) -> list[str]:
        """Return what is still in motion among the services that run."""
        return [*self._moving(), *(["a request is in flight"] if self._client.under_way else [])]

    def evidence(self) -> Evidence:
        """Take down what is left; while the world runs."""
        return checks.collect_evidence(self.world, moving=self.restless())

    def _moving(self) -> Iterator[str]:
        # A service that does not run has no consumer.
        yield from (it for it in moving(self.world) if not it.endswith("has no consumer"))
        yield from (it.name for it in self.world.hosts.values() if not it.up)

    def _fault_for(self, call: Call) -> CallFault | None:
        if self.world.network.calls > CALLS and not self.exhausted:
            self.exhausted = True
            for name in self.world.hosts:
                self.world.crash(name)
        return self.world.faults.fault_for(call)


def _title(seller: str) -> str:
    return f"Seat of {seller}"


def _offer(title: str, price_cents: int) -> dict[str, str]:
    return {"title": title, "price": f"{price_cents / 100:.2f}"}


def _id(of: str) -> str:
    return hashlib.sha256(of.encode()).hexdigest()[:24]
