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


async def orders(buyer: httpx.AsyncClient, ticket: str, status: int = 201) -> str:
    answer = await buyer.post("/api/orders", json={"ticketId": ticket})
    assert answer.status_code == status
    return str(answer.json().get("id"))


async def an_honest_day(world: World) -> Evidence:
    """Somebody edits, pays, cancels, is refunded, lets the time pass, and forgets a password.

    Each time somebody else tries what only they may.  And an operator looks whether all is well.
    """
    sue, ana, ben = [await joins(world, name) for name in ("sue", "ana", "ben")]
    paid, cancelled, forgotten, regretted = [await lists(sue) for _ in range(4)]
    await edits(sue, ben, paid)
    await asyncio.sleep(1.0)
    order = await orders(ana, paid)
    await asyncio.sleep(1.0)
    card = {"orderId": order, "token": "tok_visa"}
    for person in (ben, ana, ana):
        payment = (await person.post("/api/payments", json=card)).json().get("id")
    for person in (ana, ben, world.client("eve")):
        await person.get(f"/api/payments/{payment}")
        await person.get(f"/api/orders/{order}")
    await regrets(ana, await orders(ana, regretted))
    mine = f"/api/orders/{await orders(ana, cancelled)}"
    for person in (ben, ana, ana):
        await person.delete(mine)
    await walks(ana, "/api/orders?limit=1")
    await walks(ana, "/api/tickets?limit=1")
    await orders(ben, cancelled)
    await orders(ben, forgotten)
    await orders(ana, forgotten, 400)
    await forgets(world, ben)
    await asyncio.sleep(1_000.0)
    for path in ("/readyz", "/livez"):
        await world.client("olga", "tickets").get(path)
    world.crash("orders", down_s=1.0, notice_s=0.5)  # told to end, that is
    await asyncio.sleep(60.0)
    return collect_evidence(world)


async def edits(sue: httpx.AsyncClient, ben: httpx.AsyncClient, ticket: str) -> None:
    """Two tabs of one seller: the second has not seen what the first has done."""
    path, offer = f"/api/tickets/{ticket}", {"title": "Front row, left", "price": 19.99}
    await ben.get(path)
    await ben.put(path, json=offer)
    for _ in range(2):
        await sue.put(path, json=offer, headers={"If-Match": '"0"'})
    await ben.get(path)


async def regrets(ana: httpx.AsyncClient, order: str) -> None:
    """Pay for an order, and cancel it before orders has heard of that."""
    await asyncio.sleep(1.0)
    card = {"orderId": order, "token": "tok_visa"}
    paying = asyncio.ensure_future(ana.post("/api/payments", json=card))
    await asyncio.sleep(0.02)
    await ana.delete(f"/api/orders/{order}")
    await paying


async def walks(person: httpx.AsyncClient, path: str) -> None:
    """Look at a list to its end."""
    while path:
        answer = await person.get(path)
        path = answer.links.get("next", {}).get("url", "")


async def forgets(world: World, ben: httpx.AsyncClient) -> None:
    """Choose another password, with a letter that works once."""
    await ben.post("/api/users/forgot-password", json={"email": "ben@example.com"})
    await asyncio.sleep(60.0)
    [letter] = world.letters_to("ben@example.com")
    wanted = {"token": letter.partition("#token=")[2].split()[0], "password": "another one"}
    for _ in range(2):
        await ben.post("/api/users/reset-password", json=wanted)
        await ben.get("/api/users/currentuser")
    for password in ("mistyped", "another one"):
        known = {"email": "ben@example.com", "password": password}
        await ben.post("/api/users/signin", json=known)


@fixture(scope="session")
def honest() -> Evidence:
    return World(seed=1).run(an_honest_day)
