"""The gateway in front of replicas: who is sent a request, and what becomes of one that fails."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import httpx
from pytest import CaptureFixture, mark, raises

from boxoffice.net.routes import service_for
from boxoffice.real.ingress.__main__ import MISUSE, main
from boxoffice.real.ingress.forwarding import Forwarding
from boxoffice.real.ingress.upstreams import FAILURES, Upstreams

STOCK = {"stock": "http://stock", "stock-2": "http://stock-2"}

Break = Callable[[httpx.Request], Exception]


class Instances(httpx.AsyncBaseTransport):
    """Two instances of a service, which do as they are told and remember what they were asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.unready: set[str] = set()
        self.why = "nats"
        self.broken: dict[str, Break] = {}
        self.headers: list[tuple[bytes, bytes]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        name = request.url.host
        if request.url.path == "/readyz":
            unready = name in self.unready
            return httpx.Response(503 if unready else 200, text=self.why if unready else "")
        self.asked.append((name, request.url.raw_path.decode()))
        if name in self.broken:
            raise self.broken[name](request)
        return httpx.Response(201, headers=self.headers, content=await request.aread() + b"!")


class Gateway:
    """A gateway in front of the instances, with no network between."""

    def __init__(self, instances: Instances) -> None:
        self._upstreams = Upstreams({"stock": STOCK})
        self._probes = httpx.AsyncClient(transport=instances)
        route = partial(service_for, routes={"/items": "stock"})
        self._app = Forwarding(self._upstreams, instances, route)
        self.person = httpx.AsyncClient(
            transport=httpx.ASGITransport(self._app), base_url="http://front"
        )

    async def looks(self, times: int = 1) -> None:
        for _ in range(times):
            await self._upstreams.look(self._probes)

    async def aclose(self) -> None:
        await self._probes.aclose()
        await self.person.aclose()


Story = Callable[[Gateway, Instances], Coroutine[Any, Any, None]]


def play(story: Story) -> None:
    async def whole() -> None:
        instances = Instances()
        gateway = Gateway(instances)
        await gateway.looks()
        await story(gateway, instances)
        await gateway.aclose()

    asyncio.run(whole())


def test_instances_are_asked_in_turn() -> None:
    async def story(gateway: Gateway, instances: Instances) -> None:
        answers = [await gateway.person.post("/items?a=b", content=b"it") for _ in range(4)]
        assert [(it.status_code, it.text) for it in answers] == [(201, "it!")] * 4
        assert instances.asked == [("stock", "/items?a=b"), ("stock-2", "/items?a=b")] * 2

    play(story)


def test_who_says_no_twice_is_sent_nothing_until_it_says_yes() -> None:
    async def story(gateway: Gateway, instances: Instances) -> None:
        instances.unready.add("stock")
        await gateway.looks(FAILURES - 1)
        assert (await gateway.person.get("/ingress")).json() == {"stock": ["stock", "stock-2"]}
        await gateway.looks()
        assert (await gateway.person.get("/ingress")).json() == {"stock": ["stock-2"]}
        await gateway.person.get("/items")
        await gateway.person.get("/items")
        assert {name for name, _ in instances.asked} == {"stock-2"}
        instances.unready.clear()
        await gateway.looks()
        assert (await gateway.person.get("/ingress")).json() == {"stock": ["stock", "stock-2"]}

    play(story)


def test_who_drains_is_sent_nothing_from_then_on() -> None:
    async def story(gateway: Gateway, instances: Instances) -> None:
        instances.unready.add("stock")
        instances.why = "Not ready: draining"
        await gateway.looks()
        assert (await gateway.person.get("/ingress")).json() == {"stock": ["stock-2"]}

    play(story)


@mark.parametrize("unsent", [httpx.ConnectError, httpx.ConnectTimeout])
def test_where_nobody_listens_the_next_one_is_asked(unsent: type[httpx.TransportError]) -> None:
    async def story(gateway: Gateway, instances: Instances) -> None:
        instances.broken["stock"] = lambda _: unsent("nobody")
        answer = await gateway.person.post("/items")
        assert answer.status_code == 201
        assert [name for name, _ in instances.asked] == ["stock", "stock-2"]

    play(story)


@mark.parametrize(("lost", "status"), [(httpx.ReadError, 502), (httpx.ReadTimeout, 504)])
def test_what_somebody_may_have_seen_is_never_sent_again(
    lost: type[httpx.TransportError], status: int, capsys: CaptureFixture[str]
) -> None:
    async def story(gateway: Gateway, instances: Instances) -> None:
        instances.broken["stock"] = lambda _: lost("on the way")
        answer = await gateway.person.post("/items")
        assert answer.status_code == status
        (problem,) = answer.json()["errors"]
        assert "may have been done" in problem["message"]
        assert "stock" not in problem["message"]  # the name of a server is for operators
        assert [name for name, _ in instances.asked] == ["stock"]

    play(story)
    assert f'"where": "stock", "why": "{lost.__name__}: on the way"' in capsys.readouterr().err


def test_where_nobody_is_ready_the_gateway_says_so() -> None:
    async def story(gateway: Gateway, instances: Instances) -> None:
        instances.unready |= STOCK.keys()
        await gateway.looks(FAILURES)
        answer = await gateway.person.get("/items")
        assert answer.status_code == 503
        (problem,) = answer.json()["errors"]
        assert problem["message"] == "Nobody is ready to answer; try again later"
        assert instances.asked == []

    play(story)


def test_what_no_route_leads_to_is_not_found() -> None:
    async def story(gateway: Gateway, instances: Instances) -> None:
        assert (await gateway.person.get("/itemsets")).status_code == 404
        assert instances.asked == []

    play(story)


def test_a_route_to_a_service_without_upstreams_is_refused(capsys: CaptureFixture[str]) -> None:
    with raises(SystemExit) as ended:
        main(["--port", "0", '{"/": "courier"}', '{"stock": {}}'])
    assert ended.value.code == MISUSE
    assert "routes lead to courier, which has no upstreams" in capsys.readouterr().err


def test_no_cookie_stays_in_the_gateway() -> None:
    async def story(gateway: Gateway, instances: Instances) -> None:
        instances.headers = [(b"Set-Cookie", b"jwt=ana"), (b"Set-Cookie", b"b=2")]
        answer = await gateway.person.get("/items")
        assert answer.headers.get_list("set-cookie") == ["jwt=ana", "b=2"]
        gateway.person.cookies.clear()
        seen: list[httpx.Headers] = []
        instances.broken = dict.fromkeys(STOCK, _remember(seen))
        await gateway.person.get("/items")
        assert "cookie" not in seen[0]

    play(story)


def test_how_a_connection_goes_on_is_nobody_elses_business() -> None:
    async def story(gateway: Gateway, instances: Instances) -> None:
        instances.headers = [(b"Connection", b"close"), (b"ETag", b'"1"')]
        answer = await gateway.person.get("/items")
        assert "connection" not in answer.headers
        assert answer.headers["etag"] == '"1"'

    play(story)


def _remember(seen: list[httpx.Headers]) -> Break:
    def remember(request: httpx.Request) -> Exception:
        seen.append(request.headers)
        return httpx.ReadError("seen")

    return remember
