"""Servers that are there and will not: nothing is lost, nobody is blamed, and nobody is misled."""

from pytest import mark

from boxoffice.faults import lost_requests, refusals
from boxoffice.faults.schedule import Fault
from tests.services.orders.books import WINDOW_S, assert_balanced, orders
from tests.services.shop import Shop

LASTS_S = 5.0
READ_ONLY = "READONLY You can't write against a read only replica."
FULL = "OOM command not allowed when used memory > 'maxmemory'."
REFUSED = [
    ("expiration", "redis", "zadd", READ_ONLY),
    ("expiration", "redis", "*", READ_ONLY),
    ("expiration", "redis", "zadd", FULL),
    ("expiration", "redis", "*", "MISCONF Redis is configured to save RDB snapshots"),
    ("expiration", "redis", "zadd", "NOREPLICAS Not enough good replicas to write."),
    ("expiration", "redis", "*", "NOAUTH Authentication required."),
    ("tickets", "tickets-db", "update_one", "18"),
    ("tickets", "tickets-db", "*", "13"),
    ("payments", "payments-db", "insert_one", "14031"),
    ("payments", "payments-db", "*", "10107"),
    ("payments", "payments-db", "insert_one", "64"),
]


def lasting(server: str, of: str, says: str, **when) -> Fault:
    return refusals(says, lasts_s=LASTS_S, of=of, at=server, **when)


def letters(shop: Shop):
    return [it for it in shop.world.trace.of_kind("stored") if "dead-letter" in it["subject"]]


async def reason(shop: Shop, service: str) -> str:
    """Return why a service says that it is not ready; nothing, if it is."""
    answer = await shop.within(service).get("/readyz")
    return "" if answer.status_code == 200 else answer.json()["errors"][0]["message"]


@mark.parametrize(("service", "server", "of", "says"), REFUSED)
def test_a_refusal_that_passes_is_waited_out(play, service, server, of, says):
    async def script(shop: Shop):
        sue, ana = await shop.person("sue"), await shop.person("ana")
        ticket = await shop.ticket(sue)
        await shop.sleep(30)
        order = await shop.placed(ana, ticket["id"])
        heard = []
        for _ in range(4):
            await shop.sleep(1)
            heard.append(await reason(shop, service))
        await shop.sleep(60)
        assert letters(shop) == []
        await shop.sleep(WINDOW_S)
        (kept,) = orders(shop.world)
        assert (kept["_id"], kept["status"]) == (order["id"], "cancelled")
        assert_balanced(shop.world)
        return heard, await reason(shop, service)

    during, after = play(script, faults=[lasting(server, of, says, from_s=30.1, nth=[1])])
    assert during[-1].startswith("Not ready: "), during
    assert after == ""


def test_what_was_done_although_it_was_refused_leaves_a_service_ready(play):
    async def script(shop: Shop):
        sue, ana = await shop.person("sue"), await shop.person("ana")
        tickets = [await shop.ticket(sue) for _ in range(3)]
        for ticket in tickets:
            await shop.placed(ana, ticket["id"])
        await shop.sleep(2)
        during = await reason(shop, "payments")
        await shop.sleep(10)
        return during, await reason(shop, "payments")

    fault = lasting("payments-db", "insert_one", "64", nth=[1], done=True)
    during, after = play(script, faults=[fault])
    assert (during, after) == ("Not ready: events (MongoDB 64)", "")


@mark.parametrize("says", ["18", "13", "10107", "14031", "112"])
def test_a_person_is_told_to_come_again_while_the_store_refuses(play, says):
    async def script(shop: Shop):
        sue = await shop.person("sue")
        offer = {"title": "Front row", "price": 45}
        during = await sue.client.post("/api/tickets", json=offer)
        ready = await reason(shop, "tickets")
        await shop.sleep(LASTS_S)
        return during, ready, await sue.client.post("/api/tickets", json=offer)

    fault = lasting("tickets-db", "*_one", says, nth=[1])
    during, ready, after = play(script, faults=[fault])
    assert (during.status_code, after.status_code) == (503, 201)
    assert ready == "Not ready: mongo"


