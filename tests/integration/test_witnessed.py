"""A shop of processes on real servers, judged from outside."""

import asyncio
from datetime import UTC, datetime

import pytest

from boxoffice.clock.stopwatch import Stopwatch
from boxoffice.real.process import running
from boxoffice.trace.trace import Trace
from scenarios.shop.checks import INVARIANTS, judge
from scenarios.shop.outside.calm import calm, quiet
from scenarios.shop.outside.renumbering import renumbered
from scenarios.shop.outside.unseen import UNSEEN
from scenarios.shop.outside.witness import Servers, witness
from scenarios.shop.real.launch import process_shop
from scenarios.shop.system import ROUTES
from scenarios.shop.targets.browsers import Browsers, Place
from tests.real.servers import mongo_process, redis_process, stripe_process

pytestmark = pytest.mark.real

WINDOW_S = 30  # so that a slow machine, too, looks at the day before its last order expires
OF_MONEY = {"charged-once", "money-conserved"}  # which stripe-mock has no memory to tell of
# Nobody edits, reads a document twice, leafs through a list, asks twice or is refused.
NOT_TRIED = {
    *("no-lost-update", "conditions-hold", "reads-go-forward", "lists-are-whole"),
    *("answered-alike", "refusals-in-words"),
}
NOT_SEEN = UNSEEN & {it.name for it in INVARIANTS}


@pytest.fixture
def given(tmp_path):
    with (
        running(mongo_process(tmp_path)) as mongo,
        running(redis_process(tmp_path)) as redis,
        running(stripe_process(tmp_path)) as stripe,
    ):
        yield {
            "MONGO_URL": f"mongodb://{mongo.address}",
            "REDIS_URL": f"redis://{redis.address}",
            "STRIPE_API_BASE": f"http://{stripe.address}",
        }


class Visitors:
    """People, and what is taken down of them."""

    def __init__(self, shop):
        self.trace = Trace(Stopwatch().elapsed_s)
        self._browsers = Browsers(self.trace, lambda path: [_place(shop, path)])
        self._people = []

    async def arrives(self, name):
        person = self._browsers.browser(name, "http://127.0.0.1")
        self._people.append(person)
        credentials = {"email": f"{name}@example.com", "password": "front row"}
        await self.does(person, "POST", "/api/users/signup", credentials, 201)
        return person

    async def does(self, person, method, path, body, expected):
        answer = await person.request(method, path, json=body)
        while answer.status_code == 404:  # not heard of everywhere yet
            answer = await person.request(method, path, json=body)
        assert answer.status_code == expected, answer.text
        return answer.json() if answer.content else None

    async def leave(self):
        for person in self._people:
            await person.aclose()
        await self._browsers.aclose()


def _place(shop, path):
    service = next(name for prefix, name in ROUTES if path.startswith(prefix))
    return Place(service, shop.url_of(service))


async def a_day(visitors, seen):
    """Somebody pays, somebody cancels, somebody else orders that and forgets about it."""
    sue, ana, ben = [await visitors.arrives(name) for name in ("sue", "ana", "ben")]
    offer = {"title": "Front row", "price": "45.00"}
    left, right = [
        (await visitors.does(sue, "POST", "/api/tickets", offer, 201))["id"] for _ in range(2)
    ]
    order = await visitors.does(ana, "POST", "/api/orders", {"ticketId": left}, 201)
    card = {"orderId": order["id"], "token": "tok_visa"}
    await visitors.does(ana, "POST", "/api/payments", card, 201)
    regretted = await visitors.does(ana, "POST", "/api/orders", {"ticketId": right}, 201)
    await visitors.does(ana, "DELETE", f"/api/orders/{regretted['id']}", None, 204)
    await visitors.does(ben, "POST", "/api/orders", {"ticketId": right}, 201)
    assert await quiet(seen)


def test_a_day_of_real_processes_is_judged_as_a_world_is(tmp_path, given):
    async def story():
        async with process_shop(tmp_path, window_s=WINDOW_S, given=given) as shop:
            began, visitors = datetime.now(UTC), Visitors(shop)
            servers = Servers(shop.nats_url, shop.mongo_url, shop.redis_url, shop.stripe_url)
            async with witness(servers, began) as seen:
                await a_day(visitors, seen)
                rounds = [found async for found in calm(seen, lambda: visitors.trace.events)]
            await visitors.leave()
            return rounds

    open_, ended = asyncio.run(story())
    early = renumbered(judge(open_), open_.events, ended.events)
    late = judge(ended)
    assert [it.violations for it in (*early, *late) if it.violations] == []
    assert {it["status"] for it in ended.orders.values()} == {"complete", "cancelled"}
    for write in ended.writes("tickets.tickets", "orders.orders"):
        assert write.cause is not None, write
