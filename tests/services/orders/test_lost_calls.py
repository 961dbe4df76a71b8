"""No call of any driver is safe from being lost, and nothing is lost or doubled by it.

Three tickets are bought, cancelled and left to run out, by a buyer who asks again until there is an
answer.  Meanwhile requests or responses of one method of one driver get lost.
"""

from fnmatch import fnmatchcase

import httpx
from pytest import mark, param

from boxoffice.faults import delays, lost_requests, lost_responses
from tests.real.tiers import sampled
from tests.services.orders.books import WINDOW_S, assert_balanced, orders, said
from tests.services.shop import Shop, play

CALLS = {
    "tickets-db": ["find", "find_one", "insert_one", "update_one"],
    "orders-db": ["create_index", "find", "find_one", "insert_one", "update_one"],
    "payments-db": ["create_index", "find", "find_one", "insert_one", "update_one"],
    "nats": ["ack", "nak", "fetch", "publish", "consumer.*", "stream.*"],
    "redis": ["del", "exists", "set", "zadd", "zrange", "zscore", "zremrangebyscore"],
    "stripe": ["charge"],  # refunds: tests/services/payments/test_settlement.py
    "tickets": ["POST"],
    "orders": ["POST", "GET", "DELETE"],
    "payments": ["POST"],
}
LEGS = {"request": lost_requests, "response": lost_responses}
# Payments hears of a new order late, so that there are messages to send back, too.
EARLY = delays(by_s=0.5, of="order.created", at="payments")
DONE = (200, 201, 204)


class Patient:
    """A person who asks again when there is no answer, or one that asks for patience."""

    def __init__(self, shop: Shop, client: httpx.AsyncClient) -> None:
        self._shop = shop
        self._client = client

    async def asks(self, method: str, path: str, until=DONE, **body):
        """Return the first answer with one of the statuses `until`."""

        async def answer():
            try:
                answer = await self._client.request(method, path, json=body or None)
            except httpx.TransportError:
                return None
            assert answer.status_code != 500, answer.text
            return answer if answer.status_code in until else None

        return (await self._shop.until(answer, within_s=300)).json

    async def orders_ticket(self, ticket_id: str) -> str:
        """Order a ticket, or find that an attempt without an answer did; return the order's id."""
        path, wish = "/api/orders", {"ticketId": ticket_id}
        await self.asks("POST", path, until=(201, 400), **wish)
        own = (await self.asks("GET", path))()
        (order,) = [it for it in own if it["ticket"]["id"] == ticket_id]
        return str(order["id"])


async def puts_up(shop: Shop, seller: Patient) -> str:
    """Put a ticket up; one whose answer was lost is up as well, but nobody's concern here."""
    return str((await seller.asks("POST", "/api/tickets", title="Front row", price=45))()["id"])


async def three_tickets(shop: Shop) -> None:
    sue = Patient(shop, (await shop.person("sue")).client)
    ana = Patient(shop, (await shop.person("ana")).client)
    tickets = [await puts_up(shop, sue) for _ in range(3)]
    bought, cancelled, left = [await ana.orders_ticket(ticket) for ticket in tickets]
    await ana.asks("POST", "/api/payments", token="tok_visa", orderId=bought)
    await ana.asks("DELETE", f"/api/orders/{cancelled}")
    await shop.sleep(WINDOW_S + 60)
    shop.world.faults.heal()
    await shop.sleep(150)
    assert [it["_id"] for it in orders(shop.world)] == sorted([bought, cancelled, left])
    assert {it["_id"]: it["status"] for it in orders(shop.world)} == {
        bought: "complete",
        cancelled: "cancelled",
        left: "cancelled",
    }
    assert {it["orderId"] for it in said(shop.world, "expiration.complete")} <= {left}
    assert_balanced(shop.world)


# What only reads has no effect that a lost response could hide: one leg says it all.
READS = ("find", "find_one", "exists", "zrange", "zscore", "GET")
LOSSES = [
    (at, of, leg)
    for at, verbs in CALLS.items()
    for of in verbs
    for leg in sorted(LEGS)
    if leg == "response" or of not in READS
]


@mark.parametrize(("at", "of", "leg"), sampled([param(*it) for it in LOSSES], every=3))
def test_what_was_accepted_is_there_in_the_end_and_nothing_is_doubled(at, of, leg):
    lost = [LEGS[leg](of=of, at=at, nth=[1]), LEGS[leg](of=of, at=at, share=0.3)]
    play(three_tickets, seed=1, faults=[*lost, EARLY])
    assert lost[0].injected == 1


def test_calls_of_every_kind_get_lost_all_together():
    faults = [lost(share=0.03, from_s=1.0) for lost in LEGS.values()]
    play(three_tickets, seed=2, faults=faults)


def test_the_calls_above_are_all_that_a_purchase_makes():
    seen = set()

    async def script(shop: Shop) -> None:
        fault_for = shop.world.network.fault_for

        def spy(call):
            seen.add((call.target, call.verb))
            return fault_for(call)

        shop.world.network.fault_for = spy
        await three_tickets(shop)

    play(script, faults=[EARLY])
    assert sorted(seen) == sorted(
        (at, verb)
        for at, verb in seen
        if at.startswith("auth") or any(fnmatchcase(verb, of) for of in CALLS[at])
    )
