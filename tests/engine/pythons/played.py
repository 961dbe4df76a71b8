"""A small system and its run, in whatever Python; `python played.py` prints what came of it.

Nothing here needs compiled code, so that packages of one Python do for all.
"""

import asyncio
import json
import os
import platform
import random
import sys
import uuid
from contextlib import suppress
from datetime import datetime
from time import time, tzname

# What is in the way of those packages in another Python: compiled, and found missing too late.
# Not for pytest, which imports each file to look for examples in it.
for _name in ("opentelemetry", "psutil") if "pytest" not in sys.modules else ():
    sys.modules[_name] = None

import nats.errors  # noqa: E402
from nats.js.errors import NotFoundError  # noqa: E402
from starlette.applications import Starlette  # noqa: E402
from starlette.responses import JSONResponse  # noqa: E402
from starlette.routing import Route  # noqa: E402

from boxoffice import System, faults  # noqa: E402


async def in_order():
    """Return the order in which tasks come that are ready at once, and lie in sets."""
    ready = [one async for one in each(asyncio.as_completed([answer(it) for it in range(9)]))]
    done, _ = await asyncio.wait([asyncio.create_task(answer(it)) for it in range(9)])
    return [*ready, *(it.result() for it in done)]


async def answer(number):
    await asyncio.sleep(1)
    return number


async def each(coming):
    for one in coming:
        yield await one


def shelf(drivers):
    """Answer people: with a coroutine, and with a function that real servers run in threads."""

    async def put(request):
        jetstream = drivers.nats.jetstream()
        made = {"_id": str(uuid.uuid4()), "at": datetime.now().isoformat(), "s": time()}
        made |= {"who": [os.getpid(), platform.node(), *tzname], "order": await in_order()}
        await drivers.mongo["shelf"]["things"].insert_one(made | {"drawn": random.random()})
        await drivers.redis.set(made["_id"], "here", ex=60)
        await jetstream.add_stream(name="WORK", subjects=["work.*"])
        await jetstream.publish("work.put", json.dumps(made).encode())
        return JSONResponse(made)

    def get(request):
        return JSONResponse({"drawn": random.choice("abc"), "at": datetime.now().isoformat()})

    return Starlette(routes=[Route("/", put, methods=["POST"]), Route("/", get)])


async def courier(drivers):
    """Keep what the shelf tells of."""
    kept = drivers.mongo["courier"]["kept"]
    while True:
        with suppress(nats.errors.TimeoutError, NotFoundError):
            jetstream = drivers.nats.jetstream()
            subscription = await jetstream.pull_subscribe("work.put", durable="courier")
            for message in await subscription.fetch(4, timeout=5):
                await kept.insert_one({"what": json.loads(message.data)})
                await message.ack()
        await asyncio.sleep(0.1)


def outcome():
    """Play a day of it, under faults."""
    depot = System("depot")
    depot.service("shelf", shelf, mongo="mongo", nats="nats", redis="redis", route="/")
    depot.service("courier", courier, mongo="mongo", nats="nats")
    wrong = [
        faults.duplicates(share=0.5),
        faults.slow_calls(share=0.2),
        faults.crashes("courier", on="write", at="mongo", share=0.1),
    ]

    @depot.story(faults=wrong, seed=7)
    async def a_day(world):
        people = [world.client(name) for name in ("Ann", "Ben")]
        for _ in range(5):
            await world.together(*(it.post("/") for it in people), *(it.get("/") for it in people))
        await world.quiet()

    return depot.run(a_day)


async def twice():
    """Play two runs in a task of another loop, as in a cell; return their Python and hashes."""
    hashes = [outcome().trace.sha256() for _ in range(2)]
    return json.dumps({"python": sys.version_info[:2], "hashes": hashes})


if __name__ == "__main__":
    print(asyncio.run(twice()))
