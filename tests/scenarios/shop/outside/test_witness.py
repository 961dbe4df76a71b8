"""What the witness collects from servers: a real broker, and stores and a Stripe of our own."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import nats
from nats.js.api import AckPolicy, ConsumerConfig
from pymongo import AsyncMongoClient
from pytest import fixture, mark
from redis.asyncio import Redis

from boxoffice.real.process import running
from boxoffice.real.stores.serving import stores
from scenarios.shop.checks.restless import CONSUMING
from scenarios.shop.outside.books import read_books
from scenarios.shop.outside.calm import calm, collect_evidence, in_motion, quiet
from scenarios.shop.outside.witness import Servers, witness
from services.common.messaging import STREAM, ensure_stream
from tests.real.servers import nats_process

BEGAN = datetime(2020, 1, 1, tzinfo=UTC)


@fixture
def broker(tmp_path):
    with running(nats_process(tmp_path)) as process:
        yield process


class Shop:
    """The servers of a shop without its services, to be filled by hand."""

    def __init__(self, seen, jetstream, mongo, redis, stripe):
        self.seen = seen
        self.jetstream = jetstream
        self.mongo = mongo
        self.redis = redis
        self.stripe = stripe

    async def opens(self):
        await ensure_stream(self.jetstream)
        for name in CONSUMING:
            wanted = ConsumerConfig(durable_name=name, ack_policy=AckPolicy.EXPLICIT)
            await self.jetstream.add_consumer(STREAM, wanted)
        await self.redis.set("timers:kept", 1)

    async def consumes(self, name):
        reader = await self.jetstream.pull_subscribe_bind(name, STREAM)
        return await reader.fetch(10, timeout=5)


@asynccontextmanager
async def shop(broker):
    async with AsyncExitStack() as stack:
        urls = await stack.enter_async_context(stores({"mongo": 0, "redis": 0, "stripe": 0}))
        servers = Servers(f"nats://{broker.address}", urls["mongo"], urls["redis"], urls["stripe"])
        seen = await stack.enter_async_context(witness(servers, BEGAN))
        connection = await nats.connect(servers.nats_url)
        stack.push_async_callback(connection.close)
        mongo = AsyncMongoClient(urls["mongo"])
        stack.push_async_callback(mongo.close)
        redis = Redis.from_url(urls["redis"])
        stack.push_async_callback(redis.aclose)
        stripe = await stack.enter_async_context(httpx.AsyncClient(base_url=urls["stripe"]))
        yield Shop(seen, connection.jetstream(), mongo, redis, stripe)


def play(story, broker):
    async def played():
        async with shop(broker) as it:
            return await story(it)

    return asyncio.run(played())


def test_all_of_a_stream_is_read_with_headers_and_the_brokers_time(broker):
    async def story(shop):
        await shop.opens()
        before = datetime.now(UTC).timestamp()
        for number in range(600):
            said = {"traceparent": "00-x-y-01", "Nats-Msg-Id": str(number)}
            await shop.jetstream.publish("order.created", b'{"n": %d}' % number, headers=said)
        await shop.jetstream.publish(
            "dead-letter.tickets.order.created", b"?", headers={"Boxoffice-Reason": "no sense"}
        )
        found = await collect_evidence(shop.seen, [])
        assert len(await shop.jetstream.consumers_info(STREAM)) == len(CONSUMING)
        return before, (await shop.seen.snapshot(nothing)).stream, found, datetime.now(UTC)

    before, stream, evidence, after = play(story, broker)
    assert [it.seq for it in stream] == list(range(1, 602))
    assert [it.headers["Nats-Msg-Id"] for it in stream[:600]] == [str(it) for it in range(600)]
    assert all(before - 0.01 <= it.at_us / 1e6 <= after.timestamp() + 0.01 for it in stream)
    [letter] = [it for it in evidence.messages if it.is_dead_letter]
    assert (letter.data, letter.reason) == ({}, "no sense")


async def nothing():
    return []


def test_a_proxy_of_the_machine_is_not_asked_for_the_books(broker, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name)

    async def story(shop):
        return (await shop.seen.stripe.get("/v1/charges")).status_code

    assert play(story, broker) == 200


def test_documents_timers_and_books_are_taken_down(broker):
    async def story(shop):
        await shop.opens()
        for database, collection, id in (
            *(("auth", "users", "u"), ("tickets", "tickets", "t"), ("orders", "orders", "o")),
            *(("orders", "tickets", "t"), ("payments", "orders", "o")),
        ):
            await shop.mongo[database][collection].insert_one({"_id": id, "version": 0})
        await shop.redis.zadd("timers", {"o": -5.0, "p": 9e9})
        charge = {"amount": 4500, "source": "tok_visa", "metadata[order_id]": "o"}
        made = [(await shop.stripe.post("/v1/charges", data=charge)).json() for _ in range(103)]
        await shop.stripe.post("/v1/refunds", data={"charge": made[0]["id"]})
        return await shop.seen.snapshot(nothing)

    found = play(story, broker)
    assert list(found.users) == ["u"]
    assert list(found.tickets) == list(found.replicas) == ["t"]
    assert list(found.orders) == list(found.mirrors) == ["o"]
    assert found.timers == {"o": -5.0, "p": 9e9}
    assert len(found.books.charges) == 103
    assert [it["amount"] for it in found.books.refunds.values()] == [4500]
    assert found.books.are_read


def test_each_thing_in_motion_is_named(broker):
    async def story(shop):
        empty = await in_motion(shop.seen)
        await shop.opens()
        still = await in_motion(shop.seen)
        await shop.jetstream.publish("order.created", b"{}")
        await shop.consumes("orders")
        payment = {"id": "000000aaaaaa", "status": "pending"}
        await shop.mongo["payments"]["orders"].insert_one(
            {"_id": "o", "payment": payment, "unsettled_since": "now", "outbox": [{"id": "x"}]}
        )
        await shop.mongo["auth"]["users"].insert_one({"_id": "u", "letter_due": True})
        await shop.redis.zadd("timers", {"000000bbbbbb": 1.0, "later": 9e9, "rung": -1.0})
        await shop.redis.set("lease:000000cccccc", "x")
        return empty, still, await in_motion(shop.seen, lambda: 2)

    empty, still, moving = play(story, broker)
    assert empty == ["nats: there is no stream", "expiration: timers are not recovered"]
    assert still == []
    assert moving == [
        "2 requests in flight",
        "payments: 1 event in an outbox",
        "expiration: 1 message waiting",
        "orders: 1 message unacknowledged",
        "payments: 1 message waiting",
        "tickets: 1 message waiting",
        "expiration: timer of order bbbbbb is due",
        "expiration: timer of order cccccc is leased",
        "payments: payment aaaaaa is pending",
        "auth: a letter is due",
    ]


def test_what_moves_is_waited_for_and_patience_has_a_limit(broker):
    async def story(shop):
        await shop.opens()
        await shop.mongo["auth"]["users"].insert_one({"_id": "u", "letter_due": True})
        impatient = await quiet(shop.seen, limit_s=0.0)
        waiting = asyncio.create_task(quiet(shop.seen))
        await shop.mongo["auth"]["users"].update_one({"_id": "u"}, {"$unset": {"letter_due": ""}})
        return impatient, await waiting

    assert play(story, broker) == (False, True)


def test_a_server_that_is_away_is_not_quiet_and_is_found_again(broker):
    async def story(shop):
        await shop.opens()
        broker.kill()
        away = await in_motion(shop.seen)
        await asyncio.to_thread(broker.start)
        return away, await quiet(shop.seen)

    away, still = play(story, broker)
    assert away[0].startswith("a server does not answer: ")
    assert still


class Held:
    """A clock that stands until it is let go, so that a look may take as long as it likes."""

    def __init__(self):
        self._stood_at, self._let_go_s = datetime.now(UTC), None

    def let_go(self):
        self._let_go_s = self._let_go_s or asyncio.get_running_loop().time()

    def now(self):
        now_s = asyncio.get_running_loop().time()
        return self._stood_at + timedelta(seconds=now_s - (self._let_go_s or now_s))


def test_the_calm_is_looked_at_again_when_the_last_order_has_run_out(broker):
    async def story(shop):
        await shop.opens()
        clock = Held()
        seen = replace(shop.seen, clock=clock)
        due_s = clock.now().timestamp() + 0.5
        await shop.redis.zadd("timers", {"o": due_s})
        rounds = []
        async for found in calm(seen, list, limit_s=0.0):
            rounds.append((found.now_s > due_s, list(found.restless)))
            clock.let_go()
        return rounds

    assert play(story, broker) == [
        (False, []),
        (True, ["expiration: timer of order o is due"]),
    ]


@mark.parametrize(
    "answer",
    [
        httpx.Response(401, json={"error": {}}),
        httpx.Response(200, text="?"),
        httpx.Response(200, json={"data": None}),
        httpx.Response(200, json={"data": [{"id": "ch_1", "metadata": {}}], "has_more": True}),
    ],
    ids=["refused", "no JSON", "no list", "a mock without a memory"],
)
def test_books_that_cannot_be_read_are_told_from_empty_ones(answer):
    async def story():
        told = httpx.MockTransport(lambda _: answer)
        async with httpx.AsyncClient(transport=told, base_url="http://stripe") as http:
            mirrors = {"o": {"payment": {"stripe_id": "ch_1"}}}
            return await read_books(http, mirrors, 0.0)

    assert not asyncio.run(story()).are_read
