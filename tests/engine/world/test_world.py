import asyncio
import contextlib
import time
from collections import Counter

import httpx
import simpy.rt
from fastapi import FastAPI, Request, Response
from pytest import mark, raises

from boxoffice import System, World
from boxoffice.clock.stuck import Stuck
from boxoffice.faults import crashes, duplicates, partitions
from tests.engine.toys.depot import depot
from tests.engine.toys.post import play, post, posted


async def one_letter(world):
    await posted(world)
    await world.passes(5.0)
    return world


def test_a_world_starts_with_every_service_ready():
    async def script(world):
        started = {it.host for it in world.trace.of_kind("start")}
        answer = await world.client("Ann").get("/letters/none")
        return started, answer.status_code, [host.app is None for host in world.hosts.values()]

    assert play(script) == ({"counter", "carrier"}, 404, [False, False])


def test_a_run_works_where_a_loop_is_running_already():
    async def cell():
        world = play(one_letter)
        await asyncio.sleep(0)
        return world.trace.sha256()

    assert asyncio.run(cell()) == play(one_letter).trace.sha256()


def test_a_paced_run_is_the_same_run():
    paced = simpy.rt.RealtimeEnvironment(factor=0.0001, strict=False)
    assert play(one_letter, env=paced).trace.sha256() == play(one_letter).trace.sha256()


def test_two_replicas_take_requests_in_turn_and_each_message_once():
    async def script(world):
        for _ in range(6):
            await posted(world)
            await world.passes(1.0)
        return world

    world = play(script, replicas=2)
    assert len(world.hosts) == 4
    asked = [it["to"] for it in world.trace.of_kind("request")]
    assert asked in (["counter", "counter-2"] * 3, ["counter-2", "counter"] * 3)
    taken = Counter((it["consumer"], it["seq"]) for it in world.trace.of_kind("delivered"))
    assert taken == {("carrier", seq): 1 for seq in range(1, 7)}
    assert {it.host for it in world.trace.of_kind("decided")} == {"carrier", "carrier-2"}


def test_a_service_that_comes_back_knows_what_was_stored_and_nothing_else():
    async def script(world):
        ann = world.client("Ann")
        path = f"/letters/{await posted(world)}"
        before, old = await ann.get(path), world.hosts["counter"].app
        world.crash("counter")
        await world.passes(0.1)
        assert world.hosts["counter"].app is None
        world.restart("counter")
        assert await world.quiet()
        assert world.hosts["counter"].app is not old
        return before.json(), (await ann.get(path)).json()

    before, after = play(script)
    assert before == after


def test_a_crash_for_a_while_ends_by_itself():
    async def script(world):
        world.crash("counter", down_s=2.0)
        await world.passes(1.0)
        assert not world.hosts["counter"].up
        assert world.returning == 1
        await world.passes(2.0)
        assert world.returning == 0
        moments = [it.at_us for it in world.trace.of_kind("crash", "start")]
        return world.hosts["counter"].app, moments[-1] - moments[-2]

    app, away_us = play(script)
    assert app is not None
    assert 2_000_000 < away_us < 2_100_000


def test_a_host_that_crashes_twice_at_once_crashes_once():
    async def script(world):
        world.crash("counter", down_s=1.0)
        world.crash("counter", down_s=2.0)
        await world.passes(5.0)
        return [it.kind for it in world.trace.of_kind("crash", "start")][2:]

    assert play(script) == ["crash", "start"]


def test_a_server_keeps_what_it_stored_when_it_crashes():
    async def script(world):
        path, ann = f"/letters/{await posted(world)}", world.client("Ann")
        world.crash("counter-db", down_s=3.0)
        await world.passes(1.0)
        assert (await ann.get(path)).status_code == 500
        await world.passes(5.0)
        return (await ann.get(path)).status_code

    assert play(script) == 200


