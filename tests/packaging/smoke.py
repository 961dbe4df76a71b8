"""Each fake by itself, and drivers that a service makes itself, with whatever versions are here.

A copy of it is run by pytest in environments of the lowest and the newest versions that the
engine asks for; nothing of the repository is imported.
"""

import asyncio

import httpx
import nats
import pymongo
import redis.asyncio
import stripe
from nats.errors import NoRespondersError
from pymongo.errors import DuplicateKeyError
from pytest import raises
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from boxoffice import System, fake_jetstream, fake_mongo, fake_redis, fake_stripe, faults
from boxoffice.errors import NotSimulated


def test_mongo():
    async def story():
        async with fake_mongo() as mongo:
            stock = mongo["inventory"]["stock"]
            await stock.create_index("sku", unique=True)
            await stock.insert_many([{"_id": n, "sku": f"s{n}", "left": n} for n in range(4)])
            with raises(DuplicateKeyError):
                await stock.insert_one({"sku": "s1"})
            await stock.bulk_write([pymongo.UpdateOne({"_id": 1}, {"$inc": {"left": 5}})])
            taken = await stock.find_one_and_update({"left": {"$gt": 5}}, {"$set": {"left": 0}})
            counted = await stock.aggregate([{"$group": {"_id": None, "all": {"$sum": "$left"}}}])
            with raises(NotSimulated, match="watch"):
                await stock.watch()
            left = stock.find({"left": {"$gt": 0}}).sort("left", -1)
            return taken["left"], await counted.to_list(), [it["_id"] async for it in left]

    assert asyncio.run(story()) == (6, [{"_id": None, "all": 5}], [3, 2])


def test_nats():
    async def story():
        async with fake_jetstream() as client:
            js = client.jetstream()
            await js.add_stream(name="WORK", subjects=["work.*"])
            await js.publish("work.ship", b"r1", headers={"Nats-Msg-Id": "1"})
            again = await js.publish("work.ship", b"r1", headers={"Nats-Msg-Id": "1"})
            pulled = await js.pull_subscribe("work.ship", durable="courier")
            [message] = await pulled.fetch(2, timeout=0.1)
            await message.ack_sync()
            pushed = await js.subscribe("work.*")
            first = await pushed.next_msg(timeout=1)
            kept = await js.create_key_value(bucket="seen")
            await kept.put("r1", b"yes")
            assert await kept.keys() == ["r1"]
            plans = await js.create_object_store("plans")
            await plans.put("shelf", b"x" * 300_000)
            assert len((await plans.get("shelf")).data) == 300_000
            with raises(NoRespondersError):
                await client.request("nobody", b"")
            told = await js.consumer_info("WORK", "courier")
            return again.duplicate, first.data, (await kept.get("r1")).value, told.num_ack_pending

    assert asyncio.run(story()) == (True, b"r1", b"yes", 0)


def test_redis():
    async def story():
        async with fake_redis() as client:
            once = [await client.set("lease", "me", nx=True, ex=30) for _ in range(2)]
            async with client.pipeline(transaction=True) as pipe:
                counted = await pipe.incr("n").incr("n").execute()
            await client.zadd("due", {"b": 2.5, "a": 1})
            due = await client.zrange("due", 0, -1, withscores=True)
            async with client.pubsub() as heard, client.lock("gate", timeout=5):
                await heard.subscribe("news")
                await client.publish("news", "hi")
                said = [await heard.get_message(timeout=1) for _ in range(2)]
            nothing = await client.blpop(["none"], timeout=0.01)
            return once, counted, [(name, score) for name, score in due], said[1]["data"], nothing

    assert asyncio.run(story()) == (
        [True, None],
        [1, 2],
        [(b"a", 1.0), (b"b", 2.5)],
        b"hi",
        None,
    )


def test_stripe():
    async def story():
        async with fake_stripe() as client:
            v1 = getattr(client, "v1", client)  # where stripe 12.1 and later have everything
            asked = {"amount": 4500, "currency": "usd", "source": "tok_visa"}
            charge = await v1.charges.create_async(asked)
            refund = await v1.refunds.create_async({"charge": charge.id})
            with raises(stripe.CardError, match="declined"):
                await v1.charges.create_async({**asked, "source": "tok_chargeDeclined"})
            card = {"payment_method": "pm_card_visa", "confirm": True}
            intent = await v1.payment_intents.create_async(
                {"amount": 500, "currency": "usd", **card}
            )
            assert intent.status == "succeeded"
            return charge.status, refund.amount

    assert asyncio.run(story()) == ("succeeded", 4500)


def gate():
    """Make an app that makes all its drivers itself."""
    stock = pymongo.AsyncMongoClient("mongodb://mongo")["gate"]["stock"]
    cache = redis.asyncio.Redis(host="redis")
    charges = stripe.StripeClient("sk_test_x")

    async def enter(request):
        name = request.path_params["name"]
        count = await cache.incr("entered")
        paid = {"amount": 100, "currency": "usd", "source": "tok_visa"}
        charge = await getattr(charges, "v1", charges).charges.create_async(paid)
        await stock.insert_one({"_id": name, "count": count, "paid": charge.status})
        client = await nats.connect("nats://nats")
        await client.jetstream().add_stream(name="GATE", subjects=["gate.*"])
        await client.jetstream().publish("gate.entered", name.encode())
        async with httpx.AsyncClient(base_url="http://door") as door:
            return JSONResponse({"count": count, "door": (await door.get("/door")).json()})

    return Starlette(routes=[Route("/enter/{name}", enter, methods=["PUT"])])


def door():
    """Make an app with an endpoint that real servers run in a thread."""

    def look(request):
        return JSONResponse("open")

    return Starlette(routes=[Route("/door", look)])


def test_drivers_of_ones_own():
    house = System("house")
    house.service(
        "gate", gate, mongo="mongo", nats="nats", redis="redis", stripe="stripe", route="/enter"
    )
    house.service("door", door, route="/door")

    @house.finally_("who entered is written down and has paid")
    def written(end):
        kept = end.documents("gate.stock").values()
        assert [(it["_id"], it["paid"]) for it in kept] == [("ann", "succeeded")]

    @house.story(faults=[faults.slow_calls(by_s=0.1, at="mongo", share=1.0)])
    async def ann(world):
        answer = await world.client("Ann").put("/enter/ann")
        assert answer.json() == {"count": 1, "door": "open"}

    outcomes = [house.run(ann, seed=3) for _ in range(2)]
    assert [it.verdict for it in outcomes] == ["holds"] * 2, outcomes[0].violations
    assert len({it.trace.sha256() for it in outcomes}) == 1


def test_a_server_goes_on_as_a_copy_of_itself():
    counts = []

    async def counter(drivers):
        while True:
            counts.append(await drivers.redis.incr("counted"))
            await asyncio.sleep(1)

    house = System("house")
    house.service("counter", counter, redis="redis")

    @house.story(faults=[faults.failovers(at="redis", of="incrby", nth=[9], loses_s=3.0)])
    async def a_minute(world):
        await world.passes(60)

    assert house.run(a_minute).verdict == "holds"
    assert len(set(counts)) < len(counts)  # what it has forgotten comes again
