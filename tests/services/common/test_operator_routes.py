"""What an operator asks: /livez, /readyz and /metrics of every service."""

import httpx
from pytest import mark

from tests.services.shop import Shop, refused

SERVICES = ["auth", "tickets", "orders", "payments", "expiration"]
NEEDS = [
    ("auth", "auth-db", "mongo"),
    ("tickets", "tickets-db", "mongo"),
    ("tickets", "nats", "nats"),
    ("orders", "orders-db", "mongo"),
    ("orders", "nats", "nats"),
    ("payments", "payments-db", "mongo"),
    ("payments", "nats", "nats"),
    ("expiration", "nats", "nats"),
    ("expiration", "redis", "redis"),
]


async def ask(shop: Shop, service: str, path: str) -> httpx.Response:
    """Ask one service itself; the way through the gateway leads to `tickets` only."""
    return await shop.within(service).get(path)


@mark.parametrize("service", SERVICES)
def test_a_service_that_runs_is_alive_and_ready_and_counts(play, service):
    paths = ("/livez", "/readyz", "/api/nothing", "/metrics")

    async def script(shop):
        await shop.sleep(1)
        return [await ask(shop, service, path) for path in paths]

    live, ready, _, metrics = play(script)
    assert (live.status_code, live.json()) == (200, {"status": "alive"})
    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})
    assert metrics.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'boxoffice_requests_total{method="GET",status="404"} 1.0' in metrics.text
    assert 'boxoffice_answer_seconds_count{method="GET",route="other"} 1.0' in metrics.text
    assert 'status="200"' not in metrics.text, "probes are no requests of people"


@mark.parametrize(("service", "server", "name"), NEEDS)
def test_a_service_is_not_ready_while_a_server_it_needs_is_down(play, service, server, name):
    async def script(shop):
        await shop.sleep(1)
        shop.world.crash(server)
        await shop.sleep(3)
        without = await ask(shop, service, "/readyz")
        alive = await ask(shop, service, "/livez")
        shop.world.restart(server)
        await shop.sleep(150)  # longer than a fetch that had found nobody
        return without, alive.status_code, (await ask(shop, service, "/readyz")).status_code

    without, alive, later = play(script)
    refused(without, 503, f"Not ready: {name}")
    assert (alive, later) == (200, 200)


def test_a_service_without_need_of_a_server_does_not_mind_its_absence(play):
    async def script(shop):
        for server in ("nats", "redis", "orders-db"):
            shop.world.crash(server)
        await shop.sleep(3)
        return (await ask(shop, "auth", "/readyz")).status_code

    assert play(script) == 200


def test_events_are_counted_by_type_and_decision(play):
    async def script(shop):
        await shop.ticket(await shop.person("sue"))
        await shop.sleep(1)
        return [(await ask(shop, service, "/metrics")).text for service in ("tickets", "orders")]

    tickets, orders = play(script)
    assert 'boxoffice_published_total{type="ticket.created"} 1.0' in tickets
    assert 'boxoffice_events_total{decision="apply",type="ticket.created"} 1.0' in orders
