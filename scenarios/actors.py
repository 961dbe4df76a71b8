"""Sellers and buyers, who know the shop only through HTTP.

An operation ends done, refused or unknown.  A timeout is never a failure: people look again.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scenarios.answers import GaveUp as GaveUp
from scenarios.answers import Payment as Payment
from scenarios.answers import Refusal as Refusal
from scenarios.answers import Surprise as Surprise
from scenarios.answers import Tab as Tab
from scenarios.answers import Ticket as Ticket
from scenarios.answers import next_page, payment, refusal, said

if TYPE_CHECKING:  # whoever lists stories asks nobody anything
    import httpx

PASSWORD: Final = "correct horse"  # everybody's, in a world where nobody steals
PATIENCE_S: Final = 60.0  # how long somebody keeps looking before giving up
PAUSE_S: Final = 0.25  # between two looks, at first
UNKNOWN: Final = (502, 503, 504)  # whoever stands in front of the shop does not know either
SESSION_S: Final = 25 * 60.0  # sign in again before the session's half hour is over


@dataclass(frozen=True, slots=True)
class Order:
    """An order that somebody placed."""

    id: str
    ticket: Ticket
    buyer: "Person"


Ordered = Order | Refusal  # what came of ordering; whoever goes on with it needs an order


def placed(ordered: Ordered) -> Order:
    """Return the order.  Raises: Surprise, if ordering was refused."""
    if isinstance(ordered, Refusal):
        raise Surprise(f"there is no order: {ordered.status} {ordered.message}")
    return ordered


class Person:
    """Somebody with a browser.  They sign up when they first do something.

    While they wait for something, each pause between two looks is `pause_growth` times the last.
    """

    bears_mistakes = False  # of the shop's, which answers 500 then

    def __init__(
        self, name: str, browser: "httpx.AsyncClient", mail_domain: str = "example.com"
    ) -> None:
        self.name = name
        self.address = f"{name.lower()}@{mail_domain}"
        self.id = ""  # once signed up
        self.orders_placed: list[Order] = []
        self.pause_growth = 1.0
        self._password = PASSWORD
        self._browser = browser
        self._door = asyncio.Lock()  # whoever does two things at once signs in once
        self._signed_in_at_s = float("-inf")
        self._known = False

    def __repr__(self) -> str:
        return self.name

    async def arrives(self) -> None:
        """Sign up, to be ready for what comes."""
        await self._sign_in()

    async def forgets_password(self) -> bool:
        """Ask for a letter with which to choose another; return whether one was promised."""
        for pause_s in self._pauses():
            answer = await self._ask("POST", "/api/users/forgot-password", {"email": self.address})
            if answer is not None:
                return answer.status_code == 202  # or too many were asked for
            await asyncio.sleep(pause_s)
        raise GaveUp(f"{self.name} could not ask for a letter")

    async def chooses_password(self, letter: str, password: str) -> bool:
        """Choose another, with the token in a letter; return whether it was taken."""
        wanted = {"token": letter.partition("#token=")[2].split()[0], "password": password}
        lost = False
        for pause_s in self._pauses():
            answer = await self._send("POST", "/api/users/reset-password", wanted)
            if answer is not None:
                # A token works once, and may have done so when its answer was lost.
                taken = answer.is_success or lost
                self._password = password if taken else self._password
                return taken
            lost = True
            await asyncio.sleep(pause_s)
        raise GaveUp(f"{self.name} never learnt what came of choosing a password")

    def _pauses(self) -> Iterator[float]:
        pause_s, waited_s = PAUSE_S, 0.0
        while waited_s < PATIENCE_S:
            yield pause_s
            waited_s, pause_s = waited_s + pause_s, pause_s * self.pause_growth

    async def _ask(
        self, method: str, path: str, body: Any = None, **more: Any
    ) -> "httpx.Response | None":
        """Send a request; None means that the outcome is unknown, as after a gateway's refusal."""
        await self._sign_in()
        return await self._send(method, path, body, **more)

    async def _send(
        self, method: str, path: str, body: Any = None, **more: Any
    ) -> "httpx.Response | None":
        from httpx import TransportError

        try:
            answer = await self._browser.request(method, path, json=body, **more)
        except TransportError:
            return None
        if answer.status_code == 500:
            if not self.bears_mistakes:
                raise Surprise(f"{method} {path} was answered with 500: {answer.text}")
            return None
        return None if answer.status_code in UNKNOWN else answer

    async def _sign_in(self) -> None:
        async with self._door:
            now_s = asyncio.get_running_loop().time()
            if now_s - self._signed_in_at_s >= SESSION_S:
                self.id = await self._signed_in()
                self._signed_in_at_s = now_s

    async def _signed_in(self) -> str:
        credentials = {"email": self.address, "password": self._password}
        for pause_s in self._pauses():
            door = "signin" if self._known else "signup"
            answer = await self._send("POST", f"/api/users/{door}", credentials)
            # A sign-up whose answer was lost may have happened: then signing in works.
            self._known = self._known or answer is None or answer.status_code == 400
            if answer is not None and answer.is_success:
                self._known = True
                return str(answer.json()["id"])
            if answer is not None and door == "signin":
                self._known = False
            await asyncio.sleep(pause_s)
        raise GaveUp(f"{self.name} could not sign in")


