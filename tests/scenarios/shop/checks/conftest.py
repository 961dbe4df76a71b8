"""One honest run, which every invariant is judged by."""

import asyncio

import httpx
from pytest import fixture

from scenarios.shop.checks import Evidence, collect_evidence
from scenarios.shop.world import World

PASSWORD = "front row, please"


async def joins(world: World, name: str) -> httpx.AsyncClient:
    person = world.client(name)
    credentials = {"email": f"{name}@example.com", "password": PASSWORD}
    await person.post("/api/users/signup", json=credentials)
    return person


async def lists(seller: httpx.AsyncClient, price: float = 45.0) -> str:
    answer = await seller.post("/api/tickets", json={"title": "Front row", "price": price})
    return str(answer.json()["id"])


async def orders(buyer: httpx.AsyncClient, ticket: str) -> str:
    answer = await buyer.post("/api/orders", json={"ticketId": ticket})
    return str(answer.json()["id"])


async def an_honest_day(world: World) -> Evidence:
    """Somebody edits, somebody pays, somebody cancels, and somebody lets the time pass."""
    sue, ana, ben = [await joins(world, name) for name in ("sue", "ana", "ben")]
    paid, cancelled, forgotten = [await lists(sue) for _ in range(3)]
    await sue.put(f"/api/tickets/{paid}", json={"title": "Front row, left", "price": 46})
    await asyncio.sleep(1.0)
    order = await orders(ana, paid)
    await ana.post("/api/payments", json={"orderId": order, "token": "tok_visa"})
    await ana.delete(f"/api/orders/{await orders(ana, cancelled)}")
    await ana.get("/api/orders")
    await orders(ben, cancelled)
    await orders(ben, forgotten)
    await asyncio.sleep(1_000.0)
    return collect_evidence(world)


@fixture(scope="session")
def honest() -> Evidence:
    return World(seed=1).run(an_honest_day)
