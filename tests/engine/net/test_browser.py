"""A person's browser sends and keeps what httpx's client does."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx

from boxoffice.net.browser import Browser

ADDRESS = "https://shop.example/root"
COOKIES = (
    ("set-cookie", "jwt=one; Path=/; Secure; HttpOnly"),
    ("set-cookie", "seen=yes; Path=/api; Max-Age=60"),
    ("set-cookie", "gone=1; Max-Age=0"),
)


def sent_by(make: type[httpx.AsyncClient], asked: Sequence[Any]) -> list[Any]:
    """Return what a client sends and keeps, of requests by address and further options."""
    told: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        told.append((request.method, str(request.url), request.headers.raw, request.content))
        return httpx.Response(200, headers=COOKIES if "sign" in request.url.path else ())

    async def ask() -> None:
        async with make(transport=httpx.MockTransport(answer), base_url=ADDRESS) as client:
            for url, options in asked:
                await client.request("POST", url, **options)
                told.append(sorted(client.cookies.items()))

    asyncio.run(ask())
    return told


def test_requests_and_cookies_are_those_of_httpx():
    asked = [
        ("/api/sign-in", {"json": {"name": "Ana"}}),
        ("/api/orders", {}),
        ("/api/orders", {"params": {"limit": 2, "after": "a b"}}),
        ("api/orders?limit=1", {"params": {"limit": 2}}),
        ("/elsewhere", {"headers": {"X-One": "1"}}),
        ("http://shop.example/api/plain", {}),
        ("https://other.example/api", {"content": b"text"}),
        (httpx.URL("/api/orders"), {}),
        ("", {}),
        ("//api//a%20b/\u00e4?q=\u00e4", {}),
    ]
    assert sent_by(Browser, asked) == sent_by(httpx.AsyncClient, asked)


def test_cookies_can_be_put_in_place_of_others():
    async def ask() -> list[str]:
        client = Browser(transport=httpx.MockTransport(lambda it: httpx.Response(200)))
        client.cookies = {"one": "1"}
        client.cookies.set("two", "2")
        sent = client.build_request("GET", ADDRESS).headers["cookie"]
        client.cookies.clear()
        return [sent, client.build_request("GET", ADDRESS).headers.get("cookie", "none")]

    assert asyncio.run(ask()) == ["one=1; two=2", "none"]
