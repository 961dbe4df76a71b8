"""A toy of two services: a till that sells, and a tally that counts whatever it is told."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress

import nats.errors
from fastapi import FastAPI
from nats.js.errors import NotFoundError

from boxoffice import System, Tape
from boxoffice.choosing import Choosing
from boxoffice.faults import duplicates, fault_of
from boxoffice.misuse import Misuse
from boxoffice.search import Case, Names


def till(drivers):
    sales, jetstream = drivers.mongo["till"]["sales"], drivers.nats.jetstream()

    @asynccontextmanager
    async def lifespan(app):
        await jetstream.add_stream(name="SALES", subjects=["sale.*"])
        yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/sales", status_code=201)
    async def sell(body: dict):
        await sales.insert_one({"_id": body["id"]})
        await jetstream.publish("sale.made", json.dumps(body).encode())

    return app


async def tally(drivers):
    totals, jetstream = drivers.mongo["tally"]["totals"], drivers.nats.jetstream()
    while True:
        with suppress(nats.errors.TimeoutError, NotFoundError):
            subscription = await jetstream.pull_subscribe("sale.*", durable="tally")
            for message in await subscription.fetch(4, timeout=5):
                id = json.loads(message.data)["id"]
                await totals.update_one(
                    {"_id": "day"}, {"$inc": {"sold": 1}, "$set": {"last": id}}, upsert=True
                )
                await message.ack()
        await asyncio.sleep(0.1)


shop = System("tills")
shop.service("till", till, mongo="mongo", nats="nats", route="/")
shop.service("tally", tally, mongo="mongo", nats="nats")


@shop.finally_("all is counted once")
def counted_once(end):
    sold = end.documents("tally.totals").get("day", {}).get("sold", 0)
    assert sold == len(end.ids("till.sales")), f"{sold} were counted"


@shop.finally_("the last sale is the last one counted")
def in_order(end):
    last = end.documents("tally.totals").get("day", {}).get("last")
    assert last in (None, "s2"), f"the last one counted is {last}"


@shop.story(faults=[duplicates(of="sale.made", at="tally", nth=[2])])
async def a_day(world):
    """Two sales, the second of which is told twice, unless nothing goes wrong."""
    ann = world.client("Ann")
    await world.passes(1.0)
    for id in ("s1", "s2"):
        assert (await ann.post("/sales", json={"id": id})).status_code == 201
        await world.passes(2.0)


calm = System("calm tills")
calm.service("till", till, mongo="mongo", nats="nats", route="/")


@calm.story
async def patient_day(world):
    """One sale, and nothing that must hold: only the story itself can fall."""
    assert (await world.client("Ann").post("/sales", json={"id": "s1"})).status_code == 201


def known(kind, **things):
    def named(name):
        if name not in things:
            raise Misuse(f"there is no {kind} {name!r}")
        return things[name]

    return named


NAMES = Names(
    known("scenario", **{it.name: it for it in (a_day, patient_day)}), known("twin"), fault_of
)
QUIET = Case(a_day, 0, tape=Tape(strikes={}))


class Reader:
    """Somebody who chooses, and to whom nothing is refused unless that is what is asked for."""

    def __init__(self, names=NAMES, case=QUIET):
        self.choosing = Choosing(names, case)
        self.view = self.choosing.ask({"do": "look"})

    def asks(self, do, **more):
        answer = self.choosing.ask({"do": do, **more})
        assert "error" not in answer, answer["error"]
        self.view = answer
        return answer

    def refused(self, do, **more):
        return self.choosing.ask({"do": do, **more})["error"]

    def waits_for(self, words):
        while words not in self.view["cursor"]["says"]:
            assert not self.view["over"], f"nothing says {words!r}"
            self.asks("pass", until="step")
        return self.view

    def option(self, start):
        found = [it for it in self.view["options"] if it["id"].startswith(start)]
        assert found, f"{start} is none of {[it['id'] for it in self.view['options']]}"
        return found[0]

    def picks(self, start, amount=None):
        return self.asks("pick", option=self.option(start)["id"], amount=amount)

    def fell(self):
        return self.asks("pass", until="end")["verdict"]["fell"]
