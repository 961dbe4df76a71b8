"""The door for people: whatever comes in, an answer of one shape goes out."""

import asyncio
import json

import httpx
from pytest import approx, mark

from services.common.middleware import BODY_S, LARGEST_BODY
from tests.services.shop import Shop, problems, refused

JSON = {"content-type": "application/json"}

# One call that takes a body from each of the people-facing services.
CALLS = ["/api/users/signin", "/api/users/signup", "/api/users/forgot-password"]
CALLS += ["/api/users/reset-password", "/api/tickets", "/api/orders", "/api/payments"]

NO_OBJECT = {
    "nothing": b"",
    "half an object": b'{"email": ',
    "a single quote": b"{'email': 1}",
    "a trailing comma": b'{"email": "ana@example.com",}',
    "a string": b'"email"',
    "a list": b"[]",
    "a list of objects": b"[{}]",
    "null": b"null",
    "a number": b"7",
    "a long number": b"9" * 5_000,
    "NaN": b"NaN",
    "an empty object": b"{}",
    "not UTF-8": b'{"email": "\xff\xfe"}',
    "only a byte order mark": b"\xef\xbb\xbf",
    "NUL": b"\0",
    "a form": b"email=ana%40example.com&password=12345678",
    "deep lists": b"[" * 60_000,
    "deep and closed lists": b"[" * 30_000 + b"]" * 30_000,
    "deep objects": b'{"a":' * 10_000,
    "deep in a field": b'{"email":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "a bit deep in a field": b'{"email":' + b"[" * 500 + b"]" * 500 + b"}",
}


async def signed_in(shop: Shop) -> httpx.AsyncClient:
    return (await shop.person("ana")).client


@mark.parametrize("what", NO_OBJECT)
def test_a_body_that_is_no_object_of_ours_is_refused_everywhere(play, what):
    async def script(shop):
        client = await signed_in(shop)
        return [await client.post(call, content=NO_OBJECT[what], headers=JSON) for call in CALLS]

    for answer in play(script):
        refused(answer, 400)


@mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "nonsense", "é"],
)
def test_a_body_of_another_content_type_is_refused_everywhere(play, content_type):
    async def script(shop):
        client, headers = await signed_in(shop), {"content-type": content_type.encode("latin-1")}
        body = (
            b'{"email": "ana@example.com", "password": "correct horse", "title": "A", "price": 1}'
        )
        return [await client.post(call, content=body, headers=headers) for call in CALLS]

    for answer in play(script):
        refused(answer, 400)


def test_charset_and_case_of_the_content_type_do_not_matter(play):
    async def script(shop):
        client = await signed_in(shop)
        headers = {"content-type": "Application/JSON; charset=utf-8"}
        return await client.post(
            "/api/tickets", content=b'{"title": "A", "price": 1}', headers=headers
        )

    assert play(script).status_code == 201


VALUES = {
    "null": None,
    "a number": 7,
    "a fraction": 1.5,
    "true": True,
    "a list": ["ana@example.com"],
    "an object": {},
    "$ne": {"$ne": None},
    "$gt": {"$gt": ""},
    "$regex": {"$regex": ".*"},
    "$where": {"$where": "1"},
    "a lone surrogate": "\ud800",
    "lone surrogates in an address": "a\ud800@exam\udfffple.com",
    "NUL": "\0",
    "long": "x" * 60_000,
}
FIELDS = [
    ("/api/users/signin", "email"),
    ("/api/users/signup", "email"),
    ("/api/users/forgot-password", "email"),
    ("/api/users/reset-password", "token"),
    ("/api/orders", "ticketId"),
    ("/api/payments", "orderId"),
]
GOOD = {
    "email": "ana@example.com",
    "password": "correct horse",
    "token": "tok_visa",
    "orderId": "0" * 24,
}


@mark.parametrize("value", VALUES)
def test_a_field_of_another_type_is_refused_and_named_everywhere(play, value):
    async def script(shop):
        client = await signed_in(shop)
        bodies = [(call, field, GOOD | {field: VALUES[value]}) for call, field in FIELDS]
        return [
            (field, await client.post(call, content=json.dumps(body), headers=JSON))
            for call, field, body in bodies
        ]

    for field, answer in play(script):
        refused(answer, 400, field=field)
        assert "set-cookie" not in answer.headers


@mark.parametrize("call", ["/api/users/signin", "/api/users/signup", "/api/users/reset-password"])
def test_a_password_of_another_type_is_refused(play, call):
    async def script(shop):
        client = await signed_in(shop)
        for name, value in VALUES.items():
            if name != "NUL":  # too short for a new password, but text
                body = json.dumps(GOOD | {"password": value})
                refused(await client.post(call, content=body, headers=JSON), 400)

    play(script)


