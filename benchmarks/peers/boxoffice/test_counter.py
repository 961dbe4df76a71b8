"""A lost update, as a story of Boxoffice's."""

import asyncio

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from boxoffice import System


def counter(drivers):
    count = 0

    async def read(request):
        return JSONResponse(count)

    async def write(request):
        nonlocal count
        count = await request.json()
        return JSONResponse("ok")

    return Starlette(routes=[Route("/", read), Route("/", write, methods=["PUT"])])


async def add_one(client):
    seen = (await client.get("/")).json()
    await client.put("/", json=seen + 1)


# --- the test ---

shop = System("counting")
shop.service("counter", counter, route="/")


async def later(client):
    await asyncio.sleep(0.1)
    await add_one(client)


@shop.story()
async def both_count(world):
    ann, ben = world.client("Ann"), world.client("Ben")
    await world.together(add_one(ann), later(ben))
    assert (await ann.get("/")).json() == 2
