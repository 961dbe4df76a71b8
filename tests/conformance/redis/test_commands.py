"""Every command that expiration sends, with the very arguments that it sends."""

import asyncio
from datetime import timedelta

import redis.exceptions
from pytest import mark, raises

TIMERS = "timers"
ATTEMPTS = 20


def test_a_timer_is_added_once(told):
    async def story(client, *_):
        first = await client.zadd(TIMERS, {"o": 20.5}, nx=True)
        again = await client.zadd(TIMERS, {"o": 99.0}, nx=True)
        return first, again, await client.zscore(TIMERS, "o")

    assert told(story) == (1, 0, 20.5)


def test_a_score_is_replaced_and_that_adds_nothing(told):
    async def story(client, *_):
        added = await client.zadd(TIMERS, {"o": 20.0})
        changed = await client.zadd(TIMERS, {"o": -7.25})
        return added, changed, await client.zscore(TIMERS, "o")

    assert told(story) == (1, 0, -7.25)


def test_what_was_never_added_has_no_score(told):
    async def story(client, *_):
        nowhere = await client.zscore(TIMERS, "o")
        await client.zadd(TIMERS, {"p": 1.0})
        return nowhere, await client.zscore(TIMERS, "o")

    assert told(story) == (None, None)


@mark.parametrize(
    "score",
    [1893456000.123456, 1893456000.0, 0.1, 5e-324, -1893456000.999999, 1e300, 2.0**53 + 2, -0.5],
)
def test_a_score_comes_back_as_it_went(told, score):
    async def story(client, *_):
        await client.zadd(TIMERS, {"o": score})
        [(member, listed)] = await client.zrange(TIMERS, 0, -1, withscores=True)
        return member, listed, await client.zscore(TIMERS, "o")

    assert told(story) == (b"o", score, score)


def due(client, start="(0", **more):
    options = {"byscore": True, "offset": 0, "num": 16, "withscores": True} | more
    return client.zrange(TIMERS, start, "+inf", **options)


def test_the_next_timers_come_in_the_order_of_their_scores_and_then_of_their_names(told):
    async def story(client, *_):
        await client.zadd(TIMERS, {"c": 5.0, "b": 9.5, "a": 5.0, "gone": -5.0, "never": 0.0})
        return [(member, score) for member, score in await due(client)]

    assert told(story) == [(b"a", 5.0), (b"c", 5.0), (b"b", 9.5)]


def test_no_more_come_than_were_asked_for(told):
    async def story(client, *_):
        await client.zadd(TIMERS, {f"{number:02}": float(number) for number in range(1, 40)})
        first = [member for member, _ in await due(client)]
        later = [member for member, _ in await due(client, offset=36)]
        return first, later

    assert told(story) == ([f"{n:02}".encode() for n in range(1, 17)], [b"37", b"38", b"39"])


def test_a_set_that_is_not_there_has_nothing_due(told):
    async def story(client, *_):
        return list(await due(client)), await client.zremrangebyscore(TIMERS, "(-10", "(0")

    assert told(story) == ([], 0)


def test_tombstones_are_dropped_between_bounds_that_are_not_part_of_the_range(told):
    async def story(client, *_):
        await client.zadd(TIMERS, {"old": -100.0, "a": -99.5, "b": -0.5, "zero": 0.0, "c": 7.0})
        dropped = await client.zremrangebyscore(TIMERS, "(-100.0", "(0")
        return dropped, await client.zrange(TIMERS, 0, -1)

    assert told(story) == (2, [b"old", b"zero", b"c"])


def test_a_set_that_loses_its_last_member_is_gone(told):
    async def story(client, *_):
        await client.zadd(TIMERS, {"a": -1.0})
        await client.zremrangebyscore(TIMERS, "(-2", "(0")
        return await client.exists(TIMERS)

    assert told(story) == 0


def test_a_lease_is_taken_once_until_it_is_given_back(told):
    async def story(client, *_):
        async def take(secret):
            return await client.set("lease:o", secret, nx=True, px=timedelta(seconds=30))

        first, second = await take("me"), await take("you")
        kept = await client.get("lease:o")
        given = await client.delete("lease:o")
        return first, second, kept, given, await client.delete("lease:o"), await take("you")

    assert told(story) == (True, None, b"me", 1, 0, True)


def test_a_lease_ends_by_itself(told):
    async def story(client, *_):
        await client.set("lease:o", "me", nx=True, px=timedelta(milliseconds=30))
        lasts_ms = await client.pttl("lease:o")
        for _ in range(1_000):
            if await client.set("lease:o", "you", nx=True, px=timedelta(seconds=30)):
                break
            await asyncio.sleep(0.005)
        return 0 < lasts_ms <= 30, await client.get("lease:o")

    assert told(story) == (True, b"you")


def test_a_mark_without_an_end_stays(told):
    async def story(client, *_):
        before = await client.exists("timers:kept")
        said = await client.set("timers:kept", 1)
        return before, said, await client.exists("timers:kept"), await client.ttl("timers:kept")

    assert told(story) == (0, True, 1, -1)


def test_setting_again_takes_an_end_away(told):
    async def story(client, *_):
        await client.set("k", "1", px=timedelta(seconds=30))
        await client.set("k", "2")
        return await client.ttl("k"), await client.get("k")

    assert told(story) == (-1, b"2")


def test_the_server_answers_a_ping(told):
    async def story(client, *_):
        return await client.ping()

    assert told(story) is True


def test_a_command_on_the_wrong_kind_of_value_is_refused(told):
    async def story(client, *_):
        await client.set(TIMERS, "text")
        with raises(redis.exceptions.ResponseError, match="WRONGTYPE"):
            await client.zadd(TIMERS, {"o": 1.0})
        with raises(redis.exceptions.ResponseError, match="WRONGTYPE"):
            await client.zscore(TIMERS, "o")
        return await client.get(TIMERS)

    assert told(story) == b"text"


@mark.parametrize("bounds", [("x", "(0"), ("(0", "((1")])
def test_bounds_that_are_no_numbers_are_refused(told, bounds):
    async def story(client, *_):
        with raises(redis.exceptions.ResponseError, match="min or max is not a float"):
            await client.zremrangebyscore(TIMERS, *bounds)

    told(story)


# --- races -----------------------------------------------------------------------------------


def raced(clients, act):
    return asyncio.gather(*(act(clients[n % len(clients)], n) for n in range(ATTEMPTS)))


def test_of_many_that_take_one_lease_exactly_one_has_it(told):
    async def story(*clients):
        async def take(client, number):
            return await client.set("lease:o", number, nx=True, px=timedelta(seconds=30))

        return await raced(clients, take), int(await clients[0].get("lease:o"))

    taken, holder = told(story)
    assert [number for number, said in enumerate(taken) if said] == [holder]


def test_of_many_that_set_one_timer_exactly_one_does(told):
    async def story(*clients):
        async def add(client, number):
            return await client.zadd(TIMERS, {"o": float(number + 1)}, nx=True)

        return await raced(clients, add), await clients[0].zscore(TIMERS, "o")

    added, score = told(story)
    assert [number + 1 for number, said in enumerate(added) if said] == [score]
