"""What three people do in a shop to see whether it works.  Each step says in a line what it saw."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from http.cookies import Morsel, SimpleCookie
from typing import Any, Final, TypeVar

import httpx

from scenarios.actors import (
    PASSWORD,
    Buyer,
    Order,
    Payment,
    Refusal,
    Seller,
    Surprise,
    Ticket,
    placed,
)
from scenarios.check.findings import NotChecked
from scenarios.shop.targets.remote import RemoteStage
from services.common.clock import SystemClock
from services.common.session import COOKIE

T = TypeVar("T")

TITLE: Final = "Test of the shop, not a ticket (boxoffice check)"
PRICE: Final = "1.00"
DETERRENT: Final = "999999.00"  # what nobody pays for a ticket that cannot be taken back
LOOK_S: Final = 0.25
OPEN: Final = ("created", "awaiting:payment")


class Visit:
    """Sue sells; Ana buys; Ben comes too late, changes his mind, and lets an order expire."""

    def __init__(self, url: str, stage: RemoteStage) -> None:
        self.sue = Seller("Sue", stage.client("Sue"), stage.mail_domain)
        self.ana = Buyer("Ana", stage.client("Ana"), stage.mail_domain)
        self.ben = Buyer("Ben", stage.client("Ben"), stage.mail_domain)
        self.tickets: list[Ticket] = []
        self.order: Order | None = None
        self.payment: Payment | None = None
        self._opened = False
        self._signed_in = False
        self._stage = stage
        self._tls = httpx.URL(url).scheme == "https"

    # --- who is who ---------------------------------------------------------------------------

    async def door(self) -> str:
        """Ask who one is, as nobody."""
        answer = await self._ask("nobody", "GET", "/api/users/currentuser", 200)
        if answer.json() != {"currentUser": None}:
            raise Surprise(f"somebody is signed in who never was: {answer.text}")
        self._opened = True
        return "over TLS" if self._tls else "without TLS"

    async def sign_up(self) -> str:
        """Make three accounts."""
        self._entered()
        people = (self.sue, self.ana, self.ben)
        await asyncio.gather(*(person.arrives() for person in people))
        return f"three people, at {self._stage.mail_domain}"

    async def session(self) -> str:
        """Sign in again, look at the cookie, and be who one is."""
        self._entered()
        whom = {"email": self.ana.address, "password": PASSWORD}
        answer = await self._ask("Ana", "POST", "/api/users/signin", 200, whom)
        said = self._judged(_session_cookie(answer))
        shown = (await self._ask("Ana", "GET", "/api/users/currentuser", 200)).json()
        if not shown["currentUser"] or shown["currentUser"]["id"] != self.ana.id:
            raise Surprise(f"the cookie is not recognized: {shown}")
        self._signed_in = True
        return said

    def _judged(self, cookie: Morsel[str]) -> str:
        if not (cookie["httponly"] and cookie["samesite"].lower() == "strict"):
            raise Surprise("the session's cookie is not HttpOnly and SameSite=Strict")
        if cookie["secure"] and not self._tls:
            raise Surprise("the cookie is Secure, and there is no TLS here: see COOKIE_SECURE")
        if self._tls and not cookie["secure"]:
            raise Surprise("the session's cookie is not Secure although there is TLS")
        return f"the cookie is HttpOnly, SameSite=Strict{', Secure' if self._tls else ''}"

    # --- tickets ------------------------------------------------------------------------------

    async def sell(self) -> str:
        """List a ticket, and look at it as nobody."""
        ticket = await self._listed()
        answer = await self._ask("nobody", "GET", f"/api/tickets/{ticket.id}", 200)
        if (answer.json()["title"], answer.headers.get("ETag")) != (TITLE, '"0"'):
            raise Surprise(f"the ticket is shown otherwise than it was listed: {answer.text}")
        return f"ticket {ticket.id}"

    async def edit(self) -> str:
        """Edit the ticket, then again from a version that is gone, then as a stranger."""
        path = f"/api/tickets/{self._ticket().id}"
        wanted = {"title": TITLE, "price": PRICE}
        seen = {"If-Match": '"0"'}
        await self._ask("Sue", "PUT", path, 200, wanted, seen)
        await self._ask("Sue", "PUT", path, 412, wanted, seen)
        await self._ask("Ben", "PUT", path, 403, wanted)
        return "stale edits get 412, strangers' 403"

    # --- a purchase ---------------------------------------------------------------------------

    async def reserve(self) -> str:
        """Order the ticket, and wait until tickets has confirmed it."""
        ticket = self._ticket()
        ordered = await self.ana.orders(ticket)
        if isinstance(ordered, Refusal):
            raise Surprise(f"ordering was refused: {ordered.status} {ordered.message}")
        self.order = ordered
        await self._seen(self.ana, ordered, "awaiting:payment")
        await self._held_by(ticket, ordered)
        return f"order {ordered.id} awaits its payment, the ticket is held"

    async def rival(self) -> str:
        """Have a second buyer refused."""
        self._ordered()
        ordered = await self.ben.orders(self._ticket())
        if not isinstance(ordered, Refusal):
            raise Surprise("a ticket that is held was ordered by somebody else")
        if ordered.status != 400:
            raise Surprise(f"the second buyer got {ordered.status} {ordered.message}, not 400")
        return f"a second buyer is told: {ordered.message}"

    async def privacy(self) -> str:
        """Show nobody else the order."""
        path = f"/api/orders/{self._ordered().id}"
        await self._ask("Ben", "GET", path, 403)
        await self._ask("nobody", "GET", path, 401)
        return "nobody else sees the order"

    async def pay(self) -> str:
        """Pay twice with Stripe's test card, and be charged once."""
        order = self._ordered()
        paid = await self.ana.pays(order)
        if isinstance(paid, Refusal) and paid.status == 402:
            raise NotChecked(f"Stripe takes no test card here: {paid.message}")
        if isinstance(paid, Refusal) or paid.status != "paid":
            raise Surprise(f"the payment did not succeed: {paid}")
        self.payment = paid
        again = await self.ana.pays(order)
        if again != paid:
            raise Surprise(f"paying twice gave two answers: {paid} and {again}")
        return f"payment {paid.id}, and the same when asked twice"

    async def complete(self) -> str:
        """See the order complete, and the payment as its owner only."""
        order, payment = self._ordered(), self.payment
        if payment is None:
            raise NotChecked("nothing was paid")
        await self._seen(self.ana, order, "complete")
        await self._ask("Ana", "GET", f"/api/payments/{payment.id}", 200)
        await self._ask("Ben", "GET", f"/api/payments/{payment.id}", 403)
        await self._ask("Ana", "DELETE", f"/api/orders/{order.id}", 400)
        return "the order is complete, for good"

    # --- orders that come to nothing ----------------------------------------------------------

    async def cancel(self) -> str:
        """Order another ticket, cancel, and see it free."""
        self._people()
        ticket = await self._listed()
        order = await self._placed_by_ben(ticket)
        if await self.ben.cancels(order) is not True:
            raise Surprise("an open order could not be cancelled")
        await self._held_by(ticket, None)
        return "the ticket is for sale again"

    async def expire(self, within_s: float) -> str:
        """Order it again, do nothing, and see it free.  The caller waits for as long."""
        if len(self.tickets) < 2:
            raise NotChecked("there is no ticket for it")
        order = await self._placed_by_ben(self.tickets[1])
        shown = (await self._ask("Ben", "GET", f"/api/orders/{order.id}", 200)).json()
        left = datetime.fromisoformat(shown["expiresAt"]) - SystemClock().now()
        if left > timedelta(seconds=within_s):
            raise Surprise(f"it may be paid for {left.total_seconds():.0f} s: see --window")
        await self._seen(self.ben, order, "cancelled")
        await self._held_by(self.tickets[1], None)
        return f"order {order.id} was cancelled, its ticket is for sale again"

    # --- afterwards ---------------------------------------------------------------------------

    def ids(self) -> set[str]:
        """Return the ids of all that has become of this visit."""
        orders = {it.id for it in (*self.ana.orders_placed, *self.ben.orders_placed)}
        paid = {self.payment.id} if self.payment else set()
        return {it.id for it in self.tickets} | orders | paid

    async def shown(self) -> list[Any]:
        """Return what the shop shows of all that has become of this visit."""
        mine = [("Ana", f"/api/orders/{it.id}") for it in self.ana.orders_placed]
        his = [("Ben", f"/api/orders/{it.id}") for it in self.ben.orders_placed]
        paid = [("Ana", f"/api/payments/{self.payment.id}")] if self.payment else []
        sold = [("nobody", f"/api/tickets/{it.id}") for it in self.tickets]
        paths = [*mine, *his, *paid, *sold]
        return [(await self._ask(who, "GET", path, 200)).json() for who, path in paths]

    async def tidy(self) -> str:
        """Cancel what is open.  Tickets stay: what was not sold gets a price that nobody pays."""
        for person in (self.ana, self.ben):
            for order in person.orders_placed:
                if await person.status_of(order) in OPEN:
                    await person.cancels(order)
        sold = self._ticket() if self.payment else None
        left = [ticket for ticket in self.tickets if ticket is not sold]
        for ticket in left:
            await self._until(partial(self.sue.edits, ticket, DETERRENT), bool)
        return f"tickets that stay for sale: {len(left)}, at {DETERRENT}, so that nobody buys them"

    # --- within -------------------------------------------------------------------------------

    async def _listed(self) -> Ticket:
        self._people()
        ticket = await self.sue.lists(TITLE, PRICE)
        self.tickets.append(ticket)
        return ticket

    async def _placed_by_ben(self, ticket: Ticket) -> Order:
        # A ticket that was just set free is refused until orders has heard of it.
        return placed(await self._until(lambda: self.ben.orders(ticket), bool))

    async def _seen(self, buyer: Buyer, order: Order, status: str) -> None:
        await self._until(lambda: buyer.status_of(order), lambda it: it == status)

    async def _held_by(self, ticket: Ticket, order: Order | None) -> None:
        async def holder() -> str | None:
            answer = await self._ask("nobody", "GET", f"/api/tickets/{ticket.id}", 200)
            found: str | None = answer.json().get("orderId")
            return found

        await self._until(holder, lambda it: it == (order and order.id))

    async def _until(self, look: Callable[[], Awaitable[T]], holds: Callable[[T], object]) -> T:
        # Whoever takes the step says how long it may take.
        while True:
            seen = await look()
            if holds(seen):
                return seen
            await asyncio.sleep(LOOK_S)

    async def _ask(
        self,
        who: str,
        method: str,
        path: str,
        status: int,
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        browser = self._stage.client(who)
        answer = await browser.request(method, path, json=body, headers=headers)
        if answer.status_code != status:
            raise Surprise(f"{method} {path}: {answer.status_code}, not {status}: {answer.text}")
        return answer

    def _entered(self) -> None:
        if not self._opened:
            raise NotChecked("nobody opened the door")

    def _people(self) -> None:
        if not self._signed_in:
            raise NotChecked("nobody is signed in")

    def _ticket(self) -> Ticket:
        if not self.tickets:
            raise NotChecked("there is no ticket")
        return self.tickets[0]

    def _ordered(self) -> Order:
        if self.order is None:
            raise NotChecked("there is no order")
        return self.order


def _session_cookie(answer: httpx.Response) -> Morsel[str]:
    for header in answer.headers.get_list("set-cookie"):
        with suppress(KeyError):
            return SimpleCookie(header)[COOKIE]
    raise Surprise(f"signing in sets no cookie {COOKIE!r}")
