"""A client that a service makes of a URL keeps what the URL and its options say."""

from datetime import UTC, datetime

import pymongo
from pytest import mark

from boxoffice import System

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def said(deed):
    answers = []

    async def works(_):
        answers.append(await deed())

    system = System("yard")
    system.service("worker", works, mongo="store")

    @system.story()
    async def a_day(world):
        await world.passes(60)

    assert [it.message for it in system.run(a_day).violations] == []
    return answers


@mark.parametrize(
    "url",
    [
        "mongodb://store/yard",
        "mongodb://me:secret@store:27017,other:27017/yard?replicaSet=rs0&authSource=admin",
        ["store:27017"],
    ],
)
def test_the_default_database_is_that_of_the_url(url):
    async def deed():
        client = pymongo.AsyncMongoClient(url)
        return client.get_default_database("none").name

    assert said(deed) == ["none" if isinstance(url, list) else "yard"]


@mark.parametrize(
    ("url", "options", "aware"),
    [
        ("mongodb://store/?tz_aware=true", {}, True),
        ("mongodb://store", {"tz_aware": True}, True),
        ("mongodb://store", {}, False),
    ],
)
def test_dates_are_aware_where_they_are_asked_to_be(url, options, aware):
    async def deed():
        notes = pymongo.AsyncMongoClient(url, **options).yard.notes
        await notes.insert_one({"_id": 1, "at": NOON})
        return (await notes.find_one({"_id": 1}))["at"]

    assert said(deed) == [NOON if aware else NOON.replace(tzinfo=None)]
