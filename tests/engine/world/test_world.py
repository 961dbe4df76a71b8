import asyncio
import contextlib
import time
from collections import Counter

import httpx
import simpy.rt
from pytest import mark, raises

from boxoffice.clock.loop import Stuck
from boxoffice.faults import crashes, duplicates, partitions
from boxoffice.world.calm import quiet
from scenarios.shop.world import World
from tests.services.shop import play


async def one_order(shop):
    sue, ana = await shop.person("sue"), await shop.person("ana")
    order = await shop.order(ana, (await shop.ticket(sue))["id"])
    assert await quiet(shop.world)
    return shop.world, order


def test_a_world_starts_with_every_service_ready():
    async def script(shop):
        started = {it.host for it in shop.world.trace.of_kind("start")}
        ready = [await shop.within(name).get("/readyz") for name in shop.world.hosts]
        return started, [answer.status_code for answer in ready]

    five = {"auth", "tickets", "orders", "payments", "expiration"}
    assert play(script) == (five, [200] * 5)


def test_a_run_works_where_a_loop_is_running_already():
    async def cell():
        world, order = play(one_order)
        await asyncio.sleep(0)
        return world.trace.sha256(), order["status"]

    alone, _ = play(one_order)
    assert asyncio.run(cell()) == (alone.trace.sha256(), "awaiting:payment")


def test_a_paced_run_is_the_same_run():
    async def an_hour_of_waiting(shop):
        await shop.person("sue")
        await shop.sleep(0.5)
        return shop.world

    paced = simpy.rt.RealtimeEnvironment(factor=0.0001, strict=False)
    assert play(an_hour_of_waiting, env=paced).trace.sha256() == (
        play(an_hour_of_waiting).trace.sha256()
    )


def test_two_replicas_take_requests_in_turn_and_each_message_once():
    async def script(shop):
        sue = await shop.person("sue")
        for number in range(6):
            await shop.ticket(sue, f"Seat {number}")
        assert await quiet(shop.world)
        return shop.world

    world = play(script, replicas=2)
    assert len(world.hosts) == 10
    asked = [it["to"] for it in world.trace.of_kind("request") if it["path"] == "/api/tickets"]
    assert asked in (["tickets", "tickets-2"] * 3, ["tickets-2", "tickets"] * 3)
    taken = Counter((it["consumer"], it["seq"]) for it in world.trace.of_kind("delivered"))
    assert set(taken.values()) == {1}
    deciders = {it.host for it in world.trace.of_kind("decided")}
    assert {"orders", "orders-2"} <= deciders, "both work"


def test_a_service_that_comes_back_knows_what_was_stored_and_nothing_else():
    async def script(shop):
        sue, ana = await shop.person("sue"), await shop.person("ana")
        order = await shop.order(ana, (await shop.ticket(sue))["id"])
        world = shop.world
        old = world.hosts["orders"].app
        world.crash("orders")
        await shop.sleep(0.1)
        assert world.hosts["orders"].app is None
        world.restart("orders")
        assert await quiet(world)
        assert world.hosts["orders"].app is not old
        return order, (await ana.client.get(f"/api/orders/{order['id']}")).json()

    before, after = play(script)
    assert before == after


def test_a_crash_for_a_while_ends_by_itself():
    async def script(shop):
        shop.world.crash("orders", down_s=2.0)
        await shop.sleep(1.0)
        assert not shop.world.hosts["orders"].up
        assert shop.world.returning == 1
        await shop.sleep(2.0)
        assert shop.world.returning == 0
        moments = [it.at_us for it in shop.world.trace.of_kind("crash", "start")]
        return shop.world.hosts["orders"].app, moments[-1] - moments[-2]

    app, away_us = play(script)
    assert app is not None
    assert 2_000_000 < away_us < 2_100_000


def test_a_host_that_crashes_twice_at_once_crashes_once():
    async def script(shop):
        shop.world.crash("orders", down_s=1.0)
        shop.world.crash("orders", down_s=2.0)
        await shop.sleep(5.0)
        return [it.kind for it in shop.world.trace.of_kind("crash", "start")][5:]

    assert play(script) == ["crash", "start"]


