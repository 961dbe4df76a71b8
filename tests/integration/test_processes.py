"""The shop as processes: bought from, killed, brought back, and gone in the end."""

import asyncio
import itertools
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
from pytest import fixture, mark, raises

from boxoffice.clock.randomness import Randomness
from boxoffice.faults import delays, duplicates
from boxoffice.faults.engine import Faults
from boxoffice.real.errors import CannotOpen, NotReady
from boxoffice.real.frames import Delivery
from boxoffice.trace.trace import Trace
from scenarios.shop.real.launch import process_shop
from scenarios.shop.real.shop import ProcessShop
from tests.integration.living import living_in
from tests.real.tiers import unhurried

PATIENCE_S = 60.0
# Stripe's client uses what httpx calls deprecated.
STRICT = {"PYTHONWARNINGS": "error,ignore::DeprecationWarning"}
WARNED = "Warning"

Play = Callable[[Awaitable[Any]], Any]
told: list[Delivery] = []


def nothing(*_: object) -> None:
    """No crash is asked for, and time stands still."""


@fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as one:
        yield one


@fixture(scope="module")
def shop(runner: asyncio.Runner, tmp_path_factory: Any) -> Iterator[ProcessShop]:
    """A shop in which every message comes twice."""
    folder = tmp_path_factory.mktemp("shop")
    twice = [duplicates(within_s=0.02), delays(by_s=0.01, of="order.*")]
    faults = Faults(twice, Randomness(1), Trace(lambda: 0.0), lambda: 0.0, nothing)
    opening = process_shop(folder, given=STRICT, faults=faults, tell=told.append)
    opened = runner.run(opening.__aenter__())
    yield opened
    for instance in opened.url_by_instance:
        opened.kill(instance)  # or each would take its time to drain
    runner.run(opening.__aexit__(None, None, None))
    assert living_in(folder) == []


@fixture
def play(runner: asyncio.Runner) -> Play:
    async def bounded(story: Awaitable[Any]) -> Any:
        async with asyncio.timeout(PATIENCE_S):
            return await story

    return lambda story: runner.run(bounded(story))


class Person:
    """Somebody with a cookie jar."""

    def __init__(self, shop: ProcessShop, name: str) -> None:
        self._shop = shop
        self._name = name

    async def __aenter__(self) -> "Person":
        self.browser = httpx.AsyncClient(timeout=PATIENCE_S)
        account = {"email": f"{self._name}@example.com", "password": "correct horse"}
        await self.post("auth", "/api/users/signup", account)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.browser.aclose()

    async def post(self, service: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Post until it is taken: the services hear of each other's news a little later."""
        for pause_s in itertools.repeat(0.05):
            answer = await self.browser.post(self._shop.url_of(service) + path, json=body)
            if answer.status_code == 201:
                return dict(answer.json())
            assert answer.status_code in (404, 503), answer.text
            await asyncio.sleep(pause_s)
        raise AssertionError

    async def see(self, service: str, path: str, **fields: Any) -> None:
        """Look until it is so."""
        for pause_s in itertools.repeat(0.05):
            answer = (await self.browser.get(self._shop.url_of(service) + path)).json()
            if fields.items() <= answer.items():
                return
            await asyncio.sleep(pause_s)


async def purchase(shop: ProcessShop, seller: str, buyer: str) -> str:
    """Sell a ticket, buy it, see that it is sold; return the order."""
    async with Person(shop, seller) as sue, Person(shop, buyer) as ana:
        seat = await sue.post("tickets", "/api/tickets", {"title": "Front row", "price": 45})
        order = await ana.post("orders", "/api/orders", {"ticketId": seat["id"]})
        paid = {"orderId": order["id"], "token": "tok_visa"}
        await ana.post("payments", "/api/payments", paid)
        await ana.see("orders", f"/api/orders/{order['id']}", status="complete")
        await sue.see("tickets", f"/api/tickets/{seat['id']}", orderId=order["id"])
        return str(order["id"])


def test_a_ticket_is_bought_though_every_message_comes_twice(shop: ProcessShop, play: Play) -> None:
    play(purchase(shop, "sue", "ana"))
    counts = shop.counts
    assert set(counts) == {"tickets", "orders", "payments", "expiration"}
    assert counts["expiration"].copied > 0
    assert counts["expiration"].late >= counts["expiration"].copied
    assert sum(each.delivered for each in counts.values()) == len(told)
    twice = [it for it in told if (it.consumer, it.subject) == ("expiration", "order.created")]
    assert len(twice) == 2
    assert twice[0] == twice[1]


@unhurried
def test_services_that_were_killed_come_back_where_they_were(shop: ProcessShop, play: Play) -> None:
    async def story() -> None:
        before = {name: shop.url_of(name) for name in shop.instances}
        for name in shop.instances:
            shop.kill(name)
        assert shop.ended() == dict.fromkeys(shop.instances, -9)
        with raises(NotReady, match=r"^not ready in 0 s: auth: ended with -9; tickets: ended"):
            await shop.ready(within_s=0.0)
        await asyncio.gather(*(shop.start(name) for name in shop.instances))
        await shop.ready()
        assert {name: shop.url_of(name) for name in shop.instances} == before
        assert shop.ended() == {}

    play(story())


@mark.parametrize("server", ["nats", "redis"])
def test_a_server_that_was_killed_is_missed_and_found_again(
    server: str, shop: ProcessShop, play: Play
) -> None:
    known = server if server in shop.processes else "stores"

    async def story() -> None:
        shop.kill(known)
        with raises(NotReady, match=rf"expiration: {server}"):
            await shop.ready(within_s=0.0)
        await shop.start(known)
        await shop.ready()

    play(story())


def test_nobody_is_killed_under_a_name_that_is_not_here(shop: ProcessShop) -> None:
    with raises(CannotOpen, match="ordres is no process of this shop; there are auth, tickets"):
        shop.kill("ordres")


def test_no_process_has_warned(shop: ProcessShop) -> None:
    assert [name for name in shop.processes if WARNED in shop.log_of(name)] == []


@mark.real
@unhurried
def test_a_shop_of_two_replicas_sells_on_with_one_of_each(tmp_path: Path) -> None:
    async def story() -> None:
        async with process_shop(tmp_path, replicas=2) as shop:
            assert shop.instances["orders"] == ["orders", "orders-2"]
            for second in [name for name in shop.url_by_instance if name.endswith("-2")]:
                shop.kill(second)
            await purchase(shop, "sue", "ana")

    asyncio.run(story())
    assert living_in(tmp_path) == []


def test_a_shop_that_does_not_open_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        broken = [sys.executable, "-c", "import sys; sys.exit('no such thing')"]
        async with process_shop(tmp_path, command=broken):
            raise AssertionError("it cannot have opened")

    with raises(CannotOpen, match=r"ended with 1: no such thing; its log is .*\.log$"):
        asyncio.run(story())
    assert living_in(tmp_path) == []


@unhurried
def test_a_shop_that_is_called_off_while_it_opens_leaves_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        opening = process_shop(tmp_path)
        entering = asyncio.create_task(opening.__aenter__())
        for pause_s in itertools.repeat(0.02):
            if living_in(tmp_path):
                break
            await asyncio.sleep(pause_s)
        entering.cancel()
        await asyncio.wait([entering])
        assert entering.cancelled()

    asyncio.run(story())
    assert living_in(tmp_path) == []
