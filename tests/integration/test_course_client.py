"""The Next.js client of the ticketing course, whose requests a shop of `boxoffice up` answers.

Its pages ask on their server, by the line that is changed (the `baseURL` of `api/build-client.js`),
with all headers of the browser's own request: its Host, and its cookie.  What somebody does in the
page asks from the browser, below "/".  What is read here of an answer is what the client reads.
"""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import httpx
from pytest import mark

from scenarios.look.look import Look
from scenarios.shop.local import local_shop

pytestmark = [mark.real, mark.usefixtures("broker_installed")]

PERSON = {"email": "ana@example.com", "password": "correct horse"}
# What a browser sends for a page, and the client's server sends on.
BROWSERS = {
    "host": "ticketing.dev",
    "connection": "keep-alive",
    "upgrade-insecure-requests": "1",
    "user-agent": "Mozilla/5.0",
    "accept": "text/html,application/xhtml+xml",
    "accept-encoding": "gzip, deflate, br",
    "sec-fetch-site": "none",
    "if-none-match": '"a-page-of-next"',
    "x-forwarded-for": "192.0.2.7",
    "x-forwarded-host": "ticketing.dev",
}
PATIENCE_S = 30.0


class Client:
    """One browser, and the server that renders its pages."""

    def __init__(self, wire: httpx.AsyncClient, url: str) -> None:
        self._wire = wire
        self._url = url
        self._cookie = ""

    async def rendered(self, path: str) -> Any:
        """Ask as `getInitialProps` does while a page is made."""
        cookie = {"cookie": self._cookie} if self._cookie else {}
        return await self._asked("GET", path, {**BROWSERS, **cookie})

    async def does(self, method: str, path: str, body: Any) -> Any:
        """Ask as `useRequest` does in the browser."""
        headers = {"cookie": self._cookie, "origin": self._url, "sec-fetch-site": "same-origin"}
        return await self._asked(method, path, headers, body)

    async def _asked(
        self, method: str, path: str, headers: Mapping[str, str], body: Any = None
    ) -> Any:
        answer = await self._wire.request(method, self._url + path, headers=headers, json=body)
        if given := answer.headers.get("set-cookie"):
            self._cookie = given.partition(";")[0]
        if answer.is_error:
            return [it["message"] for it in answer.json()["errors"]]
        return answer.json()


async def evening(client: Client) -> list[str]:
    """Sign up, sell, buy and pay, page by page; return what the orders' page then lists."""
    assert await client.rendered("/api/users/currentuser") == {"currentUser": None}
    assert (await client.does("POST", "/api/users/signup", PERSON))["email"] == PERSON["email"]
    assert await client.does("POST", "/api/users/signup", PERSON) == ["The email is in use"]
    shown = await client.rendered("/api/users/currentuser")
    assert shown["currentUser"]["email"] == PERSON["email"]

    sold = await client.does("POST", "/api/tickets", {"title": "Concert", "price": "20.00"})
    [ticket] = await client.rendered("/api/tickets")
    assert (ticket["title"], ticket["price"], ticket["id"]) == ("Concert", 20, sold["id"])
    ticket = await client.rendered(f"/api/tickets/{ticket['id']}")

    order = await heard_of(client, "/api/orders", {"ticketId": ticket["id"]})
    shown = await client.rendered(f"/api/orders/{order['id']}")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", shown["expiresAt"])
    assert shown["ticket"]["price"] == 20  # which becomes the amount, times a hundred
    paid = {"token": "tok_visa", "orderId": order["id"]}
    assert (await heard_of(client, "/api/payments", paid))["id"]

    async with asyncio.timeout(PATIENCE_S):
        while True:
            orders = await client.rendered("/api/orders")
            if orders[0]["status"] == "complete":
                break
            await asyncio.sleep(0.02)
    assert await client.does("POST", "/api/users/signout", {}) == {}
    assert await client.rendered("/api/users/currentuser") == {"currentUser": None}
    assert (await client.does("POST", "/api/users/signin", PERSON))["email"] == PERSON["email"]
    return [f"{it['ticket']['title']} - {it['status']}" for it in orders]


async def heard_of(client: Client, path: str, body: Any) -> Any:
    """Do something with what another service has made; people take longer than it to be heard."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            found = await client.does("POST", path, body)
            if isinstance(found, dict):
                return found
            assert found[0].startswith("There is no such ")
            await asyncio.sleep(0.02)


def test_the_courses_client_buys_a_ticket() -> None:
    async def play() -> list[str]:
        async with (
            local_shop(0, 1.0, None, False, Look()) as shop,
            httpx.AsyncClient() as wire,
        ):
            return await evening(Client(wire, shop.url))

    assert asyncio.run(play()) == ["Concert - complete"]
