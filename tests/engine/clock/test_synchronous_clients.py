"""A client that waits in its thread is refused by its own name, with what there is in its place."""

import http.client
import urllib.request

import httpx
import pymongo
import redis
import requests
import urllib3
from pytest import fixture, mark, raises

from boxoffice.clock.ambient import virtual
from boxoffice.clock.randomness import Randomness
from boxoffice.clock.sandbox import SandboxViolation


@fixture(scope="module")
def outside():
    with pymongo.MongoClient("mongodb://mongo", connect=False) as client:
        yield client


@mark.parametrize(
    ("call", "name", "instead"),
    [
        (lambda: pymongo.MongoClient("mongodb://mongo"), "pymongo.MongoClient", "AsyncMongoClient"),
        (lambda: redis.Redis("redis").get("a"), "redis.Redis", "redis.asyncio.Redis"),
        (lambda: redis.from_url("redis://redis").get("a"), "redis.Redis", "redis.asyncio.Redis"),
        (lambda: requests.get("http://desk/", timeout=1), "requests", "httpx.AsyncClient"),
        (lambda: urllib3.request("GET", "http://desk/"), "urllib3", "httpx.AsyncClient"),
        (lambda: urllib.request.urlopen("http://desk/"), "urllib.request", "httpx.AsyncClient"),
        (
            lambda: http.client.HTTPConnection("desk").request("GET", "/"),
            "http.client",
            "httpx.AsyncClient",
        ),
        (lambda: httpx.get("http://desk/"), "httpx.Client", "httpx.AsyncClient"),
    ],
)
def test_it_is_refused_by_name(call, name, instead):
    said = rf"^{name} was attempted .* in {__name__}.<lambda>, line \d+: use .*{instead} instead"
    with virtual(lambda: 0.0, Randomness(0)), raises(SandboxViolation, match=said):
        call()


def test_one_that_was_made_outside_is_refused_as_well(outside):
    with virtual(lambda: 0.0, Randomness(0)), raises(SandboxViolation, match="AsyncMongoClient"):
        outside["a"]["b"].find_one()