@mark.parametrize("call", CALLS)
def test_a_body_that_announces_too_much_is_refused(play, call):
    async def script(shop):
        client = await signed_in(shop)
        body = b'{"email": "' + b"x" * LARGEST_BODY + b'"}'
        return await client.post(call, content=body, headers=JSON)

    refused(play(script), 413, "larger")


@mark.parametrize("announced", [str(LARGEST_BODY + 1), "9" * 18, "9" * 5_000], ids=len)
def test_an_announcement_is_enough(play, announced):
    async def script(shop):
        headers = JSON | {"content-length": announced}
        return await shop.stranger().post("/api/users/signin", content=b"{}", headers=headers)

    refused(play(script), 413, "larger")


@mark.parametrize("call", CALLS)
def test_a_body_that_grows_too_large_unannounced_is_refused(play, call):
    async def pieces():
        for _ in range(LARGEST_BODY // 1_000 + 2):
            yield b" " * 1_000

    async def script(shop):
        token = (await signed_in(shop)).cookies["jwt"]
        service = {"users": "auth"}.get(name := call.split("/")[2], name)
        return await shop.within(service, token).post(call, content=pieces(), headers=JSON)

    refused(play(script), 413, "larger")


def test_a_body_just_within_the_limit_is_read(play):
    async def script(shop):
        client, body = await signed_in(shop), b'{"title": "A", "price": 1}'
        return await client.post("/api/tickets", content=body.ljust(LARGEST_BODY), headers=JSON)

    assert play(script).status_code == 201


def test_an_unknown_route_is_not_found(play):
    async def script(shop):
        for path in ("/", "/nowhere", "/api", "/api/users", "/api/users/", "/api/tickets/"):
            refused(await shop.stranger().get(path), 404, "Not Found")

    play(script)


@mark.parametrize("call", CALLS)
def test_a_body_that_takes_too_long_is_given_up(play, call):
    async def half():
        yield b'{"email": '
        await asyncio.Event().wait()

    async def script(shop):
        token = (await signed_in(shop)).cookies["jwt"]
        service = {"users": "auth"}.get(name := call.split("/")[2], name)
        began_s = shop.world.loop.time()
        answer = await shop.within(service, token).post(call, content=half(), headers=JSON)
        return answer, shop.world.loop.time() - began_s

    answer, took_s = play(script)
    refused(answer, 408, "too long")
    assert answer.headers["connection"] == "close"
    assert took_s == approx(BODY_S)


@mark.parametrize("service", ["orders", "payments", "tickets"])
def test_an_unknown_or_malformed_id_is_not_found(play, service):
    async def script(shop):
        client = await signed_in(shop)
        for id in ("0" * 24, "x", "{'$ne': 1}", "%00", "%ff", "..%2fetc", "0" * 5_000):
            refused(await client.get(f"/api/{service}/{id}"), 404)

    play(script)


def test_a_mistake_of_our_own_is_told_without_its_details(play, monkeypatch):
    async def broken(*_: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr("services.tickets.use_cases.TicketsForPeople.show", broken)

    async def script(shop):
        answer = await shop.stranger().get(f"/api/tickets/{'0' * 24}")
        return answer, (await shop.stranger().get("/metrics")).text, list(shop.world.trace.events)

    answer, metrics, events = play(script, may_fail=True)
    refused(answer, 500, "Something went wrong")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "secret" not in answer.text
    assert [event["error"] for event in events if event.get("what") == "failed"] == [
        "RuntimeError: a secret detail"
    ]
    assert 'boxoffice_requests_total{method="GET",status="500"} 1.0' in metrics


@mark.parametrize(
    ("path", "database"),
    [
        ("/api/users/currentuser", "auth-db"),
        ("/api/tickets", "tickets-db"),
        ("/api/orders", "orders-db"),
        ("/api/payments/" + "0" * 24, "payments-db"),
    ],
)
def test_a_service_without_its_database_says_that_it_is_unavailable(play, path, database):
    async def script(shop):
        client = await signed_in(shop)
        before = await client.get(path)
        shop.world.crash(database)
        await shop.sleep(1)
        without = await client.get(path)
        shop.world.restart(database)
        return before.status_code, without, (await client.get(path)).status_code

    before, without, after = play(script)
    refused(without, 503, "does not answer")
    assert before == after
    assert problems(without)
