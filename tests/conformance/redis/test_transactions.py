"""Several commands in one request: pipelines, transactions, and what is watched meanwhile."""

import redis.exceptions
from pytest import mark, raises

# fakeredis over TCP has no scripts, and a wait there holds up its client.
LEFT_OUT = "served"


@mark.parametrize("transaction", [True, False])
def test_commands_of_a_pipeline_are_answered_in_their_order(told, transaction):
    async def story(client, *_):
        async with client.pipeline(transaction=transaction) as pipe:
            pipe.set("a", "1").incr("a").hset("h", mapping={"x": 1}).hgetall("h").zadd(
                "z", {"m": 2}
            )
            return await pipe.zrange("z", 0, -1, withscores=True).get("none").execute()

    answers = told(story)
    assert answers[:5] == [True, 2, 1, {b"x": b"1"}, 1]
    assert [tuple(it) for it in answers[5]] == [(b"m", 2.0)]
    assert answers[6] is None


@mark.parametrize("transaction", [True, False])
def test_an_error_of_one_command_leaves_the_others_done(told, transaction):
    async def story(client, *_):
        pipe = client.pipeline(transaction=transaction)
        pipe.set("a", "text").incr("a").set("b", "1")
        with raises(redis.exceptions.ResponseError, match="not an integer"):
            await pipe.execute()
        pipe.incr("a").incr("b")
        answers = await pipe.execute(raise_on_error=False)
        return type(answers[0]).__name__, answers[1]

    assert told(story) == ("ResponseError", 2)


def test_a_command_that_makes_no_sense_spoils_the_whole_transaction(told):
    async def story(client, *_):
        pipe = client.pipeline()
        pipe.set("a", "1").execute_command("SET", "b")
        with raises(redis.exceptions.ResponseError):
            await pipe.execute()
        return await client.exists("a", "b")

    assert told(story) == 0


def test_an_empty_pipeline_does_nothing(told):
    async def story(client, *_):
        return await client.pipeline().execute()

    assert told(story) == []


def test_what_is_watched_and_stays_is_changed(told):
    async def story(client, *_):
        await client.set("left", 3)
        async with client.pipeline() as pipe:
            await pipe.watch("left")
            left = int(await pipe.get("left"))
            pipe.multi()
            pipe.set("left", left - 1).get("left")
            return await pipe.execute()

    assert told(story) == [True, b"2"]


def test_what_is_watched_and_changed_by_another_is_not(told):
    async def story(client, other, *_):
        await client.set("left", 3)
        async with client.pipeline() as pipe:
            await pipe.watch("left")
            await other.set("left", 9)
            pipe.multi()
            pipe.set("left", 2)
            with raises(redis.exceptions.WatchError):
                await pipe.execute()
        async with client.pipeline() as pipe:
            await pipe.watch("left")
            await other.set("left", 8)
            await pipe.unwatch()
            await pipe.set("left", 7).execute()
        return await client.get("left")

    assert told(story) == b"7"


def test_a_transaction_is_tried_until_nobody_comes_between(told):
    async def story(client, other, *_):
        await client.set("n", 1)
        tries = []

        async def add(pipe):
            found = int(await pipe.get("n"))
            tries.append(found)
            if len(tries) == 1:
                await other.incr("n")
            pipe.multi()
            pipe.set("n", found + 10)

        done = await client.transaction(add, "n")
        return tries, done, await client.get("n")

    assert told(story) == ([1, 2], [True], b"12")


def test_a_key_that_came_to_its_end_meanwhile_is_a_change(told):
    async def story(client, other, *_):
        async with client.pipeline() as pipe:
            await pipe.watch("new")
            await other.set("new", 1)
            pipe.multi()
            pipe.get("new")
            with raises(redis.exceptions.WatchError):
                await pipe.execute()

    told(story)
