"""Workers whom nobody asks: their story is what each saw, and what was written."""

import asyncio
from math import inf

from boxoffice import System, Tape
from boxoffice.search import Case, shrink
from boxoffice.views import run_of
from boxoffice.views.smallest import smallest_story
from boxoffice.world.run import run
from tests.engine.search.shelves import looks_first, rummage


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
    lines = smallest_story(shrink(case, case.play(), inf)).splitlines()
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


def played(story):
    system = System("clerks")

    async def clerk(drivers):
        await drivers.mongo["store"]["counts"].find_one({"_id": "it"})

    system.service("ann", clerk, mongo="mongo")
    return run(system.story(story), 0)


def test_a_story_that_can_be_played_only_once_is_drawn_without_looks():
    papers = ["the only one"]

    async def sells_a_paper(world):
        papers.pop()
        await world.passes(seconds=1)

    outcome = played(sells_a_paper)
    assert run_of(outcome)["numbers"] == list(range(len(outcome.trace.events)))


def test_what_a_story_prints_is_printed_once(capsys):
    async def speaks(world):
        print("here")
        await world.passes(seconds=1)

    assert None in run_of(played(speaks))["numbers"]
    assert capsys.readouterr().out == "here\n"


def test_a_run_of_which_a_part_is_left_out_is_played_again_without_it():
    small = Case(rummage, 10, looks_first, tape=Tape(steady=True, haste=True, strikes={}))
    outcome = small.play()
    assert outcome.again(lambda world: None).trace.sha256() == outcome.trace.sha256()
