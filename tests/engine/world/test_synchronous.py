"""A driver that waits for its answer would stop the world, and says what to use instead."""

import asyncio

import httpx
import pymongo
import redis
import requests
import stripe
from pytest import mark, raises

from boxoffice import System, fake_stripe
from boxoffice.errors import NotSimulated

CHARGE = {"amount": 100, "currency": "usd", "source": "tok_visa"}
INSTEAD = {
    "pymongo.MongoClient": "use pymongo.AsyncMongoClient",
    "redis.Redis": "use redis.asyncio.Redis",
    "requests": "use httpx.AsyncClient",
    "httpx.Client": "use httpx.AsyncClient",
    "stripe without its StripeClient": "use a StripeClient, and its methods that end in _async",
}
DEEDS = {
    "a client": ("pymongo.MongoClient", lambda: pymongo.MongoClient("mongodb://store")),
    "a command": ("redis.Redis", lambda: redis.Redis(host="cache").get("a")),
    "a command by TLS": ("redis.Redis", lambda: redis.Redis(host="cache", ssl=True).get("a")),
    "a command by path": ("redis.Redis", lambda: redis.from_url("unix:///cache").get("a")),
    "a request": ("requests", lambda: requests.get("http://shelf/", timeout=1)),
    "a session": ("requests", lambda: requests.Session().post("http://shelf/")),
    "a get": ("httpx.Client", lambda: httpx.get("http://shelf/")),
    "another client": ("httpx.Client", lambda: httpx.Client(base_url="http://shelf").get("/")),
    "a charge": (
        "stripe without its StripeClient",
        lambda: stripe.Charge.create(**CHARGE, api_key="sk_test_x"),
    ),
}


def said(deed):
    """Return what is said of a worker that does something, and catches whatever comes of it."""

    async def works(_):
        try:
            await deed() if deed.__name__ == "later" else deed()
        except Exception:
            return

    yard = System("yard")
    yard.service("worker", works, mongo="store", redis="cache", stripe="stripe")

    @yard.story()
    async def a_day(world):
        await world.passes(60)

    return [it.message for it in yard.run(a_day).violations]


@mark.parametrize(("named", "deed"), DEEDS.values(), ids=DEEDS)
def test_it_is_refused_by_name_and_place_with_what_to_use_instead(named, deed):
    [message] = said(deed)
    assert f"{named} was attempted inside a simulated world, in " in message
    assert f"{__name__}.<lambda>, line " in message
    assert message.endswith(f": {INSTEAD[named]}'")
    assert "sk_test_x" not in message


def test_a_charge_by_the_module_is_told_that_a_client_is_needed():
    async def later():
        await stripe.Charge.create_async(**CHARGE, api_key="sk_test_x")

    [message] = said(later)
    assert INSTEAD["stripe without its StripeClient"] in message


def test_a_synchronous_method_of_stripes_client_names_the_other_one():
    told = []

    def deed():
        try:
            stripe.StripeClient("sk_test_x").v1.charges.create(CHARGE)
        except NotSimulated as refused:
            told.append(refused.instead)

    assert (said(deed), told) == ([], ["use the one that ends in _async"])


def test_so_does_the_fake_by_itself():
    async def story():
        async with fake_stripe() as client:
            with raises(NotSimulated, match="use the one that ends in _async"):
                client.v1.charges.create(CHARGE)

    asyncio.run(story())


def test_outside_of_a_world_they_are_what_they_were():
    said(lambda: None)
    assert pymongo.MongoClient("mongodb://127.0.0.1", connect=False).HOST == "localhost"
    with raises(redis.exceptions.ConnectionError):
        redis.Redis(port=1).get("a")
    with raises(requests.ConnectionError):
        requests.get("http://127.0.0.1:1/", timeout=1)
    with raises(httpx.ConnectError):
        httpx.get("http://127.0.0.1:1/")
