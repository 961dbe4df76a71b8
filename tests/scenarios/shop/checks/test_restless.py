"""What is in motion, seen in a running world."""

import asyncio

from boxoffice.faults import delays, duplicates, refusals, stripe_timeouts
from scenarios.shop.checks import restless
from scenarios.shop.checks.restless import timers_due_s
from scenarios.shop.world import World
from tests.scenarios.shop.checks.conftest import joins, lists, orders


def test_a_world_that_nobody_asks_anything_is_quiet() -> None:
    async def story(world: World) -> list[str]:
        await asyncio.sleep(1.0)
        return restless(world)

    assert World(seed=1).run(story) == []


def test_a_timer_that_is_not_yet_due_is_not_motion() -> None:
    async def story(world: World) -> list[str]:
        sue, ana = await joins(world, "sue"), await joins(world, "ana")
        seat = await lists(sue)
        await asyncio.sleep(1.0)
        await orders(ana, seat)
        await asyncio.sleep(10.0)
        return restless(world)

    assert World(seed=1).run(story) == []


def test_a_timer_that_has_ended_is_not_due_any_more() -> None:
    world = World(seed=1)
    world.backends.redis.execute("ZADD", "timers", 900.5, "open", -1.0, "settled")
    assert timers_due_s(world) == [900.5]


def test_a_request_in_flight_is_motion() -> None:
    async def story(world: World) -> list[str]:
        sue = world.client("sue")
        await asyncio.sleep(1.0)
        asking = asyncio.ensure_future(sue.get("/api/tickets"))
        await asyncio.sleep(0.001)
        found = restless(world)
        await asking
        return found

    assert World(seed=1).run(story) == ["1 request in flight"]


def test_an_event_in_an_outbox_is_motion_as_long_as_the_broker_is_away() -> None:
    async def story(world: World) -> list[str]:
        sue = await joins(world, "sue")
        world.crash("nats")
        await asyncio.sleep(0.1)
        await lists(sue)
        await lists(sue)
        return restless(world)

    assert "tickets: 2 events in an outbox" in World(seed=1).run(story)


def test_a_message_that_is_late_is_motion_and_so_is_a_copy_to_come() -> None:
    async def story(world: World) -> tuple[list[str], list[str]]:
        sue = await joins(world, "sue")
        await lists(sue)
        await asyncio.sleep(1.0)
        late = restless(world)
        await asyncio.sleep(10.0)
        return late, restless(world)

    late = World(seed=1, faults=[delays(by_s=5.0, of="ticket.created")])
    assert late.run(story) == (["orders: 1 message waiting"], [])
    copied = World(seed=1, faults=[duplicates(copies=2, within_s=9.0, of="ticket.created")])
    assert copied.run(story) == (["orders: 2 copied messages on the way"], [])


def test_a_payment_whose_outcome_is_unknown_is_motion() -> None:
    async def story(world: World) -> list[str]:
        sue, ana = await joins(world, "sue"), await joins(world, "ana")
        seat = await lists(sue)
        await asyncio.sleep(1.0)
        order = await orders(ana, seat)
        await asyncio.sleep(1.0)
        await ana.post("/api/payments", json={"orderId": order, "token": "tok_visa"})
        return restless(world)

    [found] = World(seed=1, faults=[stripe_timeouts(nth=[1])]).run(story)
    assert found.startswith("payments: payment ")
    assert found.endswith(" is pending")


def test_a_letter_that_is_due_is_motion() -> None:
    async def story(world: World) -> list[str]:
        await joins(world, "ana")
        world.crash("mail")
        ana = world.client("ana")
        await ana.post("/api/users/forgot-password", json={"email": "ana@example.com"})
        return restless(world)

    assert World(seed=1).run(story) == ["auth: a letter is due"]


def test_a_letter_that_was_put_off_for_long_is_not_motion_until_it_is_tried_again() -> None:
    async def story(world: World) -> list[list[str]]:
        await joins(world, "ana")
        ana = world.client("ana")
        await ana.post("/api/users/forgot-password", json={"email": "ana@example.com"})
        found = []
        for after_s in (1.0, 100.0, 150.0, 300.0):
            await asyncio.sleep(after_s)
            found.append(restless(world))
        return found

    refusing = refusals("450 4.2.0 Greylisted", at="mail", nth=[1, 2, 3])
    due = ["auth: a letter is due"]
    assert World(1, [refusing]).run(story) == [due, due, [], []]


def test_a_host_that_will_be_back_is_motion_until_it_serves_again() -> None:
    async def story(world: World) -> list[list[str]]:
        await asyncio.sleep(1.0)
        world.crash("orders", down_s=2.0)
        found = []
        for pause_s in (1.0, 1.001, 1.0):
            await asyncio.sleep(pause_s)
            found.append(restless(world))
        return found

    away, starting, back = World(seed=1).run(story)
    assert away == ["1 host on its way back"]
    assert starting == ["orders is starting"]
    assert back == []


def test_a_timer_that_is_due_or_leased_is_motion() -> None:
    async def story(world: World) -> list[str]:
        sue, ana = await joins(world, "sue"), await joins(world, "ana")
        seat = await lists(sue)
        await asyncio.sleep(1.0)
        order = await orders(ana, seat)
        await asyncio.sleep(1.0)
        world.crash("expiration")
        world.backends.redis.execute("SET", f"lease:{order}", "x")
        await asyncio.sleep(910.0)  # orders itself would end it later
        return [name.replace(order[-6:], "it") for name in restless(world)]

    assert World(seed=1).run(story) == [
        "expiration: timer of order it is due",
        "expiration: timer of order it is leased",
    ]


def test_timers_that_redis_has_lost_are_motion() -> None:
    async def story(world: World) -> list[str]:
        await asyncio.sleep(1.0)
        world.backends.redis.forget()
        return restless(world)

    assert World(seed=1).run(story) == ["expiration: timers are not recovered"]


def test_where_nobody_keeps_timers_nobody_misses_them() -> None:
    async def story(world: World) -> list[str]:
        await asyncio.sleep(1.0)
        return restless(world)

    world = World(seed=1)
    del world.hosts["expiration"]
    assert world.run(story) == ["expiration: has no consumer"]
