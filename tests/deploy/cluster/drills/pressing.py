"""Run in the node: one person presses the shop, by asking who is signed in or by listing tickets.

python -m tests.deploy.cluster.drills.pressing URL look        until standard input ends
python -m tests.deploy.cluster.drills.pressing URL sell COUNT  so many of them
python -m tests.deploy.cluster.drills.pressing URL trade       until it closes; says which it has
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from itertools import count

import httpx

from scenarios.actors import PASSWORD
from services.common.ids import SystemIds

AT_ONCE = 8  # requests
BETWEEN_S = 0.25  # two tickets of who trades: so that one page shows all of them
PAUSE_S = 0.03  # after each, of those that look: 200 requests a second at most


async def look(client: httpx.AsyncClient) -> None:
    """Ask until standard input ends, which costs auth little more than its time to answer."""
    ended = asyncio.Event()

    async def ask() -> None:
        while not ended.is_set():
            (await client.get("/api/users/currentuser")).raise_for_status()
            await asyncio.sleep(PAUSE_S)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(ask())
        print("looking", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        ended.set()


async def sell(client: httpx.AsyncClient, numbers: Iterator[int]) -> None:
    """List a ticket for each number."""

    async def list_some() -> None:
        for number in numbers:
            await listed(client, number)

    await asyncio.gather(*(list_some() for _ in range(AT_ONCE)))


async def trade(client: httpx.AsyncClient) -> None:
    """List one ticket after another, for as long as the shop takes them."""
    print("trading", flush=True)
    taken: list[str] = []
    try:
        for number in count():
            taken.append(await listed(client, number))
            await asyncio.sleep(BETWEEN_S)
    except httpx.HTTPError:  # nobody serves any more
        print(json.dumps(taken))


async def listed(client: httpx.AsyncClient, number: int) -> str:
    """List a ticket; return its id.  Raises: httpx.HTTPError."""
    ticket = {"title": f"Seat {number}", "price": "10.00"}
    answer = (await client.post("/api/tickets", json=ticket)).raise_for_status()
    id: str = answer.json()["id"]
    return id


async def main(url: str, what: str, number: str = "0") -> None:
    """Sign up, and do it."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        person = {"email": f"{SystemIds().object_id()}@example.com", "password": PASSWORD}
        (await client.post("/api/users/signup", json=person)).raise_for_status()
        does = {"look": look, "trade": trade}.get(what)
        await (does(client) if does else sell(client, iter(range(int(number)))))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
