import asyncio

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from pytest import mark, raises

from boxoffice.net.calls import CallFault
from boxoffice.net.gateway import Gateway
from boxoffice.net.transport import PersonalTransport
from boxoffice.world.system import System
from tests.engine.wires import Wires

TRACED = ("request", "response")
HOUSE = System("house", address="https://house.test")
HOUSE.service("stock", lambda drivers: None, route="/stock")
HOUSE.service("parcels", lambda drivers: None, route=("/parcels", "/returns"))
HOUSE.service("slips", lambda drivers: None, route="/parcels/slips")
HOUSE.service("pages", lambda drivers: None, route="/")


def redacted(body):
    return body | {"password": "…"} if isinstance(body, dict) and "password" in body else body


class Street:
    """Hosts that answer with their names, and one person's browser."""

    def __init__(self, *names: str, fault: CallFault | None = None) -> None:
        self.wires = Wires(fault=fault)
        self.hosts = {name: self.wires.host(name) for name in names}
        for host in self.hosts.values():
            host.app = app_of(host.name)
        self.gateway = Gateway(
            self.wires.trace, self.serving, HOUSE.service_for, System.peer, redacted
        )
        transport = PersonalTransport(
            "ana", self.gateway, lambda host: self.wires.between(self.wires.client, host)
        )
        self.browser = httpx.AsyncClient(transport=transport, base_url=HOUSE.address, timeout=None)

    def serving(self, service):
        """Return the hosts of a service, by the beginning of their names."""
        return [host for name, host in self.hosts.items() if name.startswith(service)]

    def get(self, path, method="GET", **options):
        """Ask once."""
        return self.wires.run(self.browser.request(method, path, **options))

    def traced(self):
        """Return what the trace says of the requests."""
        return [event for event in self.wires.trace.events if event.kind in TRACED]


def app_of(name):
    app = FastAPI()

    @app.get("/stock/broken")
    async def broken():
        raise LookupError("nobody catches this")

    @app.get("/stock/7")
    async def versioned():
        return JSONResponse({}, headers={"ETag": '"3"', "Link": '</stock/8>; rel="next"'})

    @app.get("/stock/slow")
    async def slow():
        await asyncio.sleep(3600)

    @app.get("/stock/text")
    async def text():
        return PlainTextResponse("not json")

    @app.get("/stock/where")
    async def where(request: Request):
        return request.headers.getlist("X-Forwarded-For")

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    async def whoever(request: Request):
        return {"host": name, "body": (await request.body()).decode()}

    return app


@mark.parametrize(
    ("path", "host"),
    [
        ("/stock/1", "stock"),
        ("/parcels?limit=3", "parcels"),
        ("/returns", "parcels"),
        ("/parcels/slips/1", "slips"),
        ("/favicon.ico", "pages"),
    ],
)
def test_a_path_has_a_service_that_serves_it(path, host):
    street = Street("stock", "parcels", "slips", "pages")
    assert street.get(path).json()["host"] == host
    assert street.traced()[0]["path"] == path


def test_a_path_that_no_route_leads_to_is_an_error_that_says_so():
    nowhere = System("nowhere")
    nowhere.service("stock", lambda drivers: None, route="/stock")
    with raises(LookupError, match="no route of nowhere leads to /parcels"):
        nowhere.service_for("/parcels")


def test_replicas_take_turns_and_the_dead_are_passed_over():
    street = Street("parcels", "parcels-2", "parcels-3")
    served = [street.get("/parcels").json()["host"] for _ in range(6)]
    assert sorted(served[:3]) == ["parcels", "parcels-2", "parcels-3"]
    assert served[:3] == served[3:]
    street.hosts["parcels-2"].crash()
    street.hosts["parcels-3"].app = None
    assert {street.get("/parcels").json()["host"] for _ in range(4)} == {"parcels"}


def test_where_somebody_is_stands_in_a_line_below_what_they_say():
    street = Street("stock")
    [real] = street.get("/stock/where").json()
    said = street.get("/stock/where", headers={"x-forwarded-for": "192.0.2.1"}).json()
    assert said == ["192.0.2.1", real]


def test_a_service_that_is_down_is_a_connection_refused():
    street = Street("parcels")
    street.hosts["parcels"].crash()
    with raises(httpx.ConnectError):
        street.get("/parcels")
    assert street.traced()[-1]["outcome"] == "refused"


def test_a_service_that_is_still_starting_is_a_connection_refused():
    street = Street("parcels")
    street.hosts["parcels"].app = None
    with raises(httpx.ConnectError):
        street.get("/parcels")


@mark.parametrize("leg", ["lose_request", "lose_response"])
def test_a_lost_answer_is_a_timeout_whose_outcome_is_unknown(leg):
    street = Street("parcels", fault=CallFault(**{leg: True}))
    with raises(httpx.ReadTimeout):
        street.get("/parcels", "POST")
    assert street.traced()[-1]["outcome"] == "unknown"


def test_a_service_that_dies_over_a_request_leaves_its_outcome_unknown():
    street = Street("stock")
    street.wires.loop.call_later(1.0, street.hosts["stock"].crash)
    with raises(httpx.ReadTimeout):
        street.get("/stock/slow")
    assert street.wires.loop.time() < 2.0


def test_the_headers_are_told_that_an_outcome_turns_on_and_no_others():
    street = Street("stock")
    street.get("/stock/7", headers={"If-Match": '"2"', "Accept": "text/html"})
    street.get("/stock/1")
    conditional, versioned, *plain = street.traced()
    assert conditional["headers"] == {"If-Match": '"2"'}
    assert versioned["headers"] == {"ETag": '"3"', "Link": '</stock/8>; rel="next"'}
    assert not [event for event in plain if "headers" in event.fields]


def test_an_error_that_nobody_catches_is_a_500():
    assert Street("stock").get("/stock/broken").status_code == 500


def test_a_request_is_traced_with_its_answer_and_without_secrets():
    street = Street("stock")
    street.get("/stock/new", "POST", json={"email": "a@b.c", "password": "p"})
    asked, answered = street.traced()
    assert (asked.host, asked["method"], asked["to"]) == ("ana", "POST", "stock")
    assert asked["body"] == {"email": "a@b.c", "password": "…"}
    assert (answered.cause, answered["request"]) == (asked.number, asked.number)
    assert (answered["status"], answered["body"]["host"]) == (200, "stock")


def test_a_body_that_is_no_json_is_told_by_its_size():
    street = Street("stock")
    street.get("/stock/text", "GET")
    street.get("/stock", "POST", content=b"{")
    bodies = [event.get("body") for event in street.traced()]
    assert bodies[:3] == [None, None, "1 bytes"]


def test_requests_in_flight_are_counted_until_they_are_answered_or_not():
    street = Street("stock")
    task = street.wires.loop.create_task(street.browser.get("/stock/slow"))
    street.wires.run(asyncio.sleep(1))
    assert street.gateway.in_flight == 1
    street.hosts["stock"].crash()
    street.wires.run(asyncio.wait([task]))
    assert street.gateway.in_flight == 0
    assert isinstance(task.exception(), httpx.ReadTimeout)
