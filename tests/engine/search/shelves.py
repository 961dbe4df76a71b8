"""A toy for searches: people take books from a shelf; some look first, and only then take."""

import asyncio

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from boxoffice import Deed, Storm, System, Twin, faults

PEOPLE = ("Ann", "Ben", "Cid")


class Taken(BaseModel):
    by: str


async def take(shelf, book, by):
    """Take a book in one step; return whether it was there to be taken."""
    found = await shelf.update_one({"_id": book, "by": None}, {"$set": {"by": by}})
    return bool(found.modified_count)


async def look_then_take(shelf, book, by):
    found = await shelf.find_one({"_id": book})
    if found["by"] is not None:
        return False
    await shelf.update_one({"_id": book}, {"$set": {"by": by}})
    return True


def library(drivers):
    app, shelf = FastAPI(), drivers.mongo["library"]["shelf"]

    @app.put("/books/{book}")
    async def put(book: str):
        await shelf.update_one({"_id": book}, {"$setOnInsert": {"by": None}}, upsert=True)

    @app.post("/books/{book}")
    async def takes(book: str, taken: Taken):
        if not await take(shelf, book, taken.by):
            raise HTTPException(409)

    @app.get("/books/{book}")
    async def looks(book: str):
        return await shelf.find_one({"_id": book})

    return app


shelves = System("shelves")
shelves.service("library", library, mongo="mongo", route="/")


@shelves.always("a book that somebody has stays theirs", on="library.shelf")
def stays_theirs(write):
    had = (write.before or {}).get("by")
    if had is not None and write.after is not None:
        assert write.after["by"] == had, f"{write.after['by']} took {had}'s {write.id}"


looks_first = Twin(
    name="looks-first",
    defence="a book is taken in one step",
    invariant="stays-theirs",
    target=f"{__name__}:take",
    stand_in=look_then_take,
)


def drawn(chance, size):
    deeds = [
        Deed(
            chance.choice(PEOPLE),
            chance.choice(("takes", "looks")),
            {"book": chance.choice(("red", "blue"))},
            chance.choice((0.0, 0.0, 1.0)),
        )
        for _ in range(size)
    ]
    return Storm(deeds, [faults.slow_calls(by_s=0.3, at="mongo", share=0.3)])


@shelves.story(draw=drawn, size=10)
async def rummage(world):
    """People take what they like."""
    librarian = world.client("Librarian")
    for book in ("red", "blue"):
        await librarian.put(f"/books/{book}")
    await world.together(*(does(world, person) for person in PEOPLE))


async def does(world, person):
    client = world.client(person)
    for deed in world.deeds:
        if deed.who == person:
            await asyncio.sleep(deed.after_s)
            path = f"/books/{deed.what['book']}"
            if deed.does == "takes":
                await client.post(path, json={"by": person})
            else:
                await client.get(path)