def test_a_crash_strikes_right_after_the_event_that_it_waits_for():
    async def script(world):
        with raises(httpx.ReadTimeout):
            await posted(world)
        assert await world.quiet()
        return world.trace

    trace = play(script, crashes("counter", of="letters.insert_one", at="counter-db"))
    crash = next(trace.of_kind("crash"))
    write = next(it for it in trace.of_kind("write") if it["verb"] == "insert_one")
    assert (write.host, crash.host, crash.at_us) == ("counter-db", "counter", write.at_us)
    assert crash.number == write.number + 1


def test_what_a_service_does_in_its_next_life_goes_back_to_no_request_of_the_last():
    async def script(world):
        with raises(httpx.ReadTimeout):
            await posted(world)
        assert await world.quiet()
        return world.trace

    trace = play(script, crashes("counter", of="letters.insert_one", at="counter-db"))
    crash = next(trace.of_kind("crash"))
    assert trace.events[crash.cause].kind == "request", "which has cost the first life"
    of_the_next = [it for it in trace.of_kind("start", "write") if it.number > crash.number]
    assert {it.cause for it in of_the_next if it.host in ("counter", "counter-db")} == {None}


def test_a_host_that_is_not_there_cannot_crash():
    with raises(ValueError, match="there is no host 'keper'; did you mean 'keeper'"):
        World(depot()).restart("keper")


def test_to_cut_off_who_is_not_there_is_nobodys_mistake_and_said_after_the_run():
    system = depot()
    system.server("bell", lambda trace: object())
    world = World(system, faults=[partitions("keper", from_s=1.0)])
    world.run(lambda it: asyncio.sleep(2.0))
    assert not world.loop.unhandled_errors
    [fault] = world.faults.each
    assert fault.why_not().endswith("there is no host 'keper'; did you mean 'keeper'?")


def test_a_fault_that_never_strikes_changes_nothing():
    never = [
        duplicates(of="no.such"),
        crashes("counter", of="no-such.drop"),
        duplicates(from_s=9e9),
    ]
    plain, watched = play(one_letter), play(one_letter, *never)
    assert watched.trace.sha256() == plain.trace.sha256()
    assert watched.faults.injected == 0


@mark.parametrize("ends", [lambda: None, lambda: 1 / 0])
def test_a_world_ends_with_all_its_tasks_and_gives_the_real_one_back(ends):
    worlds = []

    async def script(world):
        worlds.append(world)
        ends()

    real = time.time
    with contextlib.suppress(ZeroDivisionError):
        play(script)
    (world,) = worlds
    assert time.time is real
    assert world.loop.is_closed()
    assert not any(host.up or host.life.tasks for host in world.hosts.values())


def test_the_end_of_a_run_leaves_no_trace():
    async def speaks_at_the_end(world):
        try:
            await asyncio.sleep(3600)
        finally:
            world.trace.record("counter", "log", what="cancelled")

    async def script(world):
        world.hosts["counter"].spawn(speaks_at_the_end(world))
        await world.passes(10)
        return len(world.trace.events)

    world = World(post())
    assert world.run(script) == len(world.trace.events)


def test_waiting_for_what_never_comes_ends_the_run():
    # A world whose services run is never without a next event; one that has ended is.
    async def script(world):
        for host in world.hosts.values():
            host.crash()
        await asyncio.get_running_loop().create_future()

    with raises(Stuck):
        play(script)


def test_people_have_cookie_jars_of_their_own():
    def door(drivers):
        app = FastAPI()

        @app.put("/me/{name}")
        async def enter(name: str, response: Response):
            response.set_cookie("name", name)

        @app.get("/me")
        async def who(request: Request):
            return request.cookies.get("name")

        return app

    async def script(world):
        ann, ben = world.client("Ann"), world.client("Ben")
        await ann.put("/me/ann")
        return [(await it.get("/me")).json() for it in (ann, ben)]

    system = System("house")
    system.service("door", door, route="/")
    assert World(system).run(script) == ["ann", None]