def test_a_server_keeps_what_it_stored_when_it_crashes():
    async def script(shop):
        sue = await shop.person("sue")
        ticket = await shop.ticket(sue)
        shop.world.crash("tickets-db", down_s=3.0)
        await shop.sleep(1.0)
        assert (await sue.client.get(f"/api/tickets/{ticket['id']}")).status_code == 503
        await shop.sleep(5.0)
        return (await sue.client.get(f"/api/tickets/{ticket['id']}")).status_code

    assert play(script, may_fail=True) == 200


def test_a_crash_strikes_right_after_the_event_that_it_waits_for():
    async def script(shop):
        with raises(httpx.ReadTimeout):
            await shop.person("sue")
        assert await quiet(shop.world)
        return shop.world.trace

    trace = play(script, faults=[crashes("auth", of="users.insert_one", at="auth-db")])
    crash = next(trace.of_kind("crash"))
    write = next(it for it in trace.of_kind("write") if it["verb"] == "insert_one")
    assert (write.host, crash.host, crash.at_us) == ("auth-db", "auth", write.at_us)
    assert crash.number == write.number + 1


def test_a_host_that_is_not_there_cannot_crash():
    world = World()
    with raises(ValueError, match="there is no host 'order'; did you mean 'orders'"):
        world.restart("order")


def test_a_host_that_is_not_there_cannot_be_cut_off():
    world = World(faults=[partitions("order", from_s=1.0)])
    world.run(lambda it: asyncio.sleep(2.0))
    (mistake,) = world.loop.mistakes
    said = str(mistake["exception"])
    assert said == "there is no host 'order'; did you mean 'orders'?"


def test_a_fault_that_never_strikes_changes_nothing():
    never = [duplicates(of="no.such"), crashes("orders", on="no-such"), duplicates(from_s=9e9)]
    plain, _ = play(one_order)
    watched, _ = play(one_order, faults=never)
    assert watched.trace.sha256() == plain.trace.sha256()
    assert watched.faults.struck == 0


@mark.parametrize("ends", [lambda: None, lambda: 1 / 0])
def test_a_world_ends_with_all_its_tasks_and_gives_the_real_one_back(ends):
    worlds = []

    async def script(world):
        worlds.append(world)
        ends()

    real = time.time
    with contextlib.suppress(ZeroDivisionError):
        World().run(script)
    (world,) = worlds
    assert time.time is real
    assert world.loop.is_closed()
    assert not any(host.up or host.life.tasks for host in world.hosts.values())


def test_the_end_of_a_run_leaves_no_trace():
    async def speaks_at_the_end(world):
        try:
            await asyncio.sleep(3600)
        finally:
            world.trace.record("auth", "log", what="cancelled")

    async def script(world):
        world.hosts["auth"].spawn(speaks_at_the_end(world))
        await asyncio.sleep(10)
        return len(world.trace.events)

    world = World()
    assert world.run(script) == len(world.trace.events)


def test_waiting_for_what_never_comes_ends_the_run():
    # A world whose services run is never without a next event; one that has ended is.
    async def script(world):
        for host in world.hosts.values():
            host.crash()
        await asyncio.get_running_loop().create_future()

    with raises(Stuck):
        World().run(script)


def test_people_have_cookie_jars_of_their_own():
    async def script(shop):
        ana = await shop.person("ana")
        mine = (await ana.client.get("/api/users/currentuser")).json()["currentUser"]
        theirs = (await shop.stranger("ben").get("/api/users/currentuser")).json()["currentUser"]
        return mine["email"], theirs

    assert play(script) == ("ana@example.com", None)


def test_a_session_ends_after_half_an_hour_of_virtual_time():
    async def script(shop):
        ana, seen = await shop.person("ana"), []
        for _ in range(2):
            await shop.sleep(29 * 60)
            seen.append((await ana.client.get("/api/users/currentuser")).json()["currentUser"])
        return [user and user["email"] for user in seen]

    assert play(script) == ["ana@example.com", None]
