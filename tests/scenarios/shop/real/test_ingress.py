import asyncio
from types import SimpleNamespace

import httpx
from pytest import fixture, mark

from scenarios.shop.real.ingress import Ingress


class StandIn:
    """A service that answers with its own name."""

    def __init__(self, name):
        self.name = name
        self.lacks = []

    async def missing(self):
        return self.lacks

    async def app(self, scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": self.name.encode()})


@fixture
def shop():
    names = ("auth", "tickets", "orders", "payments", "expiration")
    services = {name: StandIn(name) for name in names}
    return SimpleNamespace(services=services, door=Ingress(services))


def get(shop, path, method="GET"):
    async def ask():
        transport = httpx.ASGITransport(shop.door)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as browser:
            return await browser.request(method, path)

    return asyncio.run(ask())


@mark.parametrize(
    ("path", "service"),
    [
        ("/api/users/signup", "auth"),
        ("/api/tickets", "tickets"),
        ("/api/tickets/65f0", "tickets"),
        ("/api/orders", "orders"),
        ("/api/payments/65f0", "payments"),
        ("/nobody/serves/this", "tickets"),
    ],
)
def test_a_request_goes_to_the_service_of_its_path(shop, path, service):
    assert get(shop, path).text == service


def test_a_shop_is_ready_when_all_of_its_services_are(shop):
    answer = get(shop, "/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


def test_a_shop_that_is_not_ready_says_who_lacks_what(shop):
    shop.services["orders"].lacks = ["mongo", "nats"]
    shop.services["expiration"].lacks = ["redis"]
    answer = get(shop, "/readyz")
    assert answer.status_code == 503
    [error] = answer.json()["errors"]
    assert error["message"] == "Not ready: orders: mongo, orders: nats, expiration: redis"


def test_a_shop_lives_whatever_it_lacks(shop):
    shop.services["orders"].lacks = ["mongo"]
    assert get(shop, "/livez").json() == {"status": "alive"}


@mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_pages_of_the_whole_shop_are_read_alone_and_never_kept(shop, path):
    for each in shop.services.values():
        each.metrics = none
    for method in ("GET", "HEAD"):
        answer = get(shop, path, method)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert bool(answer.content) == (method == "GET" and path != "/metrics")
    assert get(shop, path, "POST").text == "tickets"  # which refuses it as it does at its own


async def none():
    return b""
