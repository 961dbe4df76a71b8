"""The whole shop on fakes, as the tests of the services use it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from boxoffice.faults import Fault
from scenarios.shop.world import World

T = TypeVar("T")
Json = dict[str, Any]

PASSWORD = "correct horse"


@dataclass(frozen=True)
class Person:
    """Somebody who is signed up and signed in; `client` carries the session cookie."""

    name: str
    id: str
    email: str
    client: httpx.AsyncClient


class Shop:
    """A running world, and what people commonly do in it."""

    def __init__(self, world: World) -> None:
        self.world = world

    def stranger(self, name: str = "stranger") -> httpx.AsyncClient:
        """Return the client of somebody who is not signed in."""
        return self.world.client(name)

    def within(self, service: str, token: str = "") -> httpx.AsyncClient:
        """Return a client that asks one service itself, and not through the gateway."""
        app = self.world.hosts[service].app
        assert app is not None, f"{service} is down"
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        cookies = {"jwt": token} if token else None
        return httpx.AsyncClient(transport=transport, base_url="http://pod", cookies=cookies)

    async def person(self, name: str) -> Person:
        """Sign somebody up."""
        client, email = self.world.client(name), f"{name}@example.com"
        credentials = {"email": email, "password": PASSWORD}
        answer = await client.post("/api/users/signup", json=credentials)
        assert answer.status_code == 201, answer.text
        return Person(name, answer.json()["id"], email, client)

    async def ticket(
        self, seller: Person, title: str = "Front row", price: float | str = 45
    ) -> Json:
        """Put a ticket up for sale and return it."""
        answer = await seller.client.post("/api/tickets", json={"title": title, "price": price})
        assert answer.status_code == 201, answer.text
        return body(answer)

    async def order(self, buyer: Person, ticket_id: str) -> Json:
        """Order a ticket and return the order once it is `awaiting:payment`."""
        order = await self.placed(buyer, ticket_id)

        async def awaiting_payment() -> Json | None:
            found = body(await buyer.client.get(f"/api/orders/{order['id']}"))
            return found if found["status"] == "awaiting:payment" else None

        return await self.until(awaiting_payment)

    async def placed(self, buyer: Person, ticket_id: str) -> Json:
        """Order a ticket, as soon as orders has heard of it, and return the order."""

        async def created() -> Json | None:
            answer = await buyer.client.post("/api/orders", json={"ticketId": ticket_id})
            assert answer.status_code in (201, 404), answer.text
            return body(answer) if answer.status_code == 201 else None

        return await self.until(created)

    async def until(self, wanted: Callable[[], Awaitable[T | None]], within_s: float = 60.0) -> T:
        """Ask again and again, and return the first answer that is neither None nor False."""
        last_s = self.world.loop.time() + within_s
        while True:
            found = await wanted()
            if found is not None and found is not False:
                return found
            assert self.world.loop.time() < last_s, f"it did not come within {within_s} s"
            await asyncio.sleep(0.05)

    async def sleep(self, delay_s: float) -> None:
        """Let virtual time pass."""
        await asyncio.sleep(delay_s)


Script = Callable[[Shop], Awaitable[T]]


def play(
    script: Script[T],
    seed: int = 0,
    faults: Sequence[Fault] = (),
    *,
    may_fail: bool = False,
    **world_options: Any,
) -> T:
    """Play `script` in a fresh world and return what it returns.

    Afterwards nothing may have been answered with 500, left to no one, or logged as failed;
    `may_fail` is for the tests of such failures.
    """
    world = World(seed, faults, **world_options)
    result = world.run(lambda it: script(Shop(it)))
    if not may_fail:
        assert unhandled_errors(world) == []
    return result


def unhandled_errors(world: World) -> list[str]:
    """Return what went wrong in a world that is no refusal and no outage."""
    unhandled = [str(context) for context in world.loop.unhandled_errors]
    said = world.trace.of_kind("response", "log")
    wrong = [it for it in said if it.get("status") == 500 or it.get("what") == "failed"]
    return unhandled + [event.as_json() for event in wrong]


def body(answer: httpx.Response) -> Json:
    """Return a JSON body that is an object."""
    found = answer.json()
    assert isinstance(found, dict), answer.text
    return found


def refused(answer: httpx.Response, status: int, message: str = "", field: str = "") -> None:
    """Assert that an answer is a refusal of the one shape: `message` is part of what it says."""
    assert answer.status_code == status, answer.text
    assert problems(answer), answer.text
    said = [(one["message"], one.get("field", "")) for one in problems(answer)]
    assert any(message in text and field in ("", about) for text, about in said), said


def problems(answer: httpx.Response) -> list[Json]:
    """Return the errors of a refusal, after a look at their shape."""
    found = body(answer)
    assert found.keys() == {"errors"}, found
    for one in found["errors"]:
        assert {"message"} <= one.keys() <= {"message", "field"}, one
        assert all(isinstance(text, str) for text in one.values()), one
        assert "Traceback" not in one["message"], one
    return list(found["errors"])