class Seller(Person):
    """Somebody who sells tickets."""

    async def lists(self, title: str, price: str | float) -> Ticket:
        """Put a ticket up for sale; if the answer is lost, look whether it is there."""
        for pause_s in self._pauses():
            answer = await self._ask("POST", "/api/tickets", {"title": title, "price": price})
            if answer is not None:
                return Ticket(said(answer, 201)["id"], title)
            found = await self._ticket_of(title)
            if found is not None:
                return found
            await asyncio.sleep(pause_s)
        raise GaveUp(f"{self.name} could not list {title!r}")

    async def edits(self, ticket: Ticket, price: str, title: str | None = None) -> int | Refusal:
        """Change a ticket; return its new version."""
        wanted = {"title": title or ticket.title, "price": price}
        for pause_s in self._pauses():
            answer = await self._ask("PUT", f"/api/tickets/{ticket.id}", wanted)
            if answer is not None:
                return int(answer.json()["version"]) if answer.is_success else refusal(answer)
            await asyncio.sleep(pause_s)
        raise GaveUp(f"{self.name} could not edit {ticket.title!r}")

    async def opens(self, ticket: Ticket) -> Tab:
        """Look at a ticket, to change it."""
        for pause_s in self._pauses():
            answer = await self._ask("GET", f"/api/tickets/{ticket.id}")
            if answer is not None:
                it = said(answer, 200)
                return Tab(ticket, it["title"], f"{it['price']:.2f}", answer.headers["ETag"])
            await asyncio.sleep(pause_s)
        raise GaveUp(f"{self.name} could not open {ticket.title!r}")

    async def saves(self, tab: Tab, **changed: str) -> Tab | Refusal:
        """Save all that a tab shows, with `title` or `price` changed; return what is there then."""
        wanted = {"title": tab.title, "price": tab.price} | changed
        headers = {"If-Match": tab.seen}
        answer = await self._ask("PUT", f"/api/tickets/{tab.ticket.id}", wanted, headers=headers)
        if answer is not None and not answer.is_success:
            return refusal(answer)
        now = await self.opens(tab.ticket)
        if answer is None and now.seen == tab.seen:  # it never arrived, or has yet to
            return await self.saves(tab, **changed)
        return now

    async def _ticket_of(self, title: str) -> Ticket | None:
        answer = await self._ask("GET", "/api/tickets?limit=100")
        found = [] if answer is None else said(answer, 200)
        wanted = (title, self.id)
        mine = [one["id"] for one in found if (one["title"], one["userId"]) == wanted]
        return Ticket(mine[0], title) if mine else None


