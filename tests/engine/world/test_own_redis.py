"""However a service makes its Redis client, it reaches the server that its host names."""

import redis.asyncio
from pytest import mark

from boxoffice import System, faults

URL = "redis://cache:6379"
WAYS = {
    "host": lambda **o: redis.asyncio.Redis(host="cache", port=6379, **o),
    "strict": lambda **o: redis.asyncio.StrictRedis(host="cache", **o),
    "url": lambda **o: redis.asyncio.from_url(URL, **o),
    "class": lambda **o: redis.asyncio.Redis.from_url(URL, **o),
    "ssl": lambda **o: redis.asyncio.Redis(host="cache", ssl=True, **o),
    "pool": lambda **o: redis.asyncio.Redis(
        connection_pool=redis.asyncio.ConnectionPool.from_url(URL, max_connections=3, **o)
    ),
    "waiting": lambda **o: redis.asyncio.Redis.from_pool(
        redis.asyncio.BlockingConnectionPool(host="cache", **o)
    ),
}


@mark.parametrize("way", WAYS)
def test_it_reaches_its_server_and_keeps_its_options(played, way):
    async def deed():
        async with WAYS[way](db=2, decode_responses=True) as there:
            await there.set("a", "1")
            async with there.pipeline() as both:
                both.incr("a").get("a")
                answers = await both.execute()
        async with WAYS[way](db=0) as elsewhere:
            await elsewhere.set("b", "x")
            return answers, await elsewhere.get("a"), await elsewhere.get("b")

    assert played(deed) == ([], [([2, "2"], None, b"x")])


def test_the_database_of_a_url_is_its_own(played):
    async def deed():
        one, two = (redis.asyncio.from_url(f"{URL}/{n}") for n in (1, 2))
        await one.set("a", "1")
        return await one.get("a"), await two.get("a")

    assert played(deed) == ([], [(b"1", None)])


def test_a_command_whose_answer_is_lost_is_sent_again_as_redis_py_does(played):
    async def deed():
        there = redis.asyncio.Redis(host="cache")
        return await there.incr("a")

    assert played(deed, faults.lost_responses(of="incrby", nth=[1])) == ([], [2])


def test_a_host_that_is_not_there_is_named(played):
    async def deed():
        redis.asyncio.Redis(host="other")

    [message] = played(deed)[0]
    assert "yard has no Redis at 'other'; there are: cache" in message


def test_a_function_that_makes_an_app_may_make_its_drivers_itself():
    def make(_):
        there = redis.asyncio.Redis(host="cache")

        async def app(scope, receive, send):
            assert scope["type"] != "http" or await there.incr("a") == 1
            await send({"type": "http.response.start", "status": 204})
            await send({"type": "http.response.body"})

        return app

    system = System("yard")
    system.service("worker", make, redis="cache", route="/")

    @system.story()
    async def a_day(world):
        assert (await world.client("Ann").get("/")).status_code == 204

    assert [it.message for it in system.run(a_day).violations] == []
