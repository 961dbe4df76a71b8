"""What is answered at the port of a shop on this machine, without a shop behind it."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from pytest import fail, fixture, mark
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from scenarios.look.bodies import LONGEST
from scenarios.look.files import FILES
from scenarios.look.guard import Guard
from scenarios.look.live import Live
from scenarios.look.look import Front
from scenarios.look.recorded import Recorded
from scenarios.look.sightings import Sightings
from scenarios.look.switch import Switch
from scenarios.shop.real.looker import Place
from services.common.clock import SystemClock
from services.common.mail import Letter

URL = "http://127.0.0.1:8000"
TRACE = 32 * "a"
PATIENCE_S = 10.0
NAMES = [name for names in FILES.values() for name in names]


async def services(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with where it was asked, and how much."""
    body = await Request(scope, receive).body()
    asked = {"path": scope["path"], "size": len(body)}
    headers = {"traceresponse": f"00-{TRACE}-{16 * 'b'}-01"}
    await JSONResponse(asked, 201, headers)(scope, receive, send)


class Shop:
    """All of it but the services, the link and the broker."""

    def __init__(self) -> None:
        self.guard = Guard(8000)
        self.seen = Sightings(lambda: round(SystemClock().now().timestamp() * 1e6))
        self.switch = Switch(lambda: 0.0)
        self.live = Live(self.guard, self.seen, self, self.switch, 1.0)
        place = Place("", 8000, 60.0, SystemClock())
        self.front = Front(Recorded(services, self.seen), self.live, place)

    async def catch_up(self, seen: Sightings) -> None:
        """There is no broker."""

    def play(self, script: Callable[[httpx.AsyncClient], Awaitable[Any]]) -> Any:
        async def playing() -> Any:
            transport = httpx.ASGITransport(self.front)
            async with (
                asyncio.timeout(PATIENCE_S),  # with news that have no end
                httpx.AsyncClient(transport=transport, base_url=URL) as client,
            ):
                return await script(client)

        return asyncio.run(playing())

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        answer: httpx.Response = self.play(lambda it: it.request(method, path, **more))
        return answer

    @property
    def token(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.guard.token}", "Origin": URL}


@fixture
def shop() -> Shop:
    return Shop()


@mark.parametrize("path", ["/", *(f"/{name}" for name in NAMES)])
def test_the_page_is_served_and_may_load_nothing_from_elsewhere(shop: Shop, path: str) -> None:
    answer = shop.ask("GET", path)
    assert answer.status_code == 200
    assert shop.ask("HEAD", path).content == b""
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    assert {it for each in policy for it in each.split()[1:]} <= {"'none'", "'self'", "data:"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert re.findall(r"(?:src|href)=\"(\w+:)?//", answer.text if path == "/" else "") == []


def test_each_file_that_a_file_asks_for_is_there(shop: Shop) -> None:
    for name in NAMES:
        text = shop.ask("GET", f"/{name}").text
        asked = re.findall(r"from \"\./([\w.]+)\"", text) if name != "bundle.js" else []
        assert set(asked) <= set(NAMES), name


def test_all_else_is_for_the_services(shop: Shop) -> None:
    for path in ("/api/tickets", "/livez", "/readyz", "/live", "/up.py", "/tab.js"):
        assert shop.ask("GET", path).json() == {"path": path, "size": 0}
    assert shop.ask("POST", "/main.js").json()["path"] == "/main.js"


def test_the_page_is_told_the_time_of_the_shop(shop: Shop) -> None:
    said = shop.ask("GET", "/clock").json()
    assert said["speed"] == 60.0
    assert said["now"].endswith("Z")


@mark.parametrize("what", ["news", "run", "faults", "", "other"])
@mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Origin": "http://evil.example"}, 403),
        ({"Host": "evil.example"}, 403),
    ],
)
def test_who_may_not_look_is_told_in_a_sentence(
    shop: Shop, what: str, headers: dict[str, str], status: int
) -> None:
    for method in ("GET", "POST"):
        answer = shop.ask(method, f"/live/{what}", headers={**shop.token, **headers})
        assert answer.status_code == status
        [error] = answer.json()["errors"]
        assert error["message"].startswith("This is for ")
    assert shop.switch.state() == Switch(lambda: 0.0).state()