def test_one_refusal_does_not_make_a_service_unready(play):
    async def script(shop: Shop):
        sue = await shop.person("sue")
        answer = await sue.client.post("/api/tickets", json={"title": "Front row", "price": 45})
        return answer.status_code, await reason(shop, "tickets")

    fault = refusals("10107", of="insert_one", at="tickets-db", nth=[1])
    assert play(script, faults=[fault]) == (503, "")


@mark.parametrize("says", ["10047", "10077", "10023", "10008", "503"])
def test_a_service_that_can_publish_nothing_is_unready_and_says_why(play, says):
    async def script(shop: Shop):
        sue = await shop.person("sue")
        await shop.ticket(sue)
        await shop.sleep(LASTS_S - 1)
        during = await reason(shop, "tickets")
        metrics = (await shop.within("tickets").get("/metrics")).text
        await shop.sleep(2)
        subjects = [it["subject"] for it in shop.world.trace.of_kind("stored")]
        return during, metrics, subjects, await reason(shop, "tickets")

    fault = refusals(says, lasts_s=LASTS_S, of="publish", at="nats", nth=[1])
    during, metrics, subjects, after = play(script, faults=[fault])
    why = "NoStreamResponseError" if says == "503" else f"NATS {says}"
    assert (during, after) == (f"Not ready: outbox ({why})", "")
    assert 'boxoffice_failures_total{where="outbox"}' in metrics
    assert subjects == ["ticket.created"]


def test_a_timer_that_may_not_ring_makes_expiration_unready_and_rings_as_soon_as_it_may(play):
    async def script(shop: Shop):
        sue, ana = await shop.person("sue"), await shop.person("ana")
        ticket = await shop.ticket(sue)
        order = await shop.placed(ana, ticket["id"])
        await shop.sleep(WINDOW_S + 10)
        during = await reason(shop, "expiration")
        await shop.sleep(13)
        (kept,) = orders(shop.world)
        assert (kept["_id"], kept["status"]) == (order["id"], "cancelled")
        return during, await reason(shop, "expiration")

    fault = refusals("10023", lasts_s=20.0, of="publish", at="nats", from_s=WINDOW_S, nth=[1])
    assert play(script, faults=[fault]) == ("Not ready: timers (NATS 10023)", "")


def test_a_full_disk_of_nats_is_silence_and_makes_a_service_unready_too(play):
    async def script(shop: Shop):
        sue = await shop.person("sue")
        await shop.ticket(sue)
        await shop.sleep(15)
        during = await reason(shop, "tickets")
        await shop.sleep(30)
        subjects = [it["subject"] for it in shop.world.trace.of_kind("stored")]
        return during, subjects, await reason(shop, "tickets")

    fault = lost_requests(of="publish", at="nats", until_s=20.0)
    assert play(script, faults=[fault]) == (
        "Not ready: outbox (TimeoutError)",
        ["ticket.created"],
        "",
    )


def test_a_fetch_that_nobody_answers_makes_a_service_unready_until_somebody_does(play):
    async def script(shop: Shop):
        await shop.sleep(12)
        during = await reason(shop, "orders")
        await shop.sleep(20)
        return during, await reason(shop, "orders")

    fault = refusals("503", lasts_s=15.0, of="fetch", at="nats", nth=[1])
    during, after = play(script, faults=[fault])
    assert (during, after) == ("Not ready: consumer (ServiceUnavailableError)", "")


def test_labels_name_routes_and_never_ids(play):
    async def script(shop: Shop):
        sue = await shop.person("sue")
        ticket = await shop.ticket(sue)
        answer = await sue.client.get(f"/api/tickets/{ticket['id']}")
        return answer, ticket["id"], (await shop.within("tickets").get("/metrics")).text

    answer, id, metrics = play(script, faults=[refusals("18", of="find_one", at="tickets-db")])
    assert answer.status_code == 503
    assert id not in metrics
    assert 'boxoffice_outages_total{where="/api/tickets/{id}"} 1.0' in metrics
