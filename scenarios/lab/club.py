"""A system that is not the shop's: a till, and a club that keeps points.  Of notebook 12.

What stands between here and the story is there word for word, as the learner's own.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import httpx
from fastapi import FastAPI
from nats.errors import TimeoutError as NothingCame
from pydantic import BaseModel
from pymongo.errors import PyMongoError

from boxoffice import Deed, System, World
from boxoffice.trace import Vocabulary

WORDS: Final = Vocabulary(
    asks=(("PUT", r"/sales/([\w-]+)", "buys ({id})"),),
    things={"club.cards": "card", "till.sales": "sale"},
    changes=("points",),
    services=("till", "club"),
    homes={"till-db": "till", "club-db": "club"},
)


class Sale(BaseModel):
    who: str
    points: int


def till(drivers: Any) -> FastAPI:
    sales, jetstream = drivers.mongo["till"]["sales"], drivers.nats.jetstream()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await jetstream.add_stream(name="SALES", subjects=["sales.*"])
        yield

    app = FastAPI(lifespan=lifespan)

    @app.put("/sales/{number}", status_code=201)
    async def sell(number: str, sale: Sale) -> None:
        await sales.update_one({"_id": number}, {"$set": sale.model_dump()}, upsert=True)
        said = {"number": number, **sale.model_dump()}
        await jetstream.publish("sales.made", json.dumps(said).encode())

    return app


async def club(drivers: Any) -> None:
    cards, jetstream = drivers.mongo["club"]["cards"], drivers.nats.jetstream()
    await jetstream.add_stream(name="SALES", subjects=["sales.*"])
    made = await jetstream.pull_subscribe("sales.made", durable="club")
    while True:
        try:
            messages = await made.fetch(4, timeout=5)
        except NothingCame:
            continue
        for message in messages:
            try:
                await add(cards, json.loads(message.data))
            except PyMongoError:  # the store is away: the message is to come again
                await message.nak(delay=1)
            else:
                await message.ack()


async def add(cards: Any, sale: Any) -> None:
    points = {"$inc": {"points": sale["points"]}}
    await cards.update_one({"_id": sale["who"]}, points, upsert=True)


async def buys(person: httpx.AsyncClient, number: str, who: str, points: int) -> None:
    """Ask until there is an answer, with the same number: then asking twice changes nothing."""
    while True:
        with suppress(httpx.TransportError):
            answer = await person.put(f"/sales/{number}", json={"who": who, "points": points})
            if answer.is_success:
                return
        await asyncio.sleep(1)


def opened() -> System:
    """Return the system, with nothing that judges it."""
    system = System("club", vocabulary=WORDS)
    system.service("till", till, mongo="till-db", nats="nats", route="/")
    system.service("club", club, mongo="club-db", nats="nats")
    return system


def worth(deeds: Sequence[Deed]) -> dict[str, int]:
    """Return how many points everybody buys."""
    return dict(sum((Counter({it.who: it.what["points"]}) for it in deeds), Counter[str]()))


async def played(world: World) -> None:
    """People buy what was drawn, each one thing after the other."""
    people = {it.who: world.client(it.who) for it in world.deeds}
    for deed in world.deeds:
        await world.passes(deed.after_s)
        await buys(people[deed.who], deed.what["number"], deed.who, deed.what["points"])
