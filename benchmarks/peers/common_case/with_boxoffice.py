"""The common case in Boxoffice: the document is in a MongoDB, and each writer is a service."""

import asyncio

from pymongo.errors import DuplicateKeyError

from boxoffice import System, runs
from boxoffice.search import Case, Plan, explore, shrink
from boxoffice.search.strategies.spelling import strategy_of
from boxoffice.views.smallest import smallest_story

WRITERS = 3
APART_S = 0.005  # between the beginnings of two writers; there and back takes 2 ms
NEW = {"count": 0, "version": 0}


async def count_once(counts, number, blind):
    await asyncio.sleep(number * APART_S)
    written = False
    while not written:
        seen = await counts.find_one({"_id": "it"}) or NEW
        unchanged = {"_id": "it"} if blind else {"_id": "it", "version": seen["version"]}
        then = {"count": seen["count"] + 1, "version": seen["version"] + 1}
        try:
            await counts.update_one(unchanged, {"$set": then}, upsert=True)
            written = True
        except DuplicateKeyError:  # it has another version meanwhile
            pass


def counting(blind):
    system = System("counting")

    async def writer(drivers):
        number = int(drivers.host.removeprefix("w"))
        await count_once(drivers.mongo["store"]["counts"], number, blind)

    for number in range(WRITERS):
        system.service(f"w{number}", writer, mongo="mongo")

    @system.finally_("everyone counts")
    def everyone(end):
        (document,) = end.documents("store.counts").values()
        assert document["count"] == WRITERS, f"{document['count']} of {WRITERS} counted"

    @system.story()
    async def everyone_counts(world):
        await world.passes(seconds=1)

    return everyone_counts


def play(number):
    story = counting(blind=False)
    assert not any(outcome.violations for outcome in runs(story, range(number)))
    return number


def find(first):
    plan = Plan([Case(counting(blind=True), first)])
    campaign = explore(plan, strategy=strategy_of("auto", 1))
    (run,) = campaign.fell.values()
    case = plan.again(run)
    return campaign.runs, smallest_story(shrink(case, case.play()))
