"""A shop small enough to be attacked two hundred times in a few seconds.

Only the services that an exercise is about run, and people call their use cases over a link, with
no HTTP in between: building five web applications takes longer than most stories.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, Final

from services.common.errors import NotFound, Refusal
from services.common.http import STATUS
from services.common.outages import OUTAGES
from sim import checks
from sim.checks.evidence import Evidence
from sim.checks.restless import moving
from sim.faults.schedule import Fault
from sim.host import Host
from sim.network import INTERNET_S, Call, Fate, Link, LinkError, Lost, Refused
from sim.randomness import Random
from sim.trace import because_of
from sim.world import SETTINGS, World

CALLS: Final = 2_000  # to all servers in one run; an honest one makes a few hundred
QUIET_S: Final = 90.0  # a lease and an acknowledgement may take 30 s each
PATIENCE: Final = 40  # looks, before somebody gives up
PAUSE_S: Final = 0.25


class Shop:
    """Some of the services of a world, and people who use them.  People have plain names."""

    def __init__(
        self, seed: int, services: Sequence[str], faults: Sequence[Fault], window_s: int
    ) -> None:
        settings = SETTINGS.model_copy(update={"expiration_window_s": window_s})
        self.world = World(seed, faults, settings=settings)
        for absent in self.world.hosts.keys() - set(services):
            del self.world.hosts[absent]
        self.exhausted = False
        self._links: dict[tuple[str, str], Link] = {}
        self._under_way = 0
        self.world.network.fate_of = self._fate_of

    # --- deeds --------------------------------------------------------------------------------

    async def lists(self, seller: str, price_cents: int = 4500) -> str:
        """Put a ticket up for sale; return its id."""
        title = f"Seat of {seller}"
        call = ("POST", "/api/tickets", _offer(title, price_cents))
        ticket = await self._ask(
            seller, "tickets", call, lambda it: it.offer(_id(seller), title, price_cents)
        )
        return "" if ticket is None else str(ticket.id)

    async def edits(self, seller: str, ticket: str, price_cents: int) -> bool:
        """Change the price of a ticket; return whether that was done."""
        title = f"Seat of {seller}"
        call = ("PUT", f"/api/tickets/{ticket}", _offer(title, price_cents))
        return await self._done(
            seller,
            "tickets",
            call,
            lambda it: it.edit(ticket, _id(seller), title, price_cents, None),
        )

    async def orders(self, buyer: str, ticket: str) -> str | None:
        """Order a ticket; return the order's id, or None if it was refused."""
        call = ("POST", "/api/orders", {"ticketId": ticket})
        for _ in range(PATIENCE):
            try:
                order = await self._ask(
                    buyer, "orders", call, lambda it: it.place(_id(buyer), ticket)
                )
            except NotFound:  # orders has not heard of the ticket yet
                await asyncio.sleep(PAUSE_S)
                continue
            except Refusal:
                return None
            return None if order is None else str(order.id)
        return None

    async def cancels(self, buyer: str, order: str | None) -> bool:
        """Cancel an order; return whether that was done."""
        call = ("DELETE", f"/api/orders/{order}", None)
        return await self._done(buyer, "orders", call, lambda it: it.cancel(order, _id(buyer)))

    async def pays(self, buyer: str, order: str | None, card: str = "tok_visa") -> bool:
        """Pay for an order; return whether Stripe took the money, or may have."""
        call = ("POST", "/api/payments", {"orderId": order, "token": card})
        for _ in range(PATIENCE):
            try:
                paid = await self._ask(
                    buyer, "payments", call, lambda it: it.pay(order, _id(buyer), card)
                )
            except NotFound:
                await asyncio.sleep(PAUSE_S)
                continue
            except Refusal:
                return False
            return paid is not None
        return False

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

    def versions(self, service: str, id: str | None) -> int:
        """Return how many versions a service's own aggregate has had so far."""
        found = self.world.backends.mongo[service].find_by_id(service, service, id or "")
        return 1 + int(found["version"]) if found else 0

    async def passes(self, seconds: float) -> None:
        """Let virtual time pass."""
        await asyncio.sleep(seconds)

    async def together(self, *deeds: Awaitable[Any]) -> list[Any]:
        """Do several things in the same instant."""
        return list(await asyncio.gather(*deeds))

    async def quiet(self) -> bool:
        """Wait until nothing is in motion; return whether it came to that."""
        waited_s, step_s = 0.0, 0.05
        while not self.exhausted and (self._under_way or any(self._moving())):
            if waited_s >= QUIET_S:
                return False
            await asyncio.sleep(step_s)
            waited_s, step_s = waited_s + step_s, min(1.0, step_s * 1.5)
        return not self.exhausted

    def restless(self) -> list[str]:
        """Return what is still in motion among the services that run."""
        return [*self._moving(), *(["a request is in flight"] if self._under_way else [])]

    def evidence(self) -> Evidence:
        """Take down what is left; while the world runs."""
        return checks.gather(self.world, moving=self.restless())

    def _moving(self) -> Iterator[str]:
        # A service that does not run has no consumer.
        yield from (it for it in moving(self.world) if not it.endswith("has no consumer"))
        yield from (it.name for it in self.world.hosts.values() if not it.up)

    # --- the way there ------------------------------------------------------------------------

    async def _done(self, *asked: Any) -> bool:
        try:
            await self._ask(*asked)
        except Refusal:
            return False
        return True

    async def _ask(
        self,
        person: str,
        service: str,
        call: tuple[str, str, Any],
        use: Callable[[Any], Awaitable[Any]],
    ) -> Any:
        """Have a use case done; None if nobody can know whether it was.  Raises: Refusal."""
        method, path, body = call
        host = self.world.hosts[service]
        record = self.world.trace.record
        asked = record(person, "request", method=method, path=path, to=service, body=body)

        async def serve() -> Any:
            because_of(asked)
            if host.app is None:
                raise Refused(service)
            state: Any = host.app.state  # type: ignore[attr-defined]
            return await use(getattr(state, service))

        self._under_way += 1
        try:
            answer = await self._link(person, host).call(method, path, serve)
        except Refusal as no:
            said = {"errors": [{"message": no.message}]}
            self._answered(person, asked, status=STATUS[type(no)], body=said)
            raise
        except LinkError as error:
            outcome = "unknown" if isinstance(error, Lost) else "refused"
            self._answered(person, asked, outcome=outcome, why=type(error).__name__)
            return None
        except OUTAGES:  # a server that the service needs; the person is told to come again
            self._answered(person, asked, status=503, body=None)
            return None
        except Exception as error:
            self._answered(person, asked, status=500, body=None)
            told = f"{person} asked for {method} {path} and met {type(error).__name__}"
            raise AssertionError(told) from None
        finally:
            self._under_way -= 1
        status = {"POST": 201, "DELETE": 204}.get(method, 200)
        self._answered(person, asked, status=status, body=_shown(answer))
        return answer or True

    def _answered(self, person: str, asked: Any, **fields: Any) -> None:
        fields = {"outcome": "answered"} | fields
        self.world.trace.record(person, "response", asked.number, request=asked.number, **fields)

    def _link(self, person: str, host: Host) -> Link:
        if (person, host.name) not in self._links:
            home = self.world.people.setdefault(person, Host(person, self.world.loop))
            link = self.world.network.link(home.life, host, INTERNET_S, 30.0)
            self._links[person, host.name] = link
        return self._links[person, host.name]

    def _fate_of(self, call: Call) -> Fate | None:
        if self.world.network.calls > CALLS and not self.exhausted:
            self.exhausted = True
            for name in self.world.hosts:
                self.world.crash(name)
        return self.world.faults.fate_of(call)


def _offer(title: str, price_cents: int) -> dict[str, str]:
    return {"title": title, "price": f"{price_cents / 100:.2f}"}


def _id(person: str) -> str:
    return hashlib.sha256(person.encode()).hexdigest()[:24]


def _shown(answer: Any) -> dict[str, Any] | None:
    if answer is None:
        return None
    shown = {"id": str(answer.id)} if hasattr(answer, "id") else {}
    if hasattr(answer, "version"):
        shown["version"] = answer.version
    return shown
