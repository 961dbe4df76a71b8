"""Each fake by itself, on an ordinary asyncio loop."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import redis.exceptions
import stripe
from nats.errors import ConnectionClosedError
from pymongo.errors import DuplicateKeyError, InvalidOperation
from pytest import mark, raises

from boxoffice import System, fake_jetstream, fake_mongo, fake_redis, fake_stripe

FAKES = (fake_jetstream, fake_mongo, fake_redis, fake_stripe)
CHARGE = {"amount": 4500, "currency": "usd", "source": "tok_visa"}


async def left_behind():
    """Return the tasks and timers of this loop, but for whoever asks."""
    loop = asyncio.get_running_loop()
    await asyncio.sleep(0)
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    return tasks, [it for it in loop._scheduled if not it.cancelled()]


def test_what_is_published_is_fetched_and_acknowledged():
    async def story():
        async with fake_jetstream() as nats:
            js = nats.jetstream()
            await js.add_stream(name="WORK", subjects=["work.*"])
            await js.publish("work.ship", b"r1")
            await nats.publish("work.ship", b"r2")
            subscription = await js.pull_subscribe("work.ship", durable="courier")
            got = await subscription.fetch(2, timeout=1)
            for message in got:
                await message.ack()
            info = await js.consumer_info("WORK", "courier")
            return [it.data for it in got], info.num_ack_pending

    assert asyncio.run(story()) == ([b"r1", b"r2"], 0)


def test_what_nobody_acknowledges_comes_again_when_its_time_is_over():
    async def story():
        async with fake_jetstream() as nats:
            js = nats.jetstream()
            await js.add_stream(name="WORK", subjects=["work.*"])
            await js.add_consumer("WORK", durable_name="courier", ack_wait=0.05)
            await js.publish("work.ship", b"r1")
            subscription = await js.pull_subscribe_bind(durable="courier", stream="WORK")
            attempts = [await subscription.fetch(1, timeout=5) for _ in range(2)]
            return [it.metadata.num_delivered for [it] in attempts]

    assert asyncio.run(story()) == [1, 2]


def test_a_message_bears_the_time_of_day():
    async def story():
        before = datetime.now(UTC)
        async with fake_jetstream() as nats:
            js = nats.jetstream()
            await js.add_stream(name="WORK", subjects=["work.*"])
            await js.publish("work.ship")
            subscription = await js.pull_subscribe("work.ship", durable="courier")
            [message] = await subscription.fetch(1)
            return abs(message.metadata.timestamp - before)

    assert asyncio.run(story()) < timedelta(minutes=1)


def test_a_fetch_that_waits_at_the_end_is_told_that_the_connection_is_closed():
    async def story():
        async with fake_jetstream() as nats:
            js = nats.jetstream()
            await js.add_stream(name="WORK", subjects=["work.*"])
            subscription = await js.pull_subscribe("work.ship", durable="courier")
            waiting = asyncio.create_task(subscription.fetch(1, timeout=600))
            await asyncio.sleep(0.01)
            begun = asyncio.create_task(js.publish("work.ship"))
        await asyncio.wait([waiting, begun])
        assert isinstance(waiting.exception(), ConnectionClosedError)
        assert isinstance(begun.exception(), ConnectionClosedError)
        with raises(ConnectionClosedError):
            await js.publish("work.ship")
        return await left_behind()

    assert asyncio.run(story()) == (set(), [])


def test_documents_are_found_and_duplicates_refused():
    async def story():
        async with fake_mongo() as mongo:
            stock = mongo["inventory"]["stock"]
            await stock.insert_one({"_id": "book", "left": 5})
            with raises(DuplicateKeyError):
                await stock.insert_one({"_id": "book"})
            return await stock.find_one({"_id": "book"})

    assert asyncio.run(story()) == {"_id": "book", "left": 5}


def test_documents_expire_by_the_clock_that_is_given():
    async def story():
        moment = datetime(2030, 1, 1, tzinfo=UTC)
        async with fake_mongo(now=lambda: moment) as mongo:
            leases = mongo["shipping"]["leases"]
            await leases.create_index("until", expireAfterSeconds=60)
            await leases.insert_one({"_id": "a", "until": moment})
            found = [await leases.count_documents({})]
            moment += timedelta(seconds=61)
            return [*found, await leases.count_documents({})]

    assert asyncio.run(story()) == [1, 0]


def test_keys_are_kept_and_leases_taken_once():
    async def story():
        async with fake_redis() as client:
            taken = [await client.set("lease", "me", nx=True, ex=30) for _ in range(2)]
            return taken, await client.get("lease")

    assert asyncio.run(story()) == ([True, None], b"me")


def test_cards_are_charged_and_declined():
    async def story():
        async with fake_stripe() as client:
            charge = await client.v1.charges.create_async(CHARGE)
            with raises(stripe.CardError):
                await client.v1.charges.create_async(CHARGE | {"source": "tok_chargeDeclined"})
            return charge.amount

    assert asyncio.run(story()) == 4500


def test_a_key_of_stripe_is_forgotten_by_the_clock_that_is_given():
    async def story():
        moment = datetime(2030, 1, 1, tzinfo=UTC)
        async with fake_stripe(now=lambda: moment) as client:
            charges, options = client.v1.charges, {"idempotency_key": "k"}
            first = [await charges.create_async(CHARGE, options) for _ in range(2)]
            moment += timedelta(days=32)
            return [it.id for it in (*first, await charges.create_async(CHARGE, options))]

    assert asyncio.run(story()) == ["ch_00000001", "ch_00000001", "ch_00000002"]


@mark.parametrize(
    ("fake", "use", "error"),
    [
        (fake_jetstream, lambda it: it.publish("a"), ConnectionClosedError),
        (fake_mongo, lambda it: it["a"]["b"].find_one(), InvalidOperation),
        (fake_redis, lambda it: it.get("a"), redis.exceptions.ConnectionError),
        (fake_stripe, lambda it: it.v1.charges.list_async(), stripe.APIConnectionError),
    ],
    ids=lambda it: getattr(it, "__name__", ""),
)
def test_after_its_end_a_fake_says_that_it_is_over(fake, use, error):
    async def story():
        async with fake() as client:
            pass
        with raises(error, match=r"(?i)close"):
            await use(client)

    asyncio.run(story())


@mark.parametrize("fake", FAKES)
def test_two_fakes_know_nothing_of_each_other(fake):
    async def story():
        async with fake() as one, fake() as other:
            return one is not other

    assert asyncio.run(story())


@mark.parametrize("fake", FAKES)
def test_an_error_in_the_block_ends_the_fake_and_goes_on(fake):
    async def story():
        with suppress(LookupError):
            async with fake() as client:
                raise LookupError
        if fake is fake_jetstream:
            assert client.is_closed
        return await left_behind()

    assert asyncio.run(story()) == (set(), [])


def test_a_fake_of_another_loop_says_so():
    opened = fake_redis()

    async def begin():
        return await opened.__aenter__()

    client = asyncio.run(begin())
    with raises(RuntimeError, match=r"fake_redis\(\) was opened on another event loop"):
        asyncio.run(client.get("a"))


@mark.parametrize("fake", FAKES)
def test_within_a_world_a_fake_refers_to_the_servers_there(fake):
    async def story():
        async with fake():
            pass

    system = System("pages")
    with system.world() as world, raises(RuntimeError, match="a world has servers of its own"):
        world.do(story())
