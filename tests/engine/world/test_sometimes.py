"""What runs should sometimes come to, and how often writes have met."""

import asyncio

from fastapi import FastAPI, HTTPException
from pymongo.errors import DuplicateKeyError
from pytest import mark, raises

from boxoffice import System, run
from boxoffice.misuse import Misuse


def hotel():
    system = System("hotel")

    def desk(drivers):
        app, rooms = FastAPI(), drivers.mongo["hotel"]["stays"]

        @app.put("/stays/{guest}/{room}")
        async def takes(guest: str, room: int):
            await rooms.create_index("room", unique=True)
            try:
                await rooms.insert_one({"_id": guest, "room": room, "version": 0})
            except DuplicateKeyError:
                raise HTTPException(409) from None

        @app.post("/stays/{guest}")
        async def pays(guest: str, version: int):
            change = {"$inc": {"version": 1}}
            await rooms.update_one({"_id": guest, "version": version}, change)

        return app

    system.service("desk", desk, mongo="mongo", route="/")

    @system.finally_("nobody has two rooms")
    def one_room(end):
        assert len(end.ids("hotel.stays")) < 100

    @system.sometimes("a guest was turned away")
    def turned_away(end):
        return any(it.get("status") == 409 for it in end.of_kind("response"))

    return system


def two_guests(room):
    async def story(world):
        ann, ben = world.client("Ann"), world.client("Ben")
        await ann.put("/stays/ann/1")
        await ben.put(f"/stays/ben/{room}")
        await asyncio.gather(*(ann.post("/stays/ann", params={"version": 0}) for _ in range(2)))

    return story


def test_what_a_run_came_to_is_told_and_what_it_did_not():
    system = hotel()
    crowded = run(system.story()(two_guests(1)))
    assert list(crowded.reached) == ["turned-away", "hotel.stays: refused by room_1"]
    assert list(crowded.unreached) == []
    roomy = run(system.story()(two_guests(2)))
    assert list(roomy.unreached) == ["turned-away", "hotel.stays: refused by room_1"]


def test_how_often_writes_met_is_counted():
    outcome = run(hotel().story()(two_guests(1)))
    assert outcome.contention == {
        "hotel.stays: refused by room_1": 1,
        "hotel.stays: updates": 1,
        "hotel.stays: updates that found nothing": 1,
    }
    assert outcome.as_json()["contention"] == outcome.contention


def test_of_a_run_without_a_trace_nothing_is_hoped_that_needs_one():
    outcome = run(hotel().story()(two_guests(1)), trace=False)
    assert list(outcome.unreached) == ["turned-away"]


@mark.parametrize("says", ["", " ", len])
def test_what_should_sometimes_be_so_is_said_in_words(says):
    with raises(Misuse, match="say what should sometimes be so"):
        System("hotel").sometimes(says)


def test_a_name_is_hoped_for_once():
    system = hotel()
    with raises(Misuse, match="'turned-away'"):

        @system.sometimes("again")
        def turned_away(end):
            return True