class Buyer(Person):
    """Somebody who buys tickets."""

    async def orders(self, ticket: Ticket) -> Ordered:
        """Order a ticket; if an answer is lost, look among one's orders."""
        return await self._orders(ticket)

    async def _orders(self, ticket: Ticket, unknown: bool = False) -> Ordered:
        refused = None
        for pause_s in self._pauses():
            answer = await self._ask("POST", "/api/orders", {"ticketId": ticket.id})
            if answer is not None and answer.status_code == 201:
                return self._placed(answer.json()["id"], ticket)
            placed = await self._order_of(ticket) if unknown or answer is None else None
            if placed is not None:
                return placed
            if answer is not None and answer.status_code != 404:
                return refusal(answer)
            unknown, refused = unknown or answer is None, answer or refused
            await asyncio.sleep(pause_s)  # or orders has not heard of the ticket yet
        if answer is not None:
            return refusal(answer)
        if refused is None:
            raise GaveUp(f"{self.name} never learnt what came of ordering {ticket.title!r}")
        return await self._orders(ticket, unknown)  # it was the last answer alone that got lost

    async def pays(self, order: Ordered, token: str = "tok_visa") -> Payment | Refusal:
        """Pay for an order, and wait until Stripe has answered."""
        wanted, heard = {"token": token, "orderId": placed(order).id}, None
        for pause_s in self._pauses():
            answer = await self._ask("POST", "/api/payments", wanted)
            if answer is not None and answer.status_code == 201:
                return payment(answer)
            if answer is not None and answer.status_code not in (202, 404):
                return refusal(answer)
            heard = heard if answer is None else answer  # one that is lost says nothing new
            await asyncio.sleep(pause_s)  # pending, unknown, or payments has not heard of the order
        if heard is None:
            raise GaveUp(f"{self.name} never learnt what came of paying for {order}")
        return payment(heard) if heard.is_success else refusal(heard)

    async def cancels(self, order: Ordered) -> bool | Refusal:
        """Cancel an order; return True once it is cancelled."""
        path = f"/api/orders/{placed(order).id}"
        for pause_s in self._pauses():
            answer = await self._ask("DELETE", path)
            if answer is not None:
                return True if answer.status_code == 204 else refusal(answer)
            await asyncio.sleep(pause_s)
        raise GaveUp(f"{self.name} could not DELETE {path}")

    async def status_of(self, order: Ordered) -> str:
        """Return the status of an order."""
        path = f"/api/orders/{placed(order).id}"
        for pause_s in self._pauses():
            answer = await self._ask("GET", path)
            if answer is not None:
                return str(said(answer, 200)["status"])
            await asyncio.sleep(pause_s)
        raise GaveUp(f"{self.name} could not GET {path}")

    async def sees(self, order: Ordered, status: str) -> None:
        """Look at an order until it has that status.  Raises: Surprise, if it never does."""
        for pause_s in self._pauses():
            if await self.status_of(order) == status:
                return
            await asyncio.sleep(pause_s)
        raise GaveUp(f"{self.name} never saw {placed(order).id} {status}")

    async def all_orders(self) -> list[dict[str, Any]]:
        """Walk along one's orders, page by page, to the last page or the first lost answer."""
        path, walked, shown = "/api/orders?limit=100", set[str](), list[dict[str, Any]]()
        while path and (answer := await self._ask("GET", path)) is not None:
            shown += said(answer, 200)
            path = next_page(answer, walked)
        return shown

    def _placed(self, id: str, ticket: Ticket) -> Order:
        order = Order(id, ticket, self)
        self.orders_placed.append(order)
        return order

    async def _order_of(self, ticket: Ticket) -> Order | None:
        for one in await self.all_orders():
            if one["ticket"]["id"] == ticket.id and one["status"] != "cancelled":
                return self._placed(one["id"], ticket)
        return None