def test_a_purchase_is_drawn(shop: Shop) -> None:
    shop.ask("POST", "/api/users/signup", json={"email": "ana@example.com", "password": "secret!"})
    run = shop.ask("GET", "/live/run", headers=shop.token).json()
    assert [run["words"][it] for it in run["events"]["kind"]] == ["request", "response"]
    assert run["lanes"] == [["ana", "person"], ["auth", "service"]]
    assert run["seed"] is None
    assert "secret!" not in json.dumps(run)


def test_looks_are_not_noted_and_long_bodies_are_not_kept(shop: Shop) -> None:
    shop.ask("GET", "/api/tickets")
    assert shop.seen.count == 0
    shop.ask("POST", "/api/tickets", json={"title": "x" * LONGEST, "price": 1})
    assert shop.seen.kept()[0].fields["body"] is None


@mark.parametrize(
    "body", ['{"price": NaN}', '{"price": -1e999}', "[[]]", "5", '{"email": ["x"]}', "{", "[" * 999]
)
def test_whatever_somebody_sends_is_drawn_as_a_browser_can_read_it(shop: Shop, body: str) -> None:
    shop.ask("POST", "/api/tickets/" + 9_000 * "x", content=body)
    run = shop.ask("GET", "/live/run", headers=shop.token)
    assert run.status_code == 200
    json.loads(run.text, parse_constant=fail)
    assert len(shop.seen.kept()[0].fields["path"]) < LONGEST


def test_a_request_that_gets_no_answer_is_seen_to_get_none() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise OSError

    async def asking() -> None:
        transport = httpx.ASGITransport(Recorded(broken, seen), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=URL) as client:
            await client.delete("/api/orders/1")

    seen = Sightings(iter(range(9)).__next__)
    asyncio.run(asking())
    assert [it.fields.get("outcome") for it in seen.kept()] == [None, "unknown"]


def test_the_switch_is_thrown(shop: Shop) -> None:
    fault = "duplicates(share=1.0)"
    answer = shop.ask("POST", "/live/faults", headers=shop.token, json=[fault])
    assert [it["fault"] for it in answer.json() if it["on"]] == [fault]
    assert len(shop.switch.delivery_delays("orders", "ticket.created")) == 2


@mark.parametrize(
    "body", ["", "{", '{"on": []}', "[1]", '["crashes(orders)"]', "[" * 3_000, f'["{4_000 * "x"}"]']
)
def test_what_is_no_switch_of_ours_is_refused(shop: Shop, body: str) -> None:
    answer = shop.ask("POST", "/live/faults", headers=shop.token, content=body)
    assert answer.status_code == 400
    assert len(answer.json()["errors"]) == 1
    assert not any(it["on"] for it in shop.switch.state())


def test_the_last_letters_are_for_who_may_look() -> None:
    shop = Shop()
    for number in range(9):
        shop.live.letters.append(Letter(f"{number}@example.com", "Hello", "Go on."))
    news = json.loads(shop.play(lambda _: anext(shop.live._news())).removeprefix("data: "))
    assert news["letters"] == [{"to": f"{it}@example.com", "text": "Go on."} for it in (6, 7, 8)]


def test_news_come_when_something_happens_and_end_with_the_shop() -> None:
    async def hearing() -> list[dict[str, Any]]:
        shop = Shop()
        heard = list[dict[str, Any]]()
        async for piece in shop.live._news():
            heard.append(json.loads(piece.removeprefix("data: ")))
            if len(heard) == 1:
                shop.seen.note("nats", "delivered", {})
            else:
                shop.live.end()
        return heard

    async def patiently() -> list[dict[str, Any]]:
        return await asyncio.wait_for(hearing(), PATIENCE_S)

    assert [it["seen"] for it in asyncio.run(patiently())] == [0, 1]
