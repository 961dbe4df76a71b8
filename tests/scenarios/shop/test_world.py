"""A world of the shop: five services that are ready, and sessions that end in virtual time."""

from boxoffice.world.calm import quiet
from tests.services.shop import play


def test_a_world_starts_with_every_service_ready():
    async def script(shop):
        started = {it.host for it in shop.world.trace.of_kind("start")}
        ready = [await shop.within(name).get("/readyz") for name in shop.world.hosts]
        return started, [answer.status_code for answer in ready]

    five = {"auth", "tickets", "orders", "payments", "expiration"}
    assert play(script) == (five, [200] * 5)


def test_two_replicas_of_each_take_requests_in_turn_and_both_work():
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
    assert {"orders", "orders-2"} <= {it.host for it in world.trace.of_kind("decided")}


def test_people_have_sessions_of_their_own():
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


def test_a_store_that_is_down_is_said_to_be_and_has_kept_everything():
    async def script(shop):
        sue = await shop.person("sue")
        ticket = await shop.ticket(sue)
        shop.world.crash("tickets-db", down_s=3.0)
        await shop.sleep(1.0)
        assert (await sue.client.get(f"/api/tickets/{ticket['id']}")).status_code == 503
        await shop.sleep(5.0)
        return (await sue.client.get(f"/api/tickets/{ticket['id']}")).status_code

    assert play(script, may_fail=True) == 200
