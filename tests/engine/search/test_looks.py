"""Workers whom nobody asks: their story is what each saw, and what was written."""

import asyncio

from boxoffice import System
from boxoffice.search import Case, shrink
from boxoffice.views import run_of
from boxoffice.views.smallest import smallest_story
from boxoffice.world.run import run


def counting():
    system = System("counting")

    async def counter(drivers):
        counts = drivers.mongo["store"]["counts"]
        seen = await counts.find_one({"_id": "it"}) or {"count": 0}
        await asyncio.sleep(0.1)  # in which the other looks as well
        await counts.update_one({"_id": "it"}, {"$set": {"count": seen["count"] + 1}}, upsert=True)

    for name in ("ann", "ben"):
        system.service(name, counter, mongo="mongo")

    @system.finally_("everyone counts")
    def everyone(end):
        (document,) = end.documents("store.counts").values()
        assert document["count"] == 2, f"{document['count']} of 2 counted"

    @system.story()
    async def both_count(world):
        await world.passes(seconds=1)

    return both_count


def test_where_nobody_is_asked_and_no_proof_is_named_all_looks_and_writes_are_told():
    case = Case(counting(), 0)
    lines = smallest_story(shrink(case, case.play())).splitlines()
    *looks, written = (line.split(maxsplit=1)[-1] for line in lines[1:4])
    assert sorted(looks) == [
        "ann  finds no store.counts with _id it",
        "ben  finds no store.counts with _id it",
    ]
    assert written == "mongo  store.counts it: count 1"
    assert lines[4] == "everyone falls: 1 of 2 counted"


def test_what_any_system_has_looked_at_is_drawn_with_it():
    drawn = run_of(run(counting(), 0))
    said = [drawn["words"][it] for it in drawn["events"]["says"]]
    assert said.count("finds no store.counts with _id it") == 2
    assert None in drawn["numbers"]
